"""A vector as a bar chart: the values side by side in one grey picture."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.rendering.scale import Scale, quantise
from app.rendering.sheet import SheetLayout

WIDTH: Final = 512  # pixels, about, where no side is given
HEIGHT: Final = 160
MAX_PITCH: Final = 24  # pixels from one bar to the next
MIN_PITCH_WITH_GAP: Final = 4
MAX_BARS: Final = 32_768


def bars_layout(count: int, side: int | None) -> SheetLayout:
    """The row of bars for `count` values, one bar each, but at most MAX_BARS.

    With fewer of them, or fewer pixels along the picture's `side`, a bar stands for several consecutive values.
    """
    bars = min(count, side or MAX_BARS)
    pitch = max(1, min(MAX_PITCH, WIDTH // count)) if side is None else side // bars
    gap = 1 if pitch >= MIN_PITCH_WITH_GAP else 0
    return SheetLayout(bars, bars, side or HEIGHT, pitch - gap, gap=gap)


def draw_bars(values: NDArray[np.float32], scale: Scale, sheet: SheetLayout) -> NDArray[np.uint8]:
    """The grey levels of a bar chart, (height, width) uint8, of values (N,) in their order.

    A bar reaches from zero to its value on an axis from the minimum to the maximum, zero included, and has the value's
    grey level; the background has the level of zero. A bar for several values shows the one of greatest magnitude.
    """
    starts = np.arange(sheet.channels) * len(values) // sheet.channels
    highest, lowest = np.maximum.reduceat(values, starts), np.minimum.reduceat(values, starts)
    strongest = np.where(highest >= -lowest, highest, lowest)
    low, high = min(0.0, float(strongest.min())), max(0.0, float(strongest.max()))
    axis = (high - (np.arange(sheet.height) + 0.5) / sheet.height * (high - low))[:, np.newaxis]
    is_bar = ((axis > 0) & (axis <= strongest)) | ((axis < 0) & (axis >= strongest))
    bars = np.where(is_bar, quantise(strongest, scale), np.uint8(scale.zero_level))
    pixels = np.full((sheet.height, sheet.columns, sheet.pitch_x), scale.zero_level, np.uint8)
    pixels[:, :, : sheet.cell_w] = bars[:, :, np.newaxis]
    return pixels.reshape(sheet.height, -1)[:, : sheet.width]
