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
        shape = channels, count
        photos = np.full(shape, NO_PHOTO, np.int32)
        return cls(np.full(shape, -np.inf, np.float32), photos, np.zeros(shape, np.int32))

    @property
    def nbytes(self) -> int:
        return self.values.nbytes + self.photos.nbytes + self.places.nbytes

    def add(self, photo: int, values: CellValues, places: CellIndices) -> None:
        """Add the strongest cell of each channel for one photo, each (channels,)."""
        photos = np.full(len(values), photo, np.int32)
        self.merge(StrongestCells(values[:, np.newaxis], photos[:, np.newaxis], places[:, np.newaxis]))

    def merge(self, other: "StrongestCells") -> None:
        """Add the cells for other photos."""
        least, last = self.values[:, -1], self.photos[:, -1]
        greatest, first = other.values[:, 0], other.photos[:, 0]
        rows = np.flatnonzero((greatest > least) | ((greatest == least) & (first < last)))
        values, photos, places = (
            np.concatenate([one[rows], another[rows]], axis=1)
            for one, another in ((self.values, other.values), (self.photos, other.photos), (self.places, other.places))
        )
        order = np.lexsort((places, photos, -values))[:, : self.values.shape[1]]
        self.values[rows] = np.take_along_axis(values, order, axis=1)
        self.photos[rows] = np.take_along_axis(photos, order, axis=1)
        self.places[rows] = np.take_along_axis(places, order, axis=1)


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
