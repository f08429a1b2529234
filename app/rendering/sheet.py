"""A sheet: a layer's channels as a grid in one grey picture, and which pixel belongs to which channel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, sqrt
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.errors import InvalidRequest
from app.rendering.scale import Scale, quantise

MAX_PIXELS: Final = 4_000_000
MAP_SIDE: Final = 32  # pixels: smaller maps are magnified
UNIT_SIDE: Final = 12  # pixels: side of a channel with a single value
GAP: Final = 1


class Tile(NamedTuple):
    """A rectangle of pixels: left, top, width, height."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """A grid of equal cells, filled row by row; pixels from the top left, no margin.

    One value of a map is drawn as `magnify` x `magnify` pixels, or `shrink` x `shrink` values as one pixel; one of the
    two is 1. A position counts the cells of the grid: `order[position]` is the channel where the sheet has an order.
    """

    channels: int
    columns: int
    map_h: int
    map_w: int
    magnify: int = 1
    shrink: int = 1
    gap: int = GAP

    @property
    def rows(self) -> int:
        return ceil(self.channels / self.columns)

    @property
    def cell_w(self) -> int:
        return ceil(self.map_w / self.shrink) * self.magnify

    @property
    def cell_h(self) -> int:
        return ceil(self.map_h / self.shrink) * self.magnify

    @property
    def pitch_x(self) -> int:
        """Pixels from a cell's left edge to the next one's."""
        return self.cell_w + self.gap

    @property
    def pitch_y(self) -> int:
        """Pixels from a cell's top edge to the next one's."""
        return self.cell_h + self.gap

    @property
    def width(self) -> int:
        return self.columns * self.pitch_x - self.gap

    @property
    def height(self) -> int:
        return self.rows * self.pitch_y - self.gap

    def tile(self, position: int) -> Tile:
        """The pixels of the cell at a position. Raises IndexError if there is none."""
        if not 0 <= position < self.channels:
            raise IndexError(position)
        row, column = divmod(position, self.columns)
        return Tile(column * self.pitch_x, row * self.pitch_y, self.cell_w, self.cell_h)


def layout(
    shape: Sequence[int],
    *,
    side: int | None = None,
    columns: int | None = None,
    max_pixels: int = MAX_PIXELS,
    gap: int = GAP,
) -> SheetLayout:
    """The nearly square sheet for an activation of this shape, (C, H, W) or (N,): every unit of a vector is a cell.

    Maps of one row, (C, 1, length), are the rows of one matrix: they stand one below the other, without gaps.

    `side` is the requested longer side of a cell in pixels. Small maps are magnified by the largest integer that does
    not exceed it, large ones shrunk by the smallest integer that fits. Without `side` one value is one pixel, maps
    under 32 pixels are magnified to at least 32, and single values are squares of 12. Cells get smaller until the sheet
    has at most `max_pixels`. `columns` is the most of them.

    Raises:
        InvalidRequest: not even cells of one pixel fit, or the side is below 1.
    """
    channels, map_h, map_w = shape if len(shape) == 3 else (*shape, 1, 1)
    longer = max(map_h, map_w)
    if side is None:
        side = UNIT_SIDE if longer == 1 else ceil(MAP_SIDE / longer) * longer
    if side < 1:
        raise InvalidRequest("A cell needs a side of at least one pixel.", side=side)
    is_matrix = map_h == 1 and map_w > 1
    for magnify, shrink in _zooms(longer, side):
        sheet = SheetLayout(channels, 1, map_h, map_w, magnify, shrink, 0 if is_matrix else gap)
        sheet = sheet if is_matrix else _nearly_square(sheet, columns)
        if sheet.width * sheet.height <= max_pixels:
            return sheet
    raise InvalidRequest(f"A sheet can't hold {channels} channels.", max_pixels=max_pixels)


def _zooms(longer: int, side: int) -> Iterator[tuple[int, int]]:
    """Pairs of magnify and shrink, from the requested size down to cells of one pixel."""
    yield from ((magnify, 1) for magnify in range(side // longer, 1, -1))
    yield from ((1, shrink) for shrink in range(ceil(longer / side), longer + 1))


def _nearly_square(sheet: SheetLayout, columns: int | None) -> SheetLayout:
    square = min(sheet.channels, ceil(sqrt(sheet.channels * sheet.pitch_y / sheet.pitch_x)))
    return replace(sheet, columns=square if columns is None else min(square, columns))


def draw_sheet(
    activation: NDArray[Any],
    scales: Sequence[Scale],
    sheet: SheetLayout,
    order: NDArray[np.intp] | None = None,
) -> NDArray[np.uint8]:
    """The grey levels of a sheet, (height, width) uint8; `scales` has one scale per channel, by index.

    A magnified value is a square of equal pixels; a shrunk pixel is the mean of its values. Gaps and the empty cells
    after the last channel have the level of zero. `activation` is (C, H, W) or (N,) and `sheet` its layout. Raises
    NonFinite for NaN or infinity.
    """
    maps = activation.reshape(sheet.channels, sheet.map_h, sheet.map_w)
    if order is not None:
        maps, scales = maps[order], [scales[channel] for channel in order]
    levels = quantise(area_mean(maps, sheet.shrink), scales)
    levels = levels.repeat(sheet.magnify, axis=1).repeat(sheet.magnify, axis=2) if sheet.magnify > 1 else levels
    pixels = np.full((sheet.rows * sheet.pitch_y, sheet.columns * sheet.pitch_x), scales[0].zero_level, np.uint8)
    grid = pixels.reshape(sheet.rows, sheet.pitch_y, sheet.columns, sheet.pitch_x).swapaxes(1, 2)
    cells = grid[:, :, : sheet.cell_h, : sheet.cell_w]
    full_rows, rest = divmod(sheet.channels, sheet.columns)
    filled = full_rows * sheet.columns
    cells[:full_rows] = levels[:filled].reshape(full_rows, sheet.columns, sheet.cell_h, sheet.cell_w)
    if rest:
        cells[full_rows, :rest] = levels[filled:]
    return pixels[: sheet.height, : sheet.width]


def area_mean(maps: NDArray[Any], factor: int) -> NDArray[Any]:
    """The mean of every `factor` x `factor` values of maps (C, H, W); fewer at the right and bottom edge."""
    if factor == 1:
        return maps
    by_rows = _mean_along(maps.swapaxes(1, 2), factor).swapaxes(1, 2)
    return _mean_along(by_rows, factor)


def _mean_along(values: NDArray[Any], factor: int) -> NDArray[np.floating]:
    """The mean of every `factor` values along the last axis."""
    # Adding strided slices takes a fifth of the time of np.add.reduceat.
    sums: NDArray[np.floating] = values[..., ::factor].astype(np.result_type(values, np.float32))
    for start in range(1, factor):
        addend = values[..., start::factor]
        sums[..., : addend.shape[-1]] += addend
    sizes = np.minimum(factor, values.shape[-1] - np.arange(0, values.shape[-1], factor))
    sums /= sizes.astype(sums.dtype)
    return sums
