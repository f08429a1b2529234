"""Resampling as Pillow does it: which pixels of a row or column make one of the resized picture, with which weights."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BITS = 22  # of the fixed-point weights of 8-bit pictures, behind the point
LEVELS = 255
NEAREST = "nearest"


@dataclass(frozen=True, slots=True, eq=False)
class Taps:
    """The pixels that make one resized pixel along an axis: from `first` on, with `weights` that add up to 1."""

    first: int
    weights: npt.NDArray[np.float64]

    @property
    def pixels(self) -> slice:
        return slice(self.first, self.first + len(self.weights))

    def level(self, levels: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        """The 8-bit level of the pixel that the taps' levels, on the last axis, make: rounded and cut off to 0 to 255.

        Pillow does so along one axis, then along the other one with what it rounded: see `is_height_first`.
        """
        fixed = np.trunc(self.weights * (1 << BITS) + np.copysign(0.5, self.weights)).astype(np.int64)
        sums = levels.astype(np.int64) @ fixed + (1 << (BITS - 1))
        return np.asarray(np.clip(sums >> BITS, 0, LEVELS))


def is_height_first(picture: tuple[int, int], resized: tuple[int, int]) -> bool:
    """Whether Pillow resizes along the height first, by the (width, height) of the whole picture and of the result.

    It does, since version 13, where that takes away more than twice as many rows as resizing takes away columns.
    """
    columns, rows = (before - after for before, after in zip(picture, resized, strict=True))
    return rows > max(0, 2 * columns)


def taps_of(length: int, edges: tuple[float, float], size: int, at: int, interpolation: str) -> Taps:
    """The taps of pixel `at` of `size` that the part of an axis between `edges` is resized to.

    Where the picture gets smaller, the filter covers as many pixels as make one, and more for its tails; `nearest`
    takes the one pixel at the centre.
    """
    begin, end = (float(np.float32(edge)) for edge in edges)
    scale = (end - begin) / size
    if interpolation == NEAREST:
        return Taps(min(int(begin + (at + 0.5) * scale), length - 1), np.ones(1))
    support, kernel = FILTERS[interpolation]
    stretch = max(scale, 1.0)
    centre = begin + (at + 0.5) * scale
    first = max(int(centre - support * stretch + 0.5), 0)
    last = min(int(centre + support * stretch + 0.5), length)
    weights = kernel(np.asarray((np.arange(first, last) - centre + 0.5) / stretch, np.float64))
    return Taps(first, weights / weights.sum())


def _box(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(((x > -0.5) & (x <= 0.5)).astype(np.float64))


def _bilinear(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(np.maximum(1 - np.abs(x), 0))


def _hamming(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(np.where(np.abs(x) < 1, np.sinc(x) * (0.54 + 0.46 * np.cos(np.pi * x)), 0))


def _bicubic(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Keys 1981 with a = -1/2."""
    x = np.abs(x)
    near, far = (1.5 * x - 2.5) * x * x + 1, ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.asarray(np.where(x < 1, near, np.where(x < 2, far, 0)))


def _lanczos(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(np.where((x >= -3) & (x < 3), np.sinc(x) * np.sinc(x / 3), 0))


# The half width of each filter, in pixels of the smaller picture, and the filter.
FILTERS: Mapping[str, tuple[float, Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]]] = {
    "box": (0.5, _box),
    "bilinear": (1.0, _bilinear),
    "hamming": (1.0, _hamming),
    "bicubic": (2.0, _bicubic),
    "lanczos": (3.0, _lanczos),
}
