"""The greatest value of every channel for one photo, and its place, read from as few layers as possible.

What a ReLU or a concatenation outputs follows from what it reads: of SqueezeNet's numbers, more than half need no look.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from app.jobs.strongest_cells import CellIndices, CellValues, PhotoCells, channel_rows
from app.nets.graph import Graph
from app.nets.layer import SPATIAL_AXES, Layer
from app.nets.session import Tensor

ChannelMask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Derived:
    """The rows of a layer whose maps are those in the rows `sources`, below 0 replaced by 0 if it `is_relu`."""

    rows: slice
    sources: tuple[slice, ...]
    is_relu: bool


@dataclass(frozen=True, slots=True)
class ChannelMaxima:
    """How the greatest values of a network's channels are found: `read` are the layers whose outputs are looked at.

    `rows` are those of each layer, by its id, and `derived` the others, in the order of the graph.
    """

    rows: Mapping[str, slice]
    read: tuple[Layer, ...]
    derived: tuple[Derived, ...]

    @classmethod
    def of(cls, graph: Graph) -> Self:
        """Of all layers of a network whose channels have rows."""
        rows = channel_rows(graph)
        layers = [layer for layer in graph.layers if rows[layer.id].start < rows[layer.id].stop]
        derived = {layer.id: each for layer in layers if (each := _derived(graph, layer, rows))}
        return cls(rows, tuple(each for each in layers if each.id not in derived), tuple(derived.values()))

    def strongest(self, outputs: Mapping[str, Tensor], least: CellValues) -> PhotoCells | None:
        """The greatest value of each channel of one photo that reaches `least`, and its first place.

        None if a cell is NaN.

        Args:
            outputs: those of the layers in `read`, by their ids, without a batch axis.
            least: what the value of a channel must reach to matter, (channels,).
        """
        maps = [(self.rows[each.id], each.maps_of(outputs[each.id]).reshape(each.channels, -1)) for each in self.read]
        values = self._values(maps, len(least))
        if np.isnan(values).any():
            return None
        rows = np.flatnonzero(values >= least)
        places = self._places(maps, values, self._wanted(values >= least))
        return PhotoCells(rows, values[rows], places[rows])

    def _places(self, maps: list[tuple[slice, Tensor]], values: CellValues, wanted: ChannelMask) -> CellIndices:
        places = np.zeros(len(values), np.int32)
        for rows, cells in maps:
            chosen = np.flatnonzero(wanted[rows])
            places[rows.start + chosen] = cells[chosen].argmax(axis=1)
        for each in self.derived:
            places[each.rows] = np.concatenate([places[rows] for rows in each.sources])
            if each.is_relu:  # where nothing is above 0, all cells are 0
                places[each.rows][values[each.rows] == 0] = 0
        return places

    def _values(self, maps: list[tuple[slice, Tensor]], channels: int) -> CellValues:
        values = np.empty(channels, np.float32)
        for rows, cells in maps:
            values[rows] = cells.max(axis=1)
        for each in self.derived:
            values[each.rows] = np.concatenate([values[rows] for rows in each.sources])
            if each.is_relu:
                values[each.rows] = np.maximum(values[each.rows], np.float32(0))
        return values

    def _wanted(self, matters: ChannelMask) -> ChannelMask:
        """Of which channels the place has to be found: those that matter, and those that such a one follows from."""
        wanted = matters.copy()
        for each in reversed(self.derived):
            follows, begin = wanted[each.rows], 0
            for rows in each.sources:
                end = begin + rows.stop - rows.start
                wanted[rows] |= follows[begin:end]
                begin = end
        return wanted


def _derived(graph: Graph, layer: Layer, rows: Mapping[str, slice]) -> Derived | None:
    """How the maps of a layer follow from those that its operator reads; None if they have to be read."""
    operator = next(each for each in graph.operators.operators if layer.output in each.outputs)
    by_output = {each.output: each for each in graph.layers}
    sources = [by_output[value] for value in operator.inputs if value in by_output]
    if len(sources) != len(operator.inputs) or not all(_has_plain_maps(each) for each in (layer, *sources)):
        return None
    is_relu = operator.op == "Relu"
    if not is_relu and not (operator.op == "Concat" and operator.attributes["axis"] in (1, -len(SPATIAL_AXES))):
        return None
    return Derived(rows[layer.id], tuple(rows[each.id] for each in sources), is_relu)


def _has_plain_maps(layer: Layer) -> bool:
    """Whether its value is (batch, channels, height, width), the numbers themselves."""
    return layer.is_channels_first and layer.axes == SPATIAL_AXES and layer.quantisation is None
