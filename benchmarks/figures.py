"""What a benchmark reports: figures, each held to a bar."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the report: what was measured, its value and the bar it is held to (`value <= bar` or `>= bar`)."""

    what: str
    value: float
    bar: float
    unit: str = "x"
    at_least: bool = False
    detail: str = ""

    @property
    def met(self) -> bool:
        return self.value >= self.bar if self.at_least else self.value <= self.bar

    def __str__(self) -> str:
        """One line: met or not, what, value, bar, detail."""
        sign = ">=" if self.at_least else "<="
        verdict = "met " if self.met else "MISS"
        value = f"{self.value:.2f} {self.unit}".strip()
        return f"{verdict}  {self.what:<42} {value:>10}  (bar {sign} {self.bar:g})  {self.detail}"


def print_figures(figures: Iterable[Figure]) -> int:
    """Print each figure as soon as it is measured; returns the exit status, 1 if one misses its bar."""
    status = 0
    for figure in figures:
        print(figure, flush=True)
        status = status if figure.met else 1
    return status
