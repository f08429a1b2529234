"""The analysis of one channel for one input: its histogram, its strongest cell, its filter and input channels."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from app.analysis.contributions import Contributions, contributions
from app.analysis.filters import FilterPair, FilterStatistics, filter_statistics, nearest_filters
from app.analysis.histogram import Histogram, histogram
from app.errors import NotAvailable
from app.nets.graph import Graph
from app.nets.layer import INPUT, Box, CellPlace, Layer
from app.nets.network import Network
from app.nets.session import Tensor

FILTER_OPERATORS: Final = ("Conv", "ConvTranspose", "Gemm", "MatMul")
NEAREST: Final = 8
MAX_APART: Final = 8  # tokens apart from the map, such as a class token and registers
MAX_COMPARED: Final = 16_000_000  # weights of a layer whose filters are compared with one of them


@dataclass(frozen=True, slots=True)
class MapCell:
    """A cell of a map, its value and its receptive field: `seen` inside the view, `field` with padding."""

    y: int
    x: int
    value: float
    seen: Box
    field: Box


@dataclass(frozen=True, slots=True)
class Filter:
    """The filter of a channel; `nearest` is None if the layer has too many filters to compare."""

    shape: tuple[int, ...]
    statistics: FilterStatistics
    nearest: tuple[FilterPair, ...] | None
    contributions: Contributions | None


@dataclass(frozen=True, slots=True)
class ChannelAnalysis:
    """The analysis of one channel; `strongest` is the first cell of its map with the largest value.

    `apart` are the cells of tokens apart from the map, the first few.
    """

    histogram: Histogram
    strongest: MapCell
    apart: tuple[MapCell, ...]
    filter: Filter | None


def analyse_channel(
    network: Network, layer: Layer, number: int, activations: Mapping[str, Tensor], tensor: Callable[[], Tensor]
) -> ChannelAnalysis:
    """Analyse a channel of `activations`; `tensor` returns the input tensor (C, H, W).

    Raises:
        NonFinite: the channel has NaN or infinity.
    """
    output = activations[layer.id]
    values = layer.maps_of(output)[number]
    y, x = divmod(int(np.argmax(values)), values.shape[1]) if values.ndim == 2 else (0, 0)
    return ChannelAnalysis(
        histogram(layer.values_of(output)[number]),
        map_cell(network.graph, layer, output, CellPlace(layer.id, number, y, x)),
        _cells_apart(network.graph, layer, output, number),
        _filter(network, layer, number, activations, tensor),
    )


def map_cell(graph: Graph, layer: Layer, output: Tensor, place: CellPlace) -> MapCell:
    """A cell of a layer's output, (0, 0) of a unit of a vector. Raises IndexError if there is no such cell."""
    y, x = place.y, place.x
    seen = graph.box(layer.id, y, x)
    value = float(output[layer.index_of(place.channel, y, x)])
    return MapCell(y, x, value, seen, _whole_field(graph, layer, y, x))


def _cells_apart(graph: Graph, layer: Layer, output: Tensor, channel: int) -> tuple[MapCell, ...]:
    grid = layer.token_grid
    count, row = (min(grid.apart, MAX_APART), grid.height) if grid else (0, 0)
    return tuple(map_cell(graph, layer, output, CellPlace(layer.id, channel, row, at)) for at in range(count))


def receptive_field_edges(graph: Graph, layer: Layer) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The edges of the receptive fields of a layer's rows and columns: the first pixel, and the last plus one.

    The field of a cell is the rectangle between the edges of its row and those of its column.
    """
    height, width = layer.map_size
    rows = [graph.box(layer.id, y, width // 2) for y in range(height)]
    columns = [graph.box(layer.id, height // 2, x) for x in range(width)]
    return [(box.top, box.bottom) for box in rows], [(box.left, box.right) for box in columns]


def _whole_field(graph: Graph, layer: Layer, y: int, x: int) -> Box:
    field = layer.receptive_field
    top, left = field.offset[0] + y * field.step[0], field.offset[1] + x * field.step[1]
    return Box(math.floor(top), math.floor(left), math.ceil(top + field.size[0]), math.ceil(left + field.size[1]))


def _filter(
    network: Network, layer: Layer, number: int, activations: Mapping[str, Tensor], tensor: Callable[[], Tensor]
) -> Filter | None:
    try:
        weights, index = filter_of(network, layer, number)
    except NotAvailable:
        return None
    inputs = None
    if len(layer.inputs) == 1 and network.graph.reads_outputs(layer):
        inputs = tensor() if layer.inputs[0] == INPUT else activations[layer.inputs[0]]
    return Filter(
        shape=weights.shape[1:],
        statistics=filter_statistics(weights[index]),
        nearest=nearest_filters(weights, index, NEAREST) if weights.size <= MAX_COMPARED else None,
        contributions=None if inputs is None else _contributions(layer, weights, index, inputs),
    )


def filter_of(network: Network, layer: Layer, channel: int) -> tuple[Tensor, int]:
    """The layer's filters, and the index of the one that computes a channel.

    Raises:
        NotAvailable: the layer has no filters, they are not here, or its channels are not theirs.
    """
    weights = network.weights(layer.id)
    index = layer.filter_of(channel, len(weights)) if layer.op in FILTER_OPERATORS else None
    if index is None:
        raise NotAvailable(f"The channels of {layer.name} are not the outputs of its filters.", op=layer.op)
    return weights, index


def _contributions(layer: Layer, weights: Tensor, number: int, inputs: Tensor) -> Contributions | None:
    """None if the layer does not read one input channel per plane of the filter."""
    if layer.op == "Conv" and inputs.ndim == 3 and layer.is_channels_first:
        return contributions(inputs, weights, number, layer.attributes, layer.map_size)
    if weights.ndim == 2 and inputs.size == weights.shape[1] and len(layer.shape) == 1:
        gain: Any = layer.attributes.get("alpha", 1.0)
        own = gain * weights[number : number + 1, :, None, None]
        return contributions(inputs.reshape(-1, 1, 1), own, 0, {}, (1, 1))
    return None
