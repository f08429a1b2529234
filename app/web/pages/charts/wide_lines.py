"""The geometry of a chart of lines that is as wide as its place: places in per cent, paths in a square of 1000."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.web.pages.charts.axis import Tick, round_values
from app.web.pages.charts.lines import LinePoints

SQUARE = 1000.0
UP, ACROSS = 4, 6  # steps of the axes, at most
ROW = 9.0  # per cent of the height that a name takes
ROWS = int(100 / ROW)
RAISED = 5.5  # per cent of the height from a point to the middle of its name
LETTER = 2.2  # per cent of the width that a letter takes where it is smallest, on a phone
EDGE = 50.0  # per cent of the width from which on a name stands before its point


@dataclass(frozen=True, slots=True)
class WideLine:
    """A line as an SVG path; the middle of its name is at the height `y`, its start, or end if `is_before`, at `x`."""

    name: str
    path: str
    x: float
    y: float
    is_before: bool


class NamePlace(NamedTuple):
    """Where the name of a line is, in per cent: between two places across, its middle at the height `y`."""

    begin: float
    end: float
    y: float


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
    """The chart of lines by name; each is named at its highest point, or as near to it as there is room."""
    floor = Span(up.last, up.first)  # the upright axis grows upwards
    drawn = {name: [(across.share(x), floor.share(y)) for x, y in points] for name, points in series.items() if points}
    taken: list[NamePlace] = []
    lines = [_line(name, points, taken) for name, points in drawn.items()]
    return WideChart(tuple(lines), floor.ticks(UP), across.ticks(ACROSS))


def _line(name: str, points: Sequence[tuple[float, float]], taken: list[NamePlace]) -> WideLine:
    path = "L".join(f"{x * SQUARE / 100:.1f} {y * SQUARE / 100:.1f}" for x, y in points)
    top, x = min((y, x) for x, y in points)
    begin = x - len(name) * LETTER if x > EDGE else x
    place = _free_place(top, begin, begin + len(name) * LETTER, taken)
    taken.append(place)
    return WideLine(name, f"M{path}", x, place.y, x > EDGE)


def _free_place(top: float, begin: float, end: float, taken: Sequence[NamePlace]) -> NamePlace:
    """Above the point whose height is `top`, as near as other names leave room, else below it."""
    first = top - RAISED if top - RAISED >= ROW / 2 else top + RAISED
    heights = [other.y for other in taken if other.begin < end and begin < other.end]
    rows = (first + step * ROW for step in (*range(0, -ROWS, -1), *range(1, ROWS)))
    free = (y for y in rows if ROW <= 2 * y <= 200 - ROW and all(abs(y - height) >= ROW for height in heights))
    return NamePlace(begin, end, next(free, first))
