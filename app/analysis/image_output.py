"""Images that a network gives: which of its numbers are black and white."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WHITE = 255
# Ranges that image networks give, each with how far their numbers may exceed it.
RANGES = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0))
TOLERANCE = 0.2  # of the range, at either end


@dataclass(frozen=True, slots=True)
class ImageRange:
    """The numbers drawn as black and as white; `is_usual` unless they are the least and the greatest of the image.

    `clipped` is the share of numbers beyond, 0 to 1.
    """

    low: float
    high: float
    is_usual: bool
    clipped: float


def range_of(values: NDArray[np.float32]) -> ImageRange:
    """The smallest of the usual ranges that the numbers about keep; else from the least of them to the greatest."""
    least, greatest = float(values.min()), float(values.max())
    for low, high in RANGES:
        slack = TOLERANCE * (high - low)
        if low - slack <= least and greatest <= high + slack:
            return ImageRange(low, high, True, float(np.mean((values < low) | (values > high))))
    return ImageRange(least, greatest, False, 0.0)


def levels_of(values: NDArray[np.float32], limits: ImageRange) -> NDArray[np.float32]:
    """The numbers as levels, black 0 and white 255; those beyond are below or above."""
    span = limits.high - limits.low or 1.0
    return np.asarray((values - limits.low) / span * WHITE, np.float32)
