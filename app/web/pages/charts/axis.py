"""The ticks of an axis."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    value: float
