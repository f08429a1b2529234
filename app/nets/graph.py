"""What an ONNX file says of its network: layers, blocks, wires, shapes, parameters, work and receptive fields."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from onnx import ModelProto

from app.errors import NetworkError, UnknownLayer
from app.nets.layer import INPUT, Box, Layer
from app.nets.reading.counts import depth, is_weighted, parameters
from app.nets.reading.layers import read_layers, size
from app.nets.reading.operators import Source, read_source
from app.nets.reading.receptive_fields import Feed, box

RESHAPING = {"Flatten", "Reshape", "Squeeze", "Unsqueeze"}


@dataclass(frozen=True, slots=True)
class InputTensor:
    """What the network takes: the ONNX name, the shape (C, H, W) and the dtype of one picture."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]


@dataclass(frozen=True, slots=True)
class Graph:
    """A network as data. `layers` come inputs first; `edges` are (from, to) layer ids, from "input" for the picture.

    `scores` is the layer that answers, `logits` the one that feeds its softmax, or `scores` itself if it has none.
    `weight_bytes` is what the trained constants take, `activation_bytes` what every layer's output for one picture
    takes together. `params`, `macs` and `depth` are counted as `app.nets.reading.counts` says; a shared weight counts
    once.
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
    feeds: Mapping[str, Sequence[Feed]]

    @property
    def last_map(self) -> Layer | None:
        """The last layer that has maps."""
        return next((layer for layer in reversed(self.layers) if layer.has_maps), None)

    def box(self, layer: str, y: int, x: int) -> Box:
        """The input pixels that cell (y, x) of a layer's maps sees; for a layer of shape (N,) the cell is (0, 0).

        Raises:
            UnknownLayer: there is no such layer.
            IndexError: the layer's maps have no such cell.
        """
        if layer not in self.by_id:
            raise UnknownLayer("The network has no such layer.", known=list(self.by_id))
        sizes = {INPUT: size(self.input.shape)} | {known.id: size(known.shape) for known in self.layers}
        if not (0 <= y < sizes[layer][0] and 0 <= x < sizes[layer][1]):
            raise IndexError("no such cell")
        return box(self.feeds, sizes, layer, (y, x))


def read_graph(model: ModelProto, size: tuple[int, int] | None = None) -> Graph:
    """Read a network's graph for pictures of `size` (height, width), or of the size that the file fixes.

    The model's weights are not needed.

    Raises:
        NetworkError: not a network from one picture to one answer, or `size` contradicts the file.
    """
    try:
        source = read_source(model, size)
        found = read_layers(source)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # A file may give any operator settings of any type and length.
        raise NetworkError("The settings of one of the network's operators do not fit it.") from error
    by_id = {layer.id: layer for layer in found.layers}
    answer = found.layer_of.get(source.output, INPUT)
    if answer == INPUT:
        raise NetworkError("The network's answer is no layer's output.")
    params = {name: count for layer in found.layers for name, count in parameters(layer.weights, source).items()}
    return Graph(
        input=InputTensor(source.picture, source.shape(source.picture)[1:], source.values[source.picture].dtype),
        layers=found.layers,
        by_id=MappingProxyType(by_id),
        edges=tuple((before, layer.id) for layer in found.layers for before in layer.inputs),
        logits=_before_softmax(by_id, by_id[answer]),
        scores=by_id[answer],
        params=sum(params.values()),
        macs=sum(layer.macs for layer in found.layers),
        depth=depth((layer.id, layer.inputs, is_weighted(layer.op, layer.weights)) for layer in found.layers),
        weight_bytes=_bytes(source, {name for layer in found.layers for name in layer.weights.values()}),
        activation_bytes=_bytes(source, [layer.output for layer in found.layers]),
        feeds=found.feeds,
    )


def _before_softmax(by_id: Mapping[str, Layer], answer: Layer) -> Layer:
    """The layer that feeds the softmax which `answer` is, or reshapes."""
    layer = answer
    while layer.op in RESHAPING and layer.inputs[0] in by_id:
        layer = by_id[layer.inputs[0]]
    return by_id.get(layer.inputs[0], answer) if layer.op == "Softmax" else answer


def _bytes(source: Source, values: Iterable[str]) -> int:
    return sum(math.prod(source.shape(value)) * source.values[value].dtype.itemsize for value in values)
