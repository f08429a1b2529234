"""Ablation: channels of a layer, or inputs that it reads, set to zero, to their mean, scaled, or painted over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

import numpy as np

from app.errors import InvalidRequest, NotAvailable
from app.experiments.intervention import Intervention
from app.experiments.painting import Stroke, check_strokes
from app.nets.graph import Graph
from app.nets.layer import INPUT, Layer, check_channel
from app.nets.network import Network
from app.nets.outputs import Activations
from app.nets.session import Tensor
from app.nets.taps import ScaledValue

Replacement = Literal["zero", "mean", "scale"]
MAX_FACTOR = 10.0


@dataclass(frozen=True, slots=True)
class Ablation:
    """What is switched off at a layer: some of its `channels`, and some of the `inputs` that it reads, by layer id.

    Each channel becomes zero, or the mean of its map, or `factor` times itself, as `how` says. Then the `strokes` are
    painted on the maps of the layer.
    """

    layer: str
    channels: tuple[int, ...] = ()
    inputs: tuple[str, ...] = ()
    how: Replacement = "zero"
    factor: float = 0.0
    strokes: tuple[Stroke, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return not (self.channels or self.inputs or self.strokes)


def read_ablation(network: Network, ablation: Ablation) -> Ablation:
    """The same ablation in the one form that all equal ones have.

    Raises:
        InvalidRequest: the layer does not read such an input, its input has no mean, or the factor is out of range; or
            as `check_strokes` says.
        UnknownLayer, UnknownChannel: there is no such layer or channel.
        NotAvailable: the layer computes in whole numbers, or it reads another output of an input than its first.
    """
    graph, layer = network.graph, network.layer(ablation.layer)
    for channel in ablation.channels:
        check_channel(layer, channel, layer.channels)
    if not set(ablation.inputs) <= set(layer.inputs):
        raise InvalidRequest(f"{layer.name} has no such input.", known=list(layer.inputs))
    if ablation.how == "mean" and INPUT in ablation.inputs:
        raise InvalidRequest("The input of the network can be set to zero or scaled, not set to its mean.")
    if ablation.how == "mean" and not all(map(graph.is_output, _values_read(graph, layer, ablation.inputs))):
        raise NotAvailable(
            f"{layer.name} reads a further output, such as the second part of a Split: no mean is known."
        )
    if not abs(ablation.factor) <= MAX_FACTOR:  # NaN, too
        raise InvalidRequest(f"The factor is between {-MAX_FACTOR:g} and {MAX_FACTOR:g}.", largest=MAX_FACTOR)
    check_strokes(layer, ablation.strokes)
    for value in (layer.output, *_values_read(graph, layer, ablation.inputs)):
        _float_type(graph, layer, value)
    return Ablation(
        layer.id,
        tuple(sorted(set(ablation.channels))),
        tuple(name for name in dict.fromkeys(layer.inputs) if name in ablation.inputs),
        ablation.how,
        ablation.factor if ablation.how == "scale" else 0.0,
        ablation.strokes,
    )


def scaled_values(graph: Graph, ablation: Ablation) -> tuple[ScaledValue, ...]:
    """The values of the network that an ablation changes."""
    layer = graph.by_id[ablation.layer]
    read = _values_read(graph, layer, ablation.inputs)
    values = [ScaledValue(value, _float_type(graph, layer, value), layer.output) for value in read]
    if ablation.channels or ablation.strokes:
        values.append(ScaledValue(layer.output, _float_type(graph, layer, layer.output)))
    return tuple(values)


def interventions(graph: Graph, ablation: Ablation, before: Activations) -> tuple[Intervention, ...]:
    """What an ablation does to each of its `scaled_values`; means are those of the activations `before`."""
    return tuple(_intervention(graph, ablation, value, before) for value in scaled_values(graph, ablation))


def ablated_output(layer: Layer, output: Tensor, channels: Sequence[int], ablation: Ablation) -> Tensor:
    """An output of the layer, of its `shape`, with these channels as `ablation` says how."""
    factor, offset = _channel_scaling(layer, output, channels, ablation)
    return output * factor + offset


def layers_after(graph: Graph, layer: str) -> tuple[Layer, ...]:
    """The layer and those computed from it, in the network's order."""
    after = {layer}
    for each in graph.layers:
        if not after.isdisjoint(each.inputs):
            after.add(each.id)
    return tuple(each for each in graph.layers if each.id in after)


def relative_changes(before: Activations, after: Activations, layers: Sequence[Layer]) -> Mapping[str, float]:
    """How far each layer's output moved: the length of the difference as a share of the length of the output before.

    NaN where the output was zero everywhere.
    """
    changes = {}
    for layer in layers:
        first, second = (each.layers[layer.id].astype(np.float64) for each in (before, after))
        length = float(np.linalg.norm(first))
        changes[layer.id] = float(np.linalg.norm(second - first)) / length if length else float("nan")
    return changes


def _intervention(graph: Graph, ablation: Ablation, scaled: ScaledValue, before: Activations) -> Intervention:
    if scaled.reader and ablation.how != "mean":
        return Intervention(scaled, np.float32(ablation.factor), np.float32(0))
    layer = graph.by_id[graph.layer_of[scaled.value]]
    channels = range(layer.channels) if scaled.reader else ablation.channels
    factor, offset = _channel_scaling(layer, before.layers[layer.id], channels, ablation)
    if not scaled.reader:
        _paint(layer, ablation.strokes, factor, offset)
    shape = graph.operators.shape(scaled.value)
    return Intervention(scaled, layer.with_batch(factor, shape), layer.with_batch(offset, shape))


def _channel_scaling(
    layer: Layer, output: Tensor, channels: Sequence[int], ablation: Ablation
) -> tuple[Tensor, Tensor]:
    """Factor and offset of every number of an output, of the layer's `shape`."""
    factors, offsets = np.ones(prod(layer.shape), np.float32), np.zeros(prod(layer.shape), np.float32)
    places = layer.values_of(np.arange(factors.size).reshape(layer.shape))[list(channels)]
    factors[places] = ablation.factor
    if ablation.how == "mean":
        cells = output.reshape(-1)[places].reshape(len(places), -1)
        offsets[places.reshape(len(places), -1)] = cells.mean(axis=1, dtype=np.float64)[:, np.newaxis]
    return factors.reshape(layer.shape), offsets.reshape(layer.shape)


def _paint(layer: Layer, strokes: Sequence[Stroke], factor: Tensor, offset: Tensor) -> None:
    """Set the factor and the offset of the cells that the strokes cover, the last one on top."""
    places = layer.maps_of(np.arange(factor.size).reshape(layer.shape))
    for each in strokes:
        covered = places[each.channel, each.top : each.bottom, each.left : each.right]
        factor.reshape(-1)[covered] = 0
        offset.reshape(-1)[covered] = each.value


def _values_read(graph: Graph, layer: Layer, inputs: Sequence[str]) -> list[str]:
    """The values through which the layer's operator reads these layers, each once."""
    operator = graph.operator_of(layer)
    return [value for value in dict.fromkeys(operator.inputs) if graph.layer_of.get(value) in inputs]


def _float_type(graph: Graph, layer: Layer, value: str) -> np.dtype[Any]:
    dtype = graph.operators.values[value].dtype
    if dtype.kind != "f" or value in graph.operators.narrow_values:
        raise NotAvailable(f"{layer.name} computes in {dtype}: only layers that compute in floats can be changed.")
    return dtype
