"""Histograms with round edges; exact zeros are counted apart."""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.errors import NonFinite

BINS: Final = 32  # a round edge may add one
ROUND: Final = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bin i counts the values v != 0 with `(first + i) * step <= v < (first + i + 1) * step`.

    `step` is 1, 2 or 5 times a power of ten, so zero is always an edge. `zeros` counts the values that are exactly
    zero; they are in no bin, because after a ReLU they would outnumber all others.
    """

    first: int
    step: float
    counts: tuple[int, ...]
    zeros: int

    @property
    def edges(self) -> tuple[float, ...]:
        """The edges of the bins, one more than bins; none if every value is zero."""
        if not self.counts:
            return ()
        decimals = max(0, -math.floor(math.log10(self.step) + 1e-9))
        return tuple(round((self.first + index) * self.step, decimals) for index in range(len(self.counts) + 1))


def histogram(values: NDArray[Any]) -> Histogram:
    """The histogram of `values`, of any shape and real dtype, with at most about 32 bins.

    Raises:
        NonFinite: `values` has NaN or infinity.
    """
    flat = np.asarray(values, np.float64).reshape(-1)
    if not np.isfinite(flat).all():
        raise NonFinite("The values include NaN or infinity: there is no histogram of them.")
    nonzero = flat[flat != 0]
    zeros = int(flat.size - nonzero.size)
    if not nonzero.size:
        return Histogram(0, 1.0, (), zeros)
    lowest, highest = float(nonzero.min()), float(nonzero.max())
    step = round_step((highest - lowest) / BINS or abs(highest) / BINS)
    bins = np.floor(nonzero / step).astype(np.int64)
    first = int(bins.min())
    return Histogram(first, step, tuple(np.bincount(bins - first).tolist()), zeros)


def round_step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is at least `least`, a positive number."""
    power = 10.0 ** math.floor(math.log10(least)) if least > 1e-300 else 1e-300
    return next(each * power for each in ROUND if each * power >= least * (1 - 1e-12))
