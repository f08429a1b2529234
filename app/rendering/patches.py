"""Patches of photos side by side: a row for each channel."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.rendering.drawing import Drawing
from app.rendering.png import encode_rgb

GAP = 2  # pixels between two patches
BACKGROUND = 128  # grey, between patches and where there is none
MAX_SIDE = 512

PatchPixels = NDArray[np.uint8]


def draw_patches(rows: Sequence[Sequence[PatchPixels | None]], side: int | None = None) -> bytes:
    """A PNG with a square of `side` pixels for each patch, which is scaled to it in whole pixels and centred.

    Without `side` that of the largest patch: each is at its true pixels. None leaves its square empty.
    """
    true = max((max(patch.shape[:2]) for row in rows for patch in row if patch is not None), default=1)
    pitch = (side or true) + GAP
    columns = max((len(row) for row in rows), default=1)
    height, width = max(1, len(rows)) * pitch - GAP, max(1, columns) * pitch - GAP
    canvas = np.full((height, width, 3), BACKGROUND, np.uint8)
    for y, row in enumerate(rows):
        for x, patch in enumerate(row):
            if patch is not None:
                scaled = patch if side is None else _scale(patch, side)
                size_y, size_x = scaled.shape[:2]
                top, left = pitch * y + (pitch - GAP - size_y) // 2, pitch * x + (pitch - GAP - size_x) // 2
                canvas[top : top + size_y, left : left + size_x] = scaled
    return encode_rgb(canvas)


def data_url(patch: PatchPixels) -> str:
    """A patch as an address that holds it."""
    return Drawing(encode_rgb(patch), {}).data_url


def _scale(patch: PatchPixels, side: int) -> PatchPixels:
    """The patch with a longer side of `side`: each pixel of it is the nearest one of the patch."""
    longer = max(patch.shape[:2])
    rows, columns = (
        np.arange(max(1, size * side // longer)) * size // max(1, size * side // longer) for size in patch.shape[:2]
    )
    scaled: PatchPixels = patch[rows[:, np.newaxis], columns]
    return scaled
