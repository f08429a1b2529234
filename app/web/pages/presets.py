"""Well-known kernels, by the name that the catalogue of texts words."""

from collections.abc import Mapping

import numpy as np

from app.arithmetic.photo_kernel import Rows

GABOR_SIDE, GABOR_WIDTH, GABOR_PERIOD = 7, 2.0, 4.0  # in pixels
DECIMALS = 3


def gabor() -> Rows:
    """A wave across the columns under a Gaussian, its mean taken off, so that an even surface gives 0 (Gabor 1946)."""
    along = np.arange(GABOR_SIDE) - GABOR_SIDE // 2
    window = np.exp(-(along[:, np.newaxis] ** 2 + along**2) / (2 * GABOR_WIDTH**2))
    wave = window * np.cos(2 * np.pi * along / GABOR_PERIOD)
    kernel = (wave - window * wave.sum() / window.sum()).round(DECIMALS)
    kernel[GABOR_SIDE // 2, GABOR_SIDE // 2] -= kernel.sum()  # what rounding has left
    return _rows(kernel)


def gaussian() -> Rows:
    """The binomial kernel of 5 x 5, which adds up to 1."""
    line = np.array([1, 4, 6, 4, 1]) / 16
    return _rows(np.outer(line, line), decimals=8)


def _rows(kernel: np.ndarray, decimals: int = DECIMALS) -> Rows:
    return tuple(tuple(float(weight) for weight in row) for row in kernel.round(decimals) + 0.0)


PRESETS: Mapping[str, Rows] = {
    "identity": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
    "blur": gaussian(),
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "sobel_x": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "sobel_y": ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    "laplacian": ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
    "emboss": ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
    "gabor": gabor(),
}
DEFAULT = "sobel_x"
