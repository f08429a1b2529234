"""The ticks of an axis."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on an axis and its position in pixels."""

    at: float
    value: float
