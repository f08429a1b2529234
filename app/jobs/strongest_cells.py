"""The strongest cells of every channel over many photos: constant memory, the same result in whatever order."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from app.nets.graph import Graph

NO_PHOTO = np.iinfo(np.int32).max  # the number of no photo: it comes after all others of the same value
MAX_CHANNELS = 32_768  # of a layer: one with more is an image or a list of boxes, whose numbers are no channels
CellValues = npt.NDArray[np.float32]
CellIndices = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class PhotoCells:
    """The strongest cells of one photo in the channels `rows`: each value and its place. All are (n,)."""

    rows: npt.NDArray[np.intp]
    values: CellValues
    places: CellIndices


@dataclass(slots=True, eq=False)
class StrongestCells:
    """A row for each channel: the greatest values, one of each photo at most, the greatest first.

    `values`, `photos` and `places` are (channels, count): the value, the number of its photo, and the index of its cell
    in the channel's map. Of equal values the one of the earlier photo comes first.
    """

    values: CellValues
    photos: CellIndices
    places: CellIndices

    @classmethod
    def empty(cls, channels: int, count: int) -> Self:
        """Of no photo yet: `count` places for each channel."""
        shape = count, channels  # so that the cells at one place of all channels, which `add` looks at, are contiguous
        values, photos = np.full(shape, -np.inf, np.float32), np.full(shape, NO_PHOTO, np.int32)
        return cls(values.T, photos.T, np.zeros(shape, np.int32).T)

    def add(self, photo: int, cells: PhotoCells) -> None:
        """Add the strongest cells of one photo. A channel that is not among them has none that matters."""
        self._insert(cells.rows, cells.values, np.full(len(cells.rows), photo, np.int32), cells.places)

    def merge(self, other: "StrongestCells") -> None:
        """Add the cells for other photos."""
        rows = np.arange(len(other.values))
        for place in range(other.values.shape[1]):
            self._insert(rows, other.values[:, place], other.photos[:, place], other.places[:, place])

    def _insert(self, rows: npt.NDArray[np.intp], values: CellValues, photos: CellIndices, places: CellIndices) -> None:
        """Put one more cell of each row into its place. Those that come after it move, and the last one goes."""
        first = np.flatnonzero(_is_first(values, photos, self.values[rows, -1], self.photos[rows, -1]))
        rows, values, photos, places = rows[first], values[first], photos[first], places[first]
        for place in range(self.values.shape[1]):
            held = self.values[rows, place], self.photos[rows, place], self.places[rows, place]
            is_first = _is_first(values, photos, *held[:2])
            self.values[rows, place] = np.where(is_first, values, held[0])
            self.photos[rows, place] = np.where(is_first, photos, held[1])
            self.places[rows, place] = np.where(is_first, places, held[2])
            values = np.where(is_first, held[0], values)
            photos = np.where(is_first, held[1], photos)
            places = np.where(is_first, held[2], places)


def _is_first(
    values: CellValues, photos: CellIndices, others: CellValues, other_photos: CellIndices
) -> npt.NDArray[np.bool_]:
    """Which cells come before the others in the order of `StrongestCells`."""
    is_first: npt.NDArray[np.bool_] = (values > others) | ((values == others) & (photos < other_photos))
    return is_first


def channel_rows(graph: Graph) -> dict[str, slice]:
    """Which rows are the channels of each layer, by its id; a layer of more than `MAX_CHANNELS` has none."""
    rows, begin = {}, 0
    for layer in graph.layers:
        end = begin + (layer.channels if layer.channels <= MAX_CHANNELS else 0)
        rows[layer.id] = slice(begin, end)
        begin = end
    return rows


def strongest_cells_of(maps: CellValues) -> tuple[CellValues, CellIndices]:
    """The greatest value of each channel of one photo, (channels, height, width) or (channels,), and its first place.

    NaN is less than any number, and -inf where there is nothing else.
    """
    cells = maps.reshape(len(maps), -1)
    places = cells.argmax(axis=1)
    values = cells[np.arange(len(cells)), places]
    if np.isnan(values).any():  # argmax takes a NaN for the greatest
        return strongest_cells_of(np.where(np.isnan(cells), np.float32(-np.inf), cells))
    return values, places.astype(np.int32)
