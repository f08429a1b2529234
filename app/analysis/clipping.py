"""Clipping: where a scale ends so that all but a small share of the values are on it."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

CLIPPED: Final = 0.0005  # of a layer's values, at most, are off the scales of pages


@dataclass(frozen=True, slots=True)
class Clip:
    """The greatest magnitude on the scale, and how many of all `cells` have a greater one."""

    bound: float
    beyond: int
    cells: int


def clip_of(values: NDArray[Any], share: float) -> Clip:
    """The smallest magnitude of the values, of any shape, that at most this share of them exceeds.

    Where that is zero, because nearly all values are, nothing is clipped.
    """
    magnitudes = np.abs(values).reshape(-1)
    place = magnitudes.size - 1 - int(share * magnitudes.size)
    bound = np.partition(magnitudes, place)[place] or magnitudes.max()
    return Clip(float(bound), int(np.count_nonzero(magnitudes > bound)), magnitudes.size)
