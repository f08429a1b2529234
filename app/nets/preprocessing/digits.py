"""The detection of a handwritten digit: which pixels are ink, dark or light, in any light, and where they are."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

GreyPlane = npt.NDArray[np.float32]
AnyPlane = TypeVar("AnyPlane", bound=npt.NDArray[np.generic])

CELLS = 64  # of the grid along the longer side, on which light and pieces of ink are measured
LIGHT = 3  # structures narrower than 1 / LIGHT of the shorter side are ink, wider ones are light
NARROW = 5  # but up to 1 / NARROW of the longer side: a 1 that is cut out to its edges is little wider than its stroke
NOISE = 4.0  # standard deviations: smaller differences are noise of the paper
MIN_INK = 12.0  # levels of 255 by which ink differs from its paper
CORNER = 6  # a corner is 1 / CORNER of the shorter side
MIN_CORNERS = 2  # of paper: a 7 or a 2 has ink in the others
MAX_FILLED = 3 / 4  # share of a picture that a digit fills
TOUCH = 1 / 16  # of the range of levels: a larger difference from the paper is ink
FAINT = 1 / 4  # of the strongest ink: weaker ink is never the digit's
CLEAR = 0.6  # of the strongest ink: stronger ink always is
STRONGEST = 1 / 2000  # of the pixels: as many have the strongest ink, in spite of a few that are brighter by noise
DIRTIEST = 99.9  # per cent of the paper are weaker than its lines and shades
SPECK = 1 / 20  # of the largest piece's ink: a smaller piece is dirt
INSIDE_FRAME = 1 / 100  # of the largest piece's ink: with this much elsewhere, a piece that fills a side is the table
MIN_FILLED = 0.15  # share of its box that a digit's ink fills
MIN_STRONG = 0.4  # share of a digit's ink that is more than half as strong as the strongest
MIN_CONTRAST = 0.25  # of the picture's range of levels, between ink and paper
OFF_EDGE = 1 / 4  # of the largest piece's ink: with this much elsewhere, a piece at the edge is not the digit


def ink_of(grey: npt.NDArray[np.uint8]) -> GreyPlane:
    """The difference of each pixel from the paper around it: 0 is paper, 255 is white on black.

    The paper's local level is a morphological opening of the picture (Serra 1982), which removes strokes only.

    Args:
        grey: (H, W).

    Returns:
        (H, W); zero everywhere if there is no ink.
    """
    even = grey - _enlarge(_slope(_cells(grey)), grey.shape)
    level = _tight_crop_level(_cells(even))
    if level is None:
        return _ink(even)
    margin = max(grey.shape) // 4 + 1
    return _ink(np.pad(even, margin, constant_values=level))[margin:-margin, margin:-margin]


def _ink(grey: GreyPlane) -> GreyPlane:
    cells = _cells(grey)
    if _is_dark_on_light(cells):
        grey, cells = 255 - grey, 255 - cells
    window = max(min(cells.shape) // LIGHT, max(cells.shape) // NARROW) | 1
    # One cell wider on each side than necessary, so that the edge of a shadow counts as paper anywhere in its cell.
    paper = _slide(_slide(cells, window, np.minimum), window + 2, np.maximum)
    difference = grey - _enlarge(paper, grey.shape)
    middle = np.median(difference)
    deviation = 1.4826 * np.median(np.abs(difference - middle))
    ink = np.maximum(difference - (middle + NOISE * deviation), 0, dtype=np.float32)
    return ink if ink.max() >= MIN_INK else np.zeros_like(ink)


def _slope(cells: GreyPlane) -> GreyPlane:
    """The plane by which light from one side rises across the cells, 0 in the middle; (H, W) like the cells.

    Most differences between neighbouring cells are due to the light: their median ignores ink and edges of shadows.
    """
    down, across = (np.arange(length, dtype=np.float32) - (length - 1) / 2 for length in cells.shape)
    steps = [np.median(np.diff(cells, axis=axis)) if cells.shape[axis] > 1 else 0 for axis in (0, 1)]
    return np.asarray(steps[0] * down[:, np.newaxis] + steps[1] * across, np.float32)


def _tight_crop_level(cells: GreyPlane) -> int | None:
    """The level of the paper outside if the picture is cropped tightly around a digit; None if it is not.

    In a tight crop, ink touches all four sides but does not fill the picture, and at least two corners are paper. The
    paper's level is at one end of the range, where paper in a shadow is not.
    """
    least, most = float(cells.min()), float(cells.max())
    if most - least < MIN_INK:
        return None
    size = max(1, min(cells.shape) // CORNER)
    ends = (slice(None, size), slice(-size, None))
    corners = np.array([cells[rows, columns].mean() for rows in ends for columns in ends])
    end = most if corners.mean() > (least + most) / 2 else least
    paper = corners[abs(corners - end) <= FAINT * (most - least)]
    is_ink = abs(cells - end) > TOUCH * (most - least)
    is_touched = all(edge.any() for edge in (is_ink[0], is_ink[-1], is_ink[:, 0], is_ink[:, -1]))
    is_filled = float((abs(cells - end) > (most - least) / 2).mean()) > MAX_FILLED
    return round(float(paper.mean())) if is_touched and not is_filled and len(paper) >= MIN_CORNERS else None


def _is_dark_on_light(cells: GreyPlane) -> bool:
    """Whether ink is darker than paper. Most of a neighbourhood is paper, so most cells are close to its level."""
    window = min(cells.shape) // 2 | 1
    return bool((2 * cells - _slide(cells, window, np.minimum) - _slide(cells, window, np.maximum)).sum() > 0)


def extent_of(ink: GreyPlane) -> tuple[int, int, int, int] | None:
    """The place of the digit: left, top, right and bottom edge in pixels, or None if there is no ink.

    Specks are ignored, and so are pieces at the picture's edge if there is a digit elsewhere.
    """
    clear = _strong_ink(ink)
    if not clear.any():
        return None
    is_digit = _enlarge_mask(_digit_cells(clear), ink.shape) & (clear > 0)
    columns, rows = np.flatnonzero(is_digit.any(axis=0)), np.flatnonzero(is_digit.any(axis=1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def ink_of_digit(ink: GreyPlane) -> GreyPlane:
    """The digit's ink alone, with its weak edges: what is further than a cell from the digit is paper.

    Args:
        ink: (H, W), not zero everywhere.

    Returns:
        (H, W); zero elsewhere.
    """
    near = _slide(_digit_cells(_strong_ink(ink)), 3, np.maximum)
    return np.where(_enlarge_mask(near, ink.shape), ink, np.float32(0))


def _digit_cells(clear: GreyPlane) -> npt.NDArray[np.bool_]:
    """Which cells hold strong ink of the digit."""
    cells = _cells(clear)
    pieces = _pieces(cells > 0)
    return np.isin(pieces, _digit_pieces(pieces, cells))


def pieces_of(ink: GreyPlane) -> int:
    """The number of pieces of ink that `extent_of` combines: one or two for a digit, 0 if there is no ink."""
    clear = _strong_ink(ink)
    if not clear.any():
        return 0
    cells = _cells(clear)
    return len(_digit_pieces(_pieces(cells > 0), cells))


def is_like_strokes(grey: npt.NDArray[np.uint8], ink: GreyPlane) -> bool:
    """Whether the ink looks like the strokes of a pen: not a few spots, not shading, not weaker than the rest.

    Args:
        grey: the picture, (H, W).
        ink: its ink, (H, W).
    """
    extent = extent_of(ink)
    if extent is None:
        return False
    left, top, right, bottom = extent
    box = ink[top:bottom, left:right]
    clear = box[box > FAINT * box.max()]
    low, high = np.percentile(grey, (0.5, 99.5))
    return bool(
        clear.size >= MIN_FILLED * box.size
        and (clear > box.max() / 2).mean() >= MIN_STRONG
        and box.max() >= MIN_CONTRAST * (high - low)
    )


def _strong_ink(ink: GreyPlane) -> GreyPlane:
    """The ink that is stronger than what lines, shades and dirt leave of the paper far from any stroke."""
    if not ink.any():
        return ink
    count = max(1, int(ink.size * STRONGEST))
    strongest = float(np.partition(ink, -count, axis=None)[-count])
    strokes = _slide(_cells(ink > strongest / 2) > 0, 5, np.maximum)
    paper = ink[~_enlarge_mask(strokes, ink.shape)]
    level = float(np.percentile(paper, DIRTIEST)) if paper.size else 0.0
    return np.where(ink > min(max(level, FAINT * strongest), CLEAR * strongest), ink, np.float32(0))


def _digit_pieces(pieces: npt.NDArray[np.int64], cells: GreyPlane) -> npt.NDArray[np.int64]:
    """The numbers of the pieces that belong to the digit."""
    amounts = np.bincount(pieces.ravel(), cells.ravel())
    amounts[0] = 0
    sides = (pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1])
    frames = [side[0] for side in sides if (side == side[0]).all()]
    for ignored, min_share in ((frames, INSIDE_FRAME), (np.concatenate(sides), OFF_EDGE)):
        others = amounts.copy()
        others[ignored] = 0
        if others.max() > min_share * amounts.max():
            amounts = others
    return np.flatnonzero(amounts >= SPECK * amounts.max())


def _pieces(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """A number for each connected piece of the mask (8-connectivity), 0 outside; (H, W) like the mask.

    It is the place of the piece's last cell. A cell takes the number of a neighbour, and then that of the cell at the
    place that this number names: the number of steps is the logarithm of a piece's length.
    """
    numbers = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0)
    while True:
        grown = np.where(mask, _slide(numbers, 3, np.maximum), 0)
        grown = np.where(mask, grown.ravel()[grown - 1], 0)
        if np.array_equal(grown, numbers):
            return numbers
        numbers = grown


def _cell(shape: tuple[int, ...]) -> int:
    return -(-max(shape) // CELLS)


def _cells(plane: npt.NDArray[np.generic]) -> GreyPlane:
    """The mean of each square cell of a plane. Its edges are extended outside."""
    size = _cell(plane.shape)
    filled = np.pad(plane, [(0, -length % size) for length in plane.shape], mode="edge")
    rows, columns = (length // size for length in filled.shape)
    return np.asarray(filled.reshape(rows, size, columns, size).mean(axis=(1, 3), dtype=np.float32))


def _enlarge(cells: GreyPlane, shape: tuple[int, ...]) -> GreyPlane:
    """Cells enlarged to a plane of `shape`, linear between their centres."""
    size = _cell(shape)
    for axis, length in enumerate(shape):
        at = ((np.arange(length, dtype=np.float32) + 0.5) / size - 0.5).clip(0, cells.shape[axis] - 1)
        before = at.astype(int)
        after = np.minimum(before + 1, cells.shape[axis] - 1)
        share = (at - before).reshape(-1, 1) if axis == 0 else at - before
        cells = cells.take(before, axis) * (1 - share) + cells.take(after, axis) * share
    return cells


def _enlarge_mask(cells: npt.NDArray[np.bool_], shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """The pixels of a plane of `shape` that lie in cells of the mask."""
    size = _cell(shape)
    return cells.repeat(size, axis=0).repeat(size, axis=1)[: shape[0], : shape[1]]


def _slide(plane: AnyPlane, window: int, choose: np.ufunc) -> AnyPlane:
    """`np.minimum` or `np.maximum` of the window around each pixel, (H, W) like the plane; its edges are extended."""
    height, width = plane.shape
    padded = np.pad(plane, window // 2, mode="edge")
    rows = choose.reduce([padded[at : at + height] for at in range(window)])
    chosen: AnyPlane = choose.reduce([rows[:, at : at + width] for at in range(window)])
    return chosen
