"""A vector's values as bars from zero, side by side in one grey picture."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.rendering.scale import Scale, quantise
from app.rendering.sheet import SheetLayout

WIDTH: Final = 512  # pixels, about, where no side is asked for
HEIGHT: Final = 160
WIDEST: Final = 24
SPACED: Final = 4  # pixels from which on there is a gap between bars


def bars_layout(count: int, side: int | None) -> SheetLayout:
    """The row of bars of so many values: every one has its own, unless `side`, the picture's, is less than that.

    Then a bar stands for several values that follow each other.
    """
    shown = count if side is None else min(count, side)
    pitch = max(1, min(WIDEST, WIDTH // count)) if side is None else side // shown
    gap = 1 if pitch >= SPACED else 0
    return SheetLayout(shown, shown, side or HEIGHT, pitch - gap, gap=gap)


def draw_bars(values: NDArray[np.float32], scale: Scale, sheet: SheetLayout) -> NDArray[np.uint8]:
    """The grey levels of bars, (height, width) uint8, of (N,) values in the order in which they shall stand.

    A bar reaches from zero to its value, on an axis from the least value to the greatest, zero included, and has its
    value's level; all else has that of zero. Where a bar stands for several values it is that of greatest magnitude.
    """
    starts = np.arange(sheet.channels) * len(values) // sheet.channels
    greatest, least = np.maximum.reduceat(values, starts), np.minimum.reduceat(values, starts)
    told = np.where(greatest >= -least, greatest, least)
    low, high = min(0.0, float(told.min())), max(0.0, float(told.max()))
    axis = (high - (np.arange(sheet.height) + 0.5) / sheet.height * (high - low))[:, np.newaxis]
    reached = ((axis > 0) & (axis <= told)) | ((axis < 0) & (axis >= told))
    bars = np.where(reached, quantise(told, scale), np.uint8(scale.zero_level))
    pixels = np.full((sheet.height, sheet.columns, sheet.pitch_x), scale.zero_level, np.uint8)
    pixels[:, :, : sheet.cell_w] = bars[:, :, np.newaxis]
    return pixels.reshape(sheet.height, -1)[:, : sheet.width]
