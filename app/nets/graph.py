"""A network as data, read from an ONNX file: layers, edges, shapes, parameters, MACs and receptive fields."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from onnx import ModelProto

from app.errors import NetworkError, UnknownLayer
from app.nets.layer import INPUT, Box, Layer
from app.nets.reading.constants import Constants
from app.nets.reading.counts import count_depth, count_parameters, is_weighted
from app.nets.reading.layers import map_size, read_layers
from app.nets.reading.model_file import Weight, inline_tensors
from app.nets.reading.operators import OperatorGraph, read_operators
from app.nets.reading.receptive_fields import LayerInput, receptive_box

RESHAPING = {"Flatten", "Reshape", "Squeeze", "Unsqueeze"}


@dataclass(frozen=True, slots=True)
class InputTensor:
    """The input tensor of the network: its ONNX name, its shape (C, H, W) without the batch axis, and its dtype."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]


@dataclass(frozen=True, slots=True)
class Graph:
    """A network as data. `layers` are in topological order; `edges` are pairs of layer ids, from "input" for the input.

    `scores` is the output layer, `logits` the layer before its softmax, or `scores` itself if there is no softmax.
    `weight_bytes` is the size of the trained constants, `activation_bytes` that of all layers' outputs for one input.
    `params`, `macs` and `depth` are counted as in `app.nets.reading.counts`; a shared weight counts once.
    """

    input: InputTensor
    layers: tuple[Layer, ...]
    by_id: Mapping[str, Layer]
    edges: tuple[tuple[str, str], ...]
    logits: Layer
    scores: Layer
    params: int
    macs: int
    depth: int
    weight_bytes: int
    activation_bytes: int
    layer_inputs: Mapping[str, Sequence[LayerInput]]

    @property
    def last_map(self) -> Layer | None:
        """The last layer that has maps."""
        return next((layer for layer in reversed(self.layers) if layer.has_maps), None)

    def box(self, layer: str, y: int, x: int) -> Box:
        """The input pixels in the receptive field of a layer's cell (y, x): (0, 0) for a layer of shape (N,).

        Raises:
            UnknownLayer: there is no such layer.
            IndexError: the layer has no such cell.
        """
        if layer not in self.by_id:
            raise UnknownLayer("The network has no such layer.", known=list(self.by_id))
        height, width = self.by_id[layer].map_size
        if not (0 <= y < height and 0 <= x < width):
            raise IndexError("no such cell")
        if not self.by_id[layer].moves_over_input:
            y = x = 0
        sizes = {INPUT: map_size(self.input.shape)} | {known.id: known.map_size for known in self.layers}
        sizes |= {known.id: (1, 1) for known in self.layers if not known.moves_over_input}
        return receptive_box(self.layer_inputs, sizes, layer, (y, x))


def read_graph(
    model: ModelProto, size: tuple[int, int] | None = None, tensors: Mapping[str, Weight] | None = None
) -> Graph:
    """Read a network's graph for inputs of `size` (height, width), or of the size that the file fixes.

    The weights are not needed. With `tensors`, or where the model contains them, a normalisation's scale of 1 and bias
    of 0 are recognised as not learned.

    Raises:
        NetworkError: the network does not map one image to one output, or `size` contradicts the file.
    """
    try:
        operators = read_operators(model, size)
        table = read_layers(operators, Constants(model, inline_tensors(model) if tensors is None else tensors))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # A file may give any operator attributes of any type and length.
        raise NetworkError("The attributes of one of the network's operators do not fit it.") from error
    by_id = {layer.id: layer for layer in table.layers}
    output = table.layer_of.get(operators.output, INPUT)
    if output == INPUT:
        raise NetworkError("The network's output is not that of a layer.")
    params = {
        name: count for layer in table.layers for name, count in count_parameters(layer.weights, operators).items()
    }
    return Graph(
        input=_input_tensor(operators),
        layers=table.layers,
        by_id=MappingProxyType(by_id),
        edges=tuple((source, layer.id) for layer in table.layers for source in layer.inputs),
        logits=_before_softmax(by_id, by_id[output]),
        scores=by_id[output],
        params=sum(params.values()),
        macs=sum(layer.macs for layer in table.layers),
        depth=count_depth((layer.id, layer.inputs, is_weighted(layer.op, layer.weights)) for layer in table.layers),
        weight_bytes=_bytes(operators, {name for layer in table.layers for name in layer.weights.values()}),
        activation_bytes=_bytes(operators, [layer.output for layer in table.layers]),
        layer_inputs=table.layer_inputs,
    )


def _input_tensor(operators: OperatorGraph) -> InputTensor:
    name = operators.input
    return InputTensor(name, operators.shape(name)[1:], operators.values[name].dtype)


def _before_softmax(by_id: Mapping[str, Layer], output: Layer) -> Layer:
    """The layer before the softmax that `output` is, or is a reshaped copy of; without a softmax, `output`."""
    layer = output
    while layer.op in RESHAPING and layer.inputs[0] in by_id:
        layer = by_id[layer.inputs[0]]
    return by_id.get(layer.inputs[0], output) if layer.op == "Softmax" else output


def _bytes(operators: OperatorGraph, values: Iterable[str]) -> int:
    return sum(math.prod(operators.shape(value)) * operators.values[value].dtype.itemsize for value in values)
