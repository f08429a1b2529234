"""The geometry of a chart of one or two lines with their names beside them; the upright axis may be logarithmic."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.web.pages.charts.axis import Tick, round_values

WIDTH, HEIGHT = 300, 140
LEFT, RIGHT, TOP, BOTTOM = 44, 80, 14, 24
UP, ACROSS = 3, 4  # steps of the axes, at most
NAME_HEIGHT, NAME_WIDTH = 16, 60
ASIDE, BELOW = 6, 14  # from a line to the middle of its name, and to that of a name below it
LinePoints = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A line as an SVG path; `x` and `y` are where its name stands."""

    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class LineChart:
    """A chart in pixels. `rows` have the numbers: the place on the lower axis, and the value of each line there."""

    lines: tuple[NamedLine, ...]
    up: tuple[Tick, ...]
    across: tuple[Tick, ...]
    rows: tuple[tuple[float, tuple[float | None, ...]], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    floor: int = HEIGHT - BOTTOM
    is_logarithmic: bool = False


def line_chart(
    series: Mapping[str, LinePoints], *, across: tuple[float, float], top: float = 0, is_logarithmic: bool = False
) -> LineChart:
    """The chart of lines by name, from the lower to the upper end of `across`.

    The upright axis goes from 0 to `top` at least; a logarithmic one begins at a power of ten. Numbers that have no
    place on it are left out.
    """
    drawn = {
        name: [point for point in points if _has_place(point[1], is_logarithmic)] for name, points in series.items()
    }
    values = [value for points in drawn.values() for _, value in points] or [1.0]
    low, high = _decades(values) if is_logarithmic else (0.0, max(top, *values) or 1.0)
    width, height = WIDTH - RIGHT - LEFT, HEIGHT - BOTTOM - TOP

    def x_of(place: float) -> float:
        return LEFT + (place - across[0]) / ((across[1] - across[0]) or 1) * width

    def y_of(value: float) -> float:
        at = math.log10(value) if is_logarithmic else value
        return TOP + (high - at) / (high - low) * height

    paths = {name: [(x_of(place), y_of(value)) for place, value in points] for name, points in drawn.items() if points}
    places_of_names = _places_of_names(list(paths.values()))
    ticks = [10.0**power for power in _powers(low, high)] if is_logarithmic else round_values(low, high, UP)
    return LineChart(
        lines=tuple(
            NamedLine(name, _path(places), *place)
            for (name, places), place in zip(paths.items(), places_of_names, strict=True)
        ),
        up=tuple(Tick(y_of(value), value) for value in ticks),
        across=tuple(Tick(x_of(place), place) for place in round_values(*across, ACROSS)),
        rows=_rows(series),
        is_logarithmic=is_logarithmic,
    )


def _has_place(value: float, is_logarithmic: bool) -> bool:
    return math.isfinite(value) and (value > 0 or not is_logarithmic)


def _decades(values: Iterable[float]) -> tuple[float, float]:
    """The powers of ten around all values."""
    logarithms = [math.log10(value) for value in values]
    low, high = math.floor(min(logarithms)), math.ceil(max(logarithms))
    return float(low), float(max(high, low + 1))


def _powers(low: float, high: float) -> range:
    """At most four powers of ten, equally far apart, with that of 1 among them if it is in between."""
    step = math.ceil((high - low) / UP)
    return range(math.ceil(low / step) * step, int(high) + 1, step)


def _path(places: LinePoints) -> str:
    return f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in places)}"


def _places_of_names(lines: Sequence[LinePoints]) -> list[tuple[float, float]]:
    """Where the names stand: at the ends of the lines, or near their beginnings where they come together at the end."""
    quarters, ends = [line[len(line) // 4] for line in lines], [line[-1] for line in lines]
    if len(lines) < 2 or _gap(ends) >= NAME_HEIGHT:
        return [(x + ASIDE, y) for x, y in ends]
    if abs(ends[0][0] - ends[1][0]) >= NAME_WIDTH:
        return [(x + ASIDE, y - ASIDE) for x, y in ends]
    if _gap(quarters) >= NAME_HEIGHT:
        upper = min(lines, key=lambda line: line[len(line) // 4][1])
        return [_place_along(line, is_upper=line is upper) for line in lines]
    upper = min(lines, key=lambda line: line[-1][1])
    middle = (ends[0][1] + ends[1][1]) / 2
    return [(line[-1][0] + ASIDE, middle + (-NAME_HEIGHT / 2 if line is upper else NAME_HEIGHT / 2)) for line in lines]


def _place_along(line: LinePoints, *, is_upper: bool) -> tuple[float, float]:
    """Where a name stands near the first quarter of a line: above the upper one, below the lower one."""
    is_falling = line[-1][1] > line[0][1]
    begin = line[len(line) // 4 if is_falling is is_upper else 0][0]  # where the line goes away from the name
    beside = [y for x, y in line if begin <= x <= begin + ASIDE + NAME_WIDTH]
    return begin + ASIDE, min(beside) - ASIDE if is_upper else max(beside) + BELOW


def _gap(places: LinePoints) -> float:
    """How far apart two places are in height."""
    return abs(places[0][1] - places[1][1])


def _rows(series: Mapping[str, LinePoints]) -> tuple[tuple[float, tuple[float | None, ...]], ...]:
    by_place = [dict(points) for points in series.values()]
    places = sorted({place for points in by_place for place in points})
    return tuple((place, tuple(points.get(place) for points in by_place)) for place in places)
