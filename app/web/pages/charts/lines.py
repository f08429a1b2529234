"""The geometry of a chart of one or two lines, each with its name at its end; the upright axis may be logarithmic."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.web.pages.charts.axis import Tick, round_values

WIDTH, HEIGHT = 420, 180
LEFT, RIGHT, TOP, BOTTOM = 56, 96, 14, 28
UP, ACROSS = 4, 4  # steps of the axes, at most
NAME_HEIGHT = 18
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
    heights = _apart([places[-1][1] for places in paths.values()])
    ticks = [10.0**power for power in _powers(low, high)] if is_logarithmic else round_values(low, high, UP)
    return LineChart(
        lines=tuple(
            NamedLine(name, _path(places), places[-1][0] + 6, y)
            for (name, places), y in zip(paths.items(), heights, strict=True)
        ),
        up=tuple(Tick(y_of(value), value) for value in ticks),
        across=tuple(Tick(x_of(place), place) for place in round_values(*across, ACROSS)),
        rows=_rows(series),
    )


def _has_place(value: float, is_logarithmic: bool) -> bool:
    return math.isfinite(value) and (value > 0 or not is_logarithmic)


def _decades(values: Iterable[float]) -> tuple[float, float]:
    """The powers of ten around all values."""
    logarithms = [math.log10(value) for value in values]
    low, high = math.floor(min(logarithms)), math.ceil(max(logarithms))
    return float(low), float(max(high, low + 1))


def _powers(low: float, high: float) -> range:
    """At most five powers of ten, equally far apart."""
    return range(int(low), int(high) + 1, math.ceil((high - low) / UP))


def _path(places: LinePoints) -> str:
    return f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in places)}"


def _apart(heights: Sequence[float]) -> list[float]:
    """Heights of at most two names, moved apart where they would overlap."""
    if len(heights) < 2 or abs(heights[0] - heights[1]) >= NAME_HEIGHT:
        return list(heights)
    middle, half = sum(heights) / 2, NAME_HEIGHT / 2
    return [middle - half, middle + half] if heights[0] <= heights[1] else [middle + half, middle - half]


def _rows(series: Mapping[str, LinePoints]) -> tuple[tuple[float, tuple[float | None, ...]], ...]:
    by_place = [dict(points) for points in series.values()]
    places = sorted({place for points in by_place for place in points})
    return tuple((place, tuple(points.get(place) for points in by_place)) for place in places)
