"""A layer of a network: its operator, its shape, its weights and its receptive field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from app.errors import UnknownChannel
from app.nets.reading.quantisation import Quantisation
from app.nets.reading.token_grid import TokenGrid

INPUT = "input"  # the id of the network's input among the ids of layers
SPATIAL_AXES = ("channel", "height", "width")
CHANNELS_LAST = ("height", "width", "channel")
FILTERED = {"channel", "unit"}  # axes with one place for each filter
LEADING = {"block", "group", "channel"}  # axes that number the maps; the others are within a map


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """The part of the input that a cell of a layer depends on, in pixels as (vertical, horizontal).

    The field of cell (y, x) is `size` pixels from `offset + (y, x) * step` on; padding counts, so an offset may be
    negative and a field larger than the input. If every cell depends on the whole input, the step is 0.

    After A. Araujo, W. Norris, J. Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill, 2019.
    """

    size: tuple[float, float]
    step: tuple[float, float]
    offset: tuple[float, float]


@dataclass(frozen=True, slots=True)
class CellPlace:
    """Where a cell is: a layer's id, a channel, a row and a column, which are 0 in a vector."""

    layer: str
    channel: int
    y: int = 0
    x: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of input pixels, or of the cells of a map; `bottom` and `right` are exclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Layer:
    """One operator whose output depends on the network's input.

    `id` is unique, stable and safe in a URL; `name` is text from the file, never HTML. `inputs` are the ids of the
    layers that it reads, "input" for the network's input. `output` is the name of its ONNX value. `shape` is the shape
    of the value without its batch axis, which is at `batch_axis`, or None where an operator has removed it; `axes` are
    the names of the others. `weights` are the names of its constants, as the file stores them, by role: "weight",
    "bias", "scale", "mean" ..., and "fixed scale" and "fixed bias" for those that were not learned. `params` and `macs`
    are counted as in `app.nets.reading.counts`. `token_grid` is where the tokens of a channel are on a map, if that is
    certain. `quantisation` says what the numbers of the value stand for where they are quantised with a stored scale:
    outputs of the layer's `shape` are then the real numbers.
    """

    id: str
    name: str
    op: str
    block: str | None
    inputs: tuple[str, ...]
    output: str
    shape: tuple[int, ...]
    params: int
    macs: int
    receptive_field: ReceptiveField
    attributes: Mapping[str, Any]
    weights: Mapping[str, str]
    axes: tuple[str, ...]
    batch_axis: int | None
    token_grid: TokenGrid | None = None
    quantisation: Quantisation | None = None

    @property
    def map_shape(self) -> tuple[int, int, int]:
        """The shape of `maps_of`: channels, height and width; (N, 1, 1) for a vector."""
        lead, rest = self._map_axes
        lengths = [self.shape[axis] for axis in rest]
        height, width = (1, *lengths) if len(lengths) == 1 else tuple(lengths) or (1, 1)
        if self.token_grid:
            height, width = self.token_grid.height, self.token_grid.width
        return prod(self.shape[axis] for axis in lead), height, width

    @property
    def channels(self) -> int:
        """The number of channels, or of a vector's units."""
        return self.map_shape[0]

    @property
    def map_size(self) -> tuple[int, int]:
        """The (height, width) of a channel's map; (1, 1) for a vector."""
        return self.map_shape[1:]

    @property
    def has_maps(self) -> bool:
        """Whether a channel has more than one cell."""
        return prod(self.map_size) > 1

    @property
    def is_channels_first(self) -> bool:
        """Whether the value is (batch, C, H, W) or (batch, N)."""
        return self.batch_axis == 0 and (self.axes == SPATIAL_AXES or len(self.axes) == 1)

    @property
    def is_spatial(self) -> bool:
        """Whether the output is (C, H, W) with more than one cell per map, as a convolution gives it."""
        return self.has_maps and self.is_channels_first

    @property
    def moves_over_input(self) -> bool:
        """Whether it has the height and width that its receptive field moves over, before or after the channels."""
        rank = len(self.shape) + (self.batch_axis is not None)
        has_places = self.axes[-2:] == SPATIAL_AXES[1:] or self.axes == CHANNELS_LAST
        return has_places and (rank > len(SPATIAL_AXES) or self.axes in (SPATIAL_AXES, CHANNELS_LAST))

    def maps_of(self, output: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """An output of the layer's `shape` as maps, (channels, height, width).

        Groups of channels are channels one after the other, a matrix has one row per channel, (channels, 1, length). A
        vector stays (N,). It is a view of `output` where the axes allow it. Every value is there once, but those of
        tokens apart from the map.
        """
        if self.token_grid:
            return self.token_grid.maps_of(self.values_of(output)[:, 0])
        return self.values_of(output)

    def values_of(self, output: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Every value of an output once, by channel: as `maps_of`, but tokens are (channels, 1, tokens)."""
        if output.ndim <= 1:
            return output.reshape(-1)
        lead, rest = self._map_axes
        shape = (self.channels, 1, self.token_grid.tokens) if self.token_grid else self.map_shape
        return output.transpose(*lead, *rest).reshape(shape)

    def from_maps(self, maps: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The output of the layer's `shape` whose `maps_of` are these; zero for tokens apart from the map."""
        lead, rest = self._map_axes
        order = (*lead, *rest)
        values = self.token_grid.rows_of(maps) if self.token_grid else maps
        return values.reshape([self.shape[axis] for axis in order]).transpose(
            sorted(range(len(order)), key=order.__getitem__)
        )

    def has_cell(self, y: int, x: int) -> bool:
        """Whether a channel has a cell at (y, x); tokens apart from the map are the row below it."""
        height, width = self.map_size
        if self.token_grid:
            return self.token_grid.has_place(y, x)
        return 0 <= y < height and 0 <= x < width

    def index_of(self, channel: int, y: int, x: int) -> tuple[int, ...]:
        """The index, in an output of the layer's `shape`, of a cell of its `maps_of`, or of a token apart."""
        lead, rest = self._map_axes
        place = (self.token_grid.token_at(y, x),) if self.token_grid else (y, x)[2 - len(rest) :]
        at = dict(zip(rest, place, strict=True))
        for axis in reversed(lead):
            channel, at[axis] = divmod(channel, self.shape[axis])
        return tuple(at[axis] for axis in range(len(self.shape)))

    def cell_of(self, index: Sequence[int]) -> tuple[int, int, int]:
        """The cell of `maps_of`, as channel, row and column, at an index in an output of the layer's `shape`."""
        lead, rest = self._map_axes
        channel = 0
        for axis in lead:
            channel = channel * self.shape[axis] + index[axis]
        if self.token_grid:
            return channel, *self.token_grid.place_of(index[rest[0]])
        y, x = (0, 0, *(index[axis] for axis in rest))[-2:]
        return channel, y, x

    def filter_of(self, channel: int, count: int) -> int | None:
        """Which of the layer's `count` filters computes a channel: None if its channels are not those of filters."""
        lead, _ = self._map_axes
        place = next((at for at, axis in enumerate(lead) if self.axes[axis] in FILTERED), None)
        if place is None or self.shape[lead[place]] != count:
            return None
        return channel // prod(self.shape[axis] for axis in lead[place + 1 :]) % count

    @property
    def _map_axes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The axes of `shape` that number the maps, and those within a map, two at most."""
        places = range(len(self.shape))
        lead = [place for place in places if self.axes[place] in LEADING] or list(places[:1])
        rest = [place for place in places if place not in lead]
        return (*lead, *rest[:-2]), tuple(rest[-2:])

    def without_batch(self, value: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The ONNX value of one input as an array of `shape`: a view of it."""
        if self.batch_axis is None:
            return value.reshape(self.shape)
        return np.moveaxis(value, self.batch_axis, 0)[0, ...]

    def with_batch(self, output: npt.NDArray[Any], shape: tuple[int, ...]) -> npt.NDArray[Any]:
        """The ONNX value of this shape for an output of the layer's `shape`, the same for each input of a batch."""
        whole = output if self.batch_axis is None else np.expand_dims(output, self.batch_axis)
        return np.broadcast_to(whole, shape)

    def real(self, numbers: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The real numbers that numbers of the ONNX value stand for: the same ones unless they are quantised."""
        return numbers if self.quantisation is None else self.quantisation.real(numbers)

    def quantised(self, output: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The numbers of the ONNX value that stand for these real ones; the inverse of `real`."""
        return output if self.quantisation is None else self.quantisation.quantised(output)


def check_channel(layer: Layer, channel: int, count: int) -> None:
    """Raises UnknownChannel unless the layer has this many channels or filters."""
    if channel >= count:
        raise UnknownChannel(f"The channels of {layer.name} are numbered from 0 to {count - 1}.", count=count)
