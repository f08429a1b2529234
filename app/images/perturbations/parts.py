"""Parts of the picture: covered, or moved elsewhere. Places and lengths are percentages of its width and height."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

RGB = npt.NDArray[np.uint8]
MID_GREY = 128


class Area(NamedTuple):
    """A rectangle of the picture, in percent of its width and its height."""

    left: float
    top: float
    width: float
    height: float

    def rows(self, height: int) -> slice:
        """Its rows in a picture of this height, to the nearest pixel."""
        return slice(round(self.top * height / 100), min(height, round((self.top + self.height) * height / 100)))

    def columns(self, width: int) -> slice:
        """Its columns in a picture of this width, to the nearest pixel."""
        return slice(round(self.left * width / 100), min(width, round((self.left + self.width) * width / 100)))


def cover(rgb: RGB, area: Area) -> RGB:
    """The picture with a box in mid-grey over a part of it."""
    covered = rgb.copy()
    covered[area.rows(rgb.shape[0]), area.columns(rgb.shape[1])] = MID_GREY
    return covered


def move_part(rgb: RGB, area: Area, right: float, down: float) -> RGB:
    """The picture with a part of it moved by percentages of its width and height.

    Where the part was is the mean colour of the picture. What is moved over the edge is cut off.
    """
    height, width = rgb.shape[:2]
    rows, columns = np.arange(height)[area.rows(height)], np.arange(width)[area.columns(width)]
    moved = rgb.copy()
    moved[np.ix_(rows, columns)] = np.rint(rgb.mean(axis=(0, 1)))
    to_rows, to_columns = rows + round(down * height / 100), columns + round(right * width / 100)
    is_row, is_column = (to_rows >= 0) & (to_rows < height), (to_columns >= 0) & (to_columns < width)
    moved[np.ix_(to_rows[is_row], to_columns[is_column])] = rgb[np.ix_(rows[is_row], columns[is_column])]
    return moved
