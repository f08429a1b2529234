"""A handwritten digit on its paper: what is ink, whichever is darker and however the light falls, and where it is."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

Plane = npt.NDArray[np.float32]
Values = TypeVar("Values", bound=npt.NDArray[np.generic])

CELLS = 64  # along the longer side: the light and the pieces of ink are judged on a grid this fine
LIGHT = 3  # what is narrower than this part of the shorter side is ink, what is wider is light
NOISE = 4.0  # standard deviations of the paper that still are paper
LEAST = 12.0  # levels of 255 that ink differs from its paper by
CORNER = 6  # of the shorter side: a corner is this part of it
FEWEST_CORNERS = 2  # that are paper: a 7 or a 2 has ink in the others
MOST_WRITTEN = 3 / 4  # of a picture that a digit fills
TOUCH = 1 / 16  # of the range of levels: this much off the paper something is written
FAINT = 1 / 4  # of the strongest ink: less does not decide where the digit ends
SPECK = 1 / 20  # of the largest piece's ink: less is dirt
BESIDE_FRAME = 1 / 100  # of the largest piece's ink: with this much elsewhere, what fills a side is the table
LEAST_FILLED = 0.15  # of its box that a digit's ink takes
LEAST_STRONG = 0.4  # of a digit's ink that is more than half as dark as its darkest
LEAST_CONTRAST = 0.25  # of the picture's range of levels that ink differs from its paper by
OFF_EDGE = 1 / 4  # of the largest piece's ink: with this much elsewhere, what touches the edge is not the digit


def ink_of(grey: npt.NDArray[np.uint8]) -> Plane:
    """How much each pixel of a picture differs from the paper around it: 0 is paper, 255 white on black.

    How light the paper is in each place is what a morphological opening leaves (Serra 1982): strokes go, shadows stay.

    Args:
        grey: (H, W).

    Returns:
        (H, W); zero everywhere where nothing is written.
    """
    even = grey - _enlarged(_slope(_cells(grey)), grey.shape)
    level = _level_cut_to(_cells(even))
    if level is None:
        return _ink(even)
    margin = max(grey.shape) // 4 + 1
    return _ink(np.pad(even, margin, constant_values=level))[margin:-margin, margin:-margin]


def _ink(grey: Plane) -> Plane:
    cells = _cells(grey)
    if _is_dark_on_light(cells):
        grey, cells = 255 - grey, 255 - cells
    window = min(cells.shape) // LIGHT | 1
    # One cell more each way than it takes: the edge of a shadow is paper too, wherever in its cell it lies.
    paper = _slide(_slide(cells, window, np.min), window + 2, np.max)
    difference = grey - _enlarged(paper, grey.shape)
    middle = np.median(difference)
    deviation = 1.4826 * np.median(np.abs(difference - middle))
    ink = np.maximum(difference - (middle + NOISE * deviation), 0, dtype=np.float32)
    return ink if ink.max() >= LEAST else np.zeros_like(ink)


def _slope(cells: Plane) -> Plane:
    """The plane by which light from one side rises across the cells, 0 in the middle; (H, W) like them.

    Most steps from cell to cell are the light's: their median knows nothing of ink, nor of a shadow's edge.
    """
    down, across = (np.arange(length, dtype=np.float32) - (length - 1) / 2 for length in cells.shape)
    steps = [np.median(np.diff(cells, axis=axis)) if cells.shape[axis] > 1 else 0 for axis in (0, 1)]
    return np.asarray(steps[0] * down[:, np.newaxis] + steps[1] * across, np.float32)


def _level_cut_to(cells: Plane) -> int | None:
    """The paper's level where a digit was cut out to its very edges, so that its paper goes on outside; None elsewhere.

    Then something touches all four sides, though not all over, and at least two corners are paper: at one end
    of the scale, where paper in a shadow is not.
    """
    least, most = float(cells.min()), float(cells.max())
    if most - least < LEAST:
        return None
    size = max(1, min(cells.shape) // CORNER)
    ends = (slice(None, size), slice(-size, None))
    corners = np.array([cells[rows, columns].mean() for rows in ends for columns in ends])
    end = most if corners.mean() > (least + most) / 2 else least
    paper = corners[abs(corners - end) <= FAINT * (most - least)]
    written = abs(cells - end) > TOUCH * (most - least)
    touched = all(edge.any() for edge in (written[0], written[-1], written[:, 0], written[:, -1]))
    over = float((abs(cells - end) > (most - least) / 2).mean()) > MOST_WRITTEN
    return round(float(paper.mean())) if touched and not over and len(paper) >= FEWEST_CORNERS else None


def _is_dark_on_light(cells: Plane) -> bool:
    """Paper is most of every neighbourhood, so there it is that end of the scale which the cells are nearer to."""
    window = min(cells.shape) // 2 | 1
    return bool((2 * cells - _slide(cells, window, np.min) - _slide(cells, window, np.max)).sum() > 0)


def extent_of(ink: Plane) -> tuple[int, int, int, int] | None:
    """Where the digit is: left, top, right and bottom edge in pixels, or None if there is no ink.

    Specks are left out, and so is what touches the picture's edge if there is a digit apart from it.
    """
    clear = _clear(ink)
    if not clear.any():
        return None
    cells = _cells(clear)
    pieces = _pieces(cells > 0)
    kept = np.isin(pieces, _digit(pieces, cells))
    size = _cell(clear.shape)
    kept = kept.repeat(size, axis=0).repeat(size, axis=1)[: clear.shape[0], : clear.shape[1]] & (clear > 0)
    columns, rows = np.flatnonzero(kept.any(axis=0)), np.flatnonzero(kept.any(axis=1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def pieces_of(ink: Plane) -> int:
    """How many pieces `extent_of` puts together: one or two where a digit is written; 0 if there is no ink."""
    clear = _clear(ink)
    if not clear.any():
        return 0
    cells = _cells(clear)
    return len(_digit(_pieces(cells > 0), cells))


def is_like_strokes(grey: npt.NDArray[np.uint8], ink: Plane) -> bool:
    """Whether what `extent_of` finds is as a pen leaves it: not a few spots, not shading, not fainter than all else.

    Args:
        grey: (H, W), the picture.
        ink: (H, W), its ink, of which there is some.
    """
    left, top, right, bottom = extent_of(ink) or (0, 0, *ink.shape[::-1])
    box = ink[top:bottom, left:right]
    clear = box[box > FAINT * box.max()]
    low, high = np.percentile(grey, (0.5, 99.5))
    return bool(
        clear.size >= LEAST_FILLED * box.size
        and (clear > box.max() / 2).mean() >= LEAST_STRONG
        and box.max() >= LEAST_CONTRAST * (high - low)
    )


def _clear(ink: Plane) -> Plane:
    return np.where(ink > FAINT * ink.max(), ink, np.float32(0))


def _digit(pieces: npt.NDArray[np.int64], cells: Plane) -> npt.NDArray[np.int64]:
    """The numbers of the pieces that make the digit."""
    amounts = np.bincount(pieces.ravel(), cells.ravel())
    amounts[0] = 0
    sides = (pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1])
    frames = [side[0] for side in sides if (side == side[0]).all()]
    for left_out, least in ((frames, BESIDE_FRAME), (np.concatenate(sides), OFF_EDGE)):
        others = amounts.copy()
        others[left_out] = 0
        if others.max() > least * amounts.max():
            amounts = others
    return np.flatnonzero(amounts >= SPECK * amounts.max())


def _pieces(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """A number for each piece of the mask that hangs together, across corners too; 0 outside. (H, W) like the mask."""
    numbers = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0)
    while True:
        spread = np.where(mask, _slide(numbers, 3, np.max), 0)
        if np.array_equal(spread, numbers):
            return numbers
        numbers = spread


def _cell(shape: tuple[int, ...]) -> int:
    return -(-max(shape) // CELLS)


def _cells(plane: npt.NDArray[np.generic]) -> Plane:
    """The mean of each square cell of a plane; its edges go on outside."""
    size = _cell(plane.shape)
    filled = np.pad(plane, [(0, -length % size) for length in plane.shape], mode="edge")
    rows, columns = (length // size for length in filled.shape)
    return np.asarray(filled.reshape(rows, size, columns, size).mean(axis=(1, 3), dtype=np.float32))


def _enlarged(cells: Plane, shape: tuple[int, ...]) -> Plane:
    """Cells as a plane of `shape` again, linear between their centres."""
    size = _cell(shape)
    for axis, length in enumerate(shape):
        at = ((np.arange(length, dtype=np.float32) + 0.5) / size - 0.5).clip(0, cells.shape[axis] - 1)
        before = at.astype(int)
        after = np.minimum(before + 1, cells.shape[axis] - 1)
        share = (at - before).reshape(-1, 1) if axis == 0 else at - before
        cells = cells.take(before, axis) * (1 - share) + cells.take(after, axis) * share
    return cells


def _slide(plane: Values, window: int, choose: Callable[..., Values]) -> Values:
    """`np.min` or `np.max` of the window around each place, (H, W) like the plane; its edges go on outside."""
    for axis in (0, 1):
        margin = [(window // 2 if axis == along else 0,) * 2 for along in (0, 1)]
        plane = choose(sliding_window_view(np.pad(plane, margin, mode="edge"), window, axis), axis=-1)
    return plane
