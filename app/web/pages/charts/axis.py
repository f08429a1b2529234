"""The ticks of an axis, at round numbers."""

import math
from dataclasses import dataclass

from app.analysis.histogram import round_step


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on an axis and its position in pixels."""

    at: float
    value: float


def round_values(low: float, high: float, steps: int) -> tuple[float, ...]:
    """Round numbers from `low` to `high`, at most `steps` apart."""
    step = round_step((high - low) / steps)
    decimals = -math.floor(math.log10(step) + 1e-9)  # below 0 for steps of tens or more
    slack = 1e-6 * step
    first, last = math.ceil((low - slack) / step), math.floor((high + slack) / step)
    return tuple(round(number * step, decimals) for number in range(first, last + 1))
