"""How often which values occur: counts between round edges, exact zeros told apart."""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.errors import NonFinite

ABOUT: Final = 32  # bins at most, but for the one that a round edge may add
ROUND: Final = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bin i counts the values v != 0 with `(first + i) * step <= v < (first + i + 1) * step`.

    `step` is 1, 2 or 5 times a power of ten, so that zero is always an edge. `zeros` values are exactly zero and in no
    bin: after a rectifier they would dwarf all others.
    """

    first: int
    step: float
    counts: tuple[int, ...]
    zeros: int

    @property
    def edges(self) -> tuple[float, ...]:
        """The bins' edges, one more than there are bins; none where every value is zero."""
        if not self.counts:
            return ()
        decimals = max(0, -math.floor(math.log10(self.step) + 1e-9))
        return tuple(round((self.first + index) * self.step, decimals) for index in range(len(self.counts) + 1))


def histogram(values: NDArray[Any]) -> Histogram:
    """The histogram of `values`, of any shape and real dtype, with about 32 bins at the most.

    Raises:
        NonFinite: there is NaN or infinity among them.
    """
    flat = np.asarray(values, np.float64).reshape(-1)
    if not np.isfinite(flat).all():
        raise NonFinite("The values hold NaN or infinity, which no histogram can show.")
    told = flat[flat != 0]
    zeros = int(flat.size - told.size)
    if not told.size:
        return Histogram(0, 1.0, (), zeros)
    lowest, highest = float(told.min()), float(told.max())
    step = round_step((highest - lowest) / ABOUT or abs(highest) / ABOUT)
    places = np.floor(told / step).astype(np.int64)
    first = int(places.min())
    return Histogram(first, step, tuple(np.bincount(places - first).tolist()), zeros)


def round_step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not below `least`, which is positive."""
    power = 10.0 ** math.floor(math.log10(least)) if least > 1e-300 else 1e-300
    return next(each * power for each in ROUND if each * power >= least * (1 - 1e-12))
