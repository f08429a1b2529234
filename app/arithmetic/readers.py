"""Which layers read a cell, and which of their cells depend on it directly."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np

from app.arithmetic.operands import Operands, full_index, layer_index
from app.arithmetic.working import Index
from app.nets.layer import INPUT, Box, CellPlace, Layer
from app.nets.reading.operator_fields import CONVOLUTIONS, ELEMENTWISE, POOLS
from app.nets.reading.operators import Operator
from app.nets.reading.receptive_fields import LayerInput, cells_reading

MAX_READERS = 32
POINTWISE = ELEMENTWISE - {"LRN", "Split"}
CHANNEL_WISE = (ELEMENTWISE | POOLS | {"GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool", "Resize", "Upsample"}) - {
    "LRN"
}


@dataclass(frozen=True, slots=True)
class CellReader:
    """A layer that reads a cell: `channels` of its channels from `channel` on, and in each the cells in `window`.

    All that depend on the cell directly are among them; in an operator without a rule here, these are all cells.
    """

    layer: str
    channel: int
    channels: int
    window: Box


def readers_of(operands: Operands, place: CellPlace) -> tuple[CellReader, ...]:
    """The layers that read a cell of a layer or of the input, in the order of the network, at most `MAX_READERS`."""
    graph = operands.graph
    readers = (
        reader
        for layer in graph.layers
        for each in graph.layer_inputs[layer.id]
        if each.source == place.layer
        for reader in _readers(operands, layer, each, place)
    )
    return tuple(islice(dict.fromkeys(readers), MAX_READERS))


def _readers(operands: Operands, layer: Layer, read: LayerInput, place: CellPlace) -> Iterator[CellReader]:
    operator = operands.operator(layer.output)
    source = operands.graph.by_id.get(place.layer)
    value = operands.graph.input.name if source is None else source.output
    if value not in map(operands.origin, operator.inputs):
        return  # it reads another output of the layer, such as the second part of a Split
    if source is not None and operator.op in MOVES:
        for index in MOVES[operator.op](operands, operator, value, full_index(source, place)):
            moved = operands.place(layer.output, index)
            if moved is not None:
                box = Box(moved.y, moved.x, moved.y + 1, moved.x + 1)
                yield CellReader(layer.id, moved.channel, 1, box)
        return
    if source is not None and operator.op in POINTWISE:
        yield _broadcast(operands, layer, source, place)
        return
    windows = read.windows if source is None or source.moves_over_input else (None, None)
    height, width = layer.map_size
    rows, columns = operands.graph.input.shape[1:] if source is None else source.map_size
    top, bottom = cells_reading(windows[0], place.y, rows, height)
    left, right = cells_reading(windows[1], place.x, columns, width)
    channels = _channels(operands, operator, layer, place)
    if top <= bottom and left <= right and channels:
        yield CellReader(layer.id, channels.start, len(channels), Box(top, left, bottom + 1, right + 1))


def _broadcast(operands: Operands, layer: Layer, source: Layer, place: CellPlace) -> CellReader:
    """The cells of an operator on pairs of numbers that read one: several where an axis of length 1 is broadcast."""
    shape, whole = operands.shape(source.output), operands.shape(layer.output)
    index = (0,) * (len(whole) - len(shape)) + full_index(source, place)
    lengths = (1,) * (len(whole) - len(shape)) + shape
    first = tuple(0 if own == 1 else at for at, own in zip(index, lengths, strict=True))
    last = tuple(other - 1 if own == 1 else at for at, own, other in zip(index, lengths, whole, strict=True))
    low, high = (CellPlace(layer.id, *layer.cell_of(layer_index(layer, corner))) for corner in (first, last))
    box = Box(low.y, low.x, high.y + 1, high.x + 1)
    return CellReader(layer.id, low.channel, high.channel - low.channel + 1, box)


def _in_order(operands: Operands, operator: Operator, value: str, index: Index) -> Iterator[Index]:
    """Where an operator that keeps the numbers in their order puts one."""
    flat = np.ravel_multi_index(index, operands.shape(value))
    yield tuple(int(at) for at in np.unravel_index(flat, operands.shape(operator.outputs[0])))


def _transposed(operands: Operands, operator: Operator, value: str, index: Index) -> Iterator[Index]:
    order = operator.attributes.get("perm") or range(len(index))[::-1]
    yield tuple(index[axis] for axis in order)


def _concatenated(operands: Operands, operator: Operator, value: str, index: Index) -> Iterator[Index]:
    """Where a Concat puts a number, once for each time that it reads the value."""
    axis, begin = int(operator.attributes["axis"]) % len(index), 0
    for name in operator.inputs:
        if operands.origin(name) == value:
            yield (*index[:axis], index[axis] + begin, *index[axis + 1 :])
        begin += operands.shape(name)[axis]


MOVES: Mapping[str, Callable[[Operands, Operator, str, Index], Iterator[Index]]] = {
    "Concat": _concatenated,
    "Transpose": _transposed,
    **dict.fromkeys(("Flatten", "Reshape", "Squeeze", "Unsqueeze"), _in_order),
}


def _channels(operands: Operands, operator: Operator, layer: Layer, place: CellPlace) -> range:
    """The channels of a layer that read a channel of another one: all of them where no rule says fewer."""
    everything = range(layer.channels)
    count = operands.graph.input.shape[0] if place.layer == INPUT else operands.graph.by_id[place.layer].channels
    if operator.op in CONVOLUTIONS | {"ConvTranspose"}:
        groups = int(operator.attributes.get("group", 1))
        if count % groups or layer.channels % groups:
            return everything
        group, size = place.channel // (count // groups), layer.channels // groups
        return range(group * size, (group + 1) * size)
    if operator.op in CHANNEL_WISE and (layer.channels == count or operator.op == "Split"):
        return range(place.channel, min(place.channel + 1, layer.channels))
    return everything
