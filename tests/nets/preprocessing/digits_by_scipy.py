"""The steps that find a digit's ink and its pieces, by the filters and the labels of scipy.ndimage."""

import math

import numpy as np
import numpy.typing as npt
from scipy import ndimage, stats
from skimage.measure import block_reduce

from app.nets.preprocessing import digits

Plane = npt.NDArray[np.float64]
Extent = tuple[int, int, int, int]


def side_of(shape: tuple[int, ...]) -> int:
    """The pixels along a cell: as few as give at most `digits.CELLS` cells."""
    return math.ceil(max(shape) / digits.CELLS)


def cells_of(plane: npt.NDArray[np.generic]) -> Plane:
    side = side_of(plane.shape)
    filled = np.pad(plane.astype(np.float64), [(0, -length % side) for length in plane.shape], mode="edge")
    return np.asarray(block_reduce(filled, (side, side), np.mean))


def enlarged(cells: Plane, shape: tuple[int, ...]) -> Plane:
    side = side_of(shape)
    places = [(np.arange(length) + 0.5) / side - 0.5 for length in shape]
    return np.asarray(ndimage.map_coordinates(cells, np.meshgrid(*places, indexing="ij"), order=1, mode="nearest"))


def in_cells(mask: npt.NDArray[np.bool_], shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    side = side_of(shape)
    rows, columns = np.indices(shape) // side
    return np.asarray(mask[rows, columns])


def without_slope(grey: npt.NDArray[np.uint8]) -> Plane:
    """The picture without the light that rises from one side to the other."""
    cells = cells_of(grey)
    plane = np.zeros(cells.shape)
    for axis, places in enumerate(np.indices(cells.shape)):
        if cells.shape[axis] > 1:
            plane += np.median(np.diff(cells, axis=axis)) * (places - places.mean())
    return grey - enlarged(plane, grey.shape)


def paper_around(cells: Plane) -> int | None:
    """The level of the paper around a tight crop: one that ink touches on four sides, with corners of paper."""
    contrast = np.ptp(cells)
    turned = [np.rot90(cells, turns) for turns in range(4)]
    length = max(1, min(cells.shape) // digits.CORNER)
    corners = [float(each[:length, :length].mean()) for each in turned]
    end = cells.max() if np.mean(corners) > cells.min() + contrast / 2 else cells.min()
    paper = [level for level in corners if abs(level - end) <= digits.FAINT * contrast]
    is_filled = np.mean(abs(cells - end) > contrast / 2) > digits.MAX_FILLED
    is_touched = all((abs(each[0] - end) > digits.TOUCH * contrast).any() for each in turned)
    is_crop = is_touched and not is_filled and len(paper) >= digits.MIN_CORNERS
    return round(np.mean(paper)) if is_crop and contrast >= digits.MIN_INK else None


def ink_by_scipy(grey: npt.NDArray[np.uint8]) -> Plane:
    """The ink of a picture: of a tight crop that of a page with paper around."""
    even = without_slope(grey)
    level = paper_around(cells_of(even))
    if level is None:
        return _ink_on_page(even)
    margin = max(grey.shape) // 4 + 1
    return _ink_on_page(np.pad(even, margin, constant_values=level))[margin:-margin, margin:-margin]


def _ink_on_page(even: Plane) -> Plane:
    cells = cells_of(even)
    near = _odd(min(cells.shape) / 2)
    if (cells - (_least(cells, near) + _most(cells, near)) / 2).sum() > 0:
        even, cells = 255 - even, 255 - cells
    window = _odd(max(min(cells.shape) / digits.LIGHT, max(cells.shape) / digits.NARROW))
    paper = _most(_least(cells, window), window + 2)
    difference = even - enlarged(paper, even.shape)
    noise = stats.median_abs_deviation(difference, axis=None, scale="normal")
    ink = (difference - np.median(difference) - digits.NOISE * noise).clip(0)
    return ink if ink.max() >= digits.MIN_INK else np.zeros(even.shape)


def clear_ink(ink: npt.NDArray[np.floating]) -> Plane:
    """What is stronger than almost all of the paper."""
    if not ink.any():
        return np.zeros(ink.shape)
    strongest = np.sort(ink, axis=None)[-max(1, math.floor(ink.size * digits.STRONGEST))]
    strokes = _most((cells_of(ink > strongest / 2) > 0).astype(float), 5) > 0
    paper = ink[~in_cells(strokes, ink.shape)]
    dirt = np.percentile(paper, digits.DIRTIEST) if paper.size else 0
    return np.where(ink > np.clip(dirt, digits.FAINT * strongest, digits.CLEAR * strongest), ink, 0)


def digit_of(ink: npt.NDArray[np.floating]) -> tuple[npt.NDArray[np.bool_], int]:
    """The cells of the digit, and the number of its pieces."""
    cells = cells_of(clear_ink(ink))
    labels, count = ndimage.label(cells > 0, np.ones((3, 3)))
    amounts = dict(zip(range(1, count + 1), ndimage.sum_labels(cells, labels, range(1, count + 1)), strict=True))
    sides = [set(labels[0]), set(labels[-1]), set(labels[:, 0]), set(labels[:, -1])]
    frames = set().union(*(side for side in sides if len(side) == 1))
    for ignored, share in ((frames, digits.INSIDE_FRAME), (set().union(*sides), digits.OFF_EDGE)):
        others = {label: amount for label, amount in amounts.items() if label not in ignored}
        if max(others.values(), default=0) > share * max(amounts.values(), default=0):
            amounts = others
    digit = [label for label, amount in amounts.items() if amount >= digits.SPECK * max(amounts.values())]
    return np.isin(labels, digit), len(digit)


def extent_by_scipy(ink: npt.NDArray[np.floating]) -> Extent | None:
    is_digit = in_cells(digit_of(ink)[0], ink.shape) & (clear_ink(ink) > 0)
    if not is_digit.any():
        return None
    rows, columns = ndimage.find_objects(is_digit.astype(int))[0]
    return columns.start, rows.start, columns.stop, rows.stop


def digit_by_scipy(ink: npt.NDArray[np.floating]) -> Plane:
    """The ink of the digit and of the cells next to it."""
    near = ndimage.binary_dilation(digit_of(ink)[0], np.ones((3, 3)))
    return np.where(in_cells(near, ink.shape), ink, 0)


def is_like_strokes_by_scipy(grey: npt.NDArray[np.uint8], ink: npt.NDArray[np.floating]) -> bool:
    """Whether enough of the digit's box is ink, enough of that is strong, and it stands out from the picture."""
    extent = extent_by_scipy(ink)
    if extent is None:
        return False
    left, top, right, bottom = extent
    levels = np.sort(ink[top:bottom, left:right], axis=None)
    strengths = levels[levels > digits.FAINT * levels[-1]] / levels[-1]
    is_filled = len(strengths) / len(levels) >= digits.MIN_FILLED
    contrast = stats.scoreatpercentile(grey, 99.5) - stats.scoreatpercentile(grey, 0.5)
    is_strong = stats.percentileofscore(-strengths, -0.5, kind="strict") >= 100 * digits.MIN_STRONG
    return bool(is_filled and is_strong and levels[-1] / digits.MIN_CONTRAST >= contrast)


def _odd(length: float) -> int:
    return int(length) if int(length) % 2 else int(length) + 1


def _least(plane: Plane, window: int) -> Plane:
    return np.asarray(ndimage.minimum_filter(plane, window, mode="nearest"))


def _most(plane: Plane, window: int) -> Plane:
    return np.asarray(ndimage.maximum_filter(plane, window, mode="nearest"))
