"""The geometry of a chart of lines that is as wide as its place: places in per cent, paths in a square of 1000."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.web.pages.charts.axis import Tick, round_values
from app.web.pages.charts.lines import LinePoints

SQUARE = 1000.0
UP, ACROSS = 4, 6  # steps of the axes, at most
ROW = 9.0  # per cent of the height that a name takes
EDGE = 50.0  # per cent of the width from which on a name stands before its point


@dataclass(frozen=True, slots=True)
class WideLine:
    """A line as an SVG path; its name stands at `x` and `y`, before its point if `is_before`."""

    name: str
    path: str
    x: float
    y: float
    is_before: bool


@dataclass(frozen=True, slots=True)
class WideChart:
    """A chart; the ticks are in per cent from the left and from the top."""

    lines: tuple[WideLine, ...]
    up: tuple[Tick, ...]
    across: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The ends of an axis, in its direction: the first may be above the last."""

    first: float
    last: float

    def share(self, value: float) -> float:
        """Where a value is, in per cent."""
        return 100 * (value - self.first) / (self.last - self.first) + 0.0  # no negative zero

    def ticks(self, steps: int) -> tuple[Tick, ...]:
        """Round numbers on the axis."""
        low, high = sorted((self.first, self.last))
        return tuple(Tick(self.share(value), value) for value in round_values(low, high, steps))


def wide_chart(series: Mapping[str, LinePoints], across: Span, up: Span) -> WideChart:
    """The chart of lines by name; each is named at its highest point, where there is room."""
    floor = Span(up.last, up.first)  # the upright axis grows upwards
    drawn = {name: [(across.share(x), floor.share(y)) for x, y in points] for name, points in series.items() if points}
    taken: list[tuple[float, float]] = []
    lines = [_line(name, points, taken) for name, points in drawn.items()]
    return WideChart(tuple(lines), floor.ticks(UP), across.ticks(ACROSS))


def _line(name: str, points: Sequence[tuple[float, float]], taken: list[tuple[float, float]]) -> WideLine:
    path = "L".join(f"{x * SQUARE / 100:.1f} {y * SQUARE / 100:.1f}" for x, y in points)
    x, y = min(points, key=lambda point: (point[1], point[0]))
    while any(abs(x - other) < 25 and abs(y - height) < ROW for other, height in taken):
        y += ROW
    taken.append((x, y))
    return WideLine(name, f"M{path}", x, max(y, ROW / 2), x > EDGE)
