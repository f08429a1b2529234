"""The geometry of a histogram: bars, and round numbers on both axes."""

from dataclasses import dataclass

from app.analysis.histogram import Histogram
from app.web.pages.charts.axis import Tick, round_values

WIDTH, HEIGHT = 320, 148
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 8, 24
ACROSS, UP = 5, 3  # steps of an axis, at most


@dataclass(frozen=True, slots=True)
class Bar:
    """One bin: the count of values from `low` to `high`, and its rectangle."""

    low: float
    high: float
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class HistogramChart:
    """A chart in pixels. `floor` is the bottom of the bars, `left` their left end."""

    width: int
    height: int
    left: float
    right: float
    floor: float
    bars: tuple[Bar, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    cells: int
    zeros: int


def histogram_chart(histogram: Histogram) -> HistogramChart:
    """The chart of a histogram; it has no bars if all values are zero."""
    right, floor = WIDTH - RIGHT, HEIGHT - BOTTOM
    cells = sum(histogram.counts) + histogram.zeros
    if not histogram.counts:
        return HistogramChart(WIDTH, HEIGHT, LEFT, right, floor, (), (), (), cells, histogram.zeros)
    edges, tallest = histogram.edges, max(histogram.counts)
    wide, tall = (right - LEFT) / len(histogram.counts), (floor - TOP) / tallest
    bars = tuple(
        Bar(edges[at], edges[at + 1], count, LEFT + at * wide, floor - count * tall, wide, count * tall)
        for at, count in enumerate(histogram.counts)
    )
    across = tuple(
        Tick(LEFT + (value / histogram.step - histogram.first) * wide, value)
        for value in round_values(edges[0], edges[-1], ACROSS)
    )
    up = tuple(Tick(floor - value * tall, value) for value in round_values(0, tallest, UP) if value == int(value))
    return HistogramChart(WIDTH, HEIGHT, LEFT, right, floor, bars, across, up, cells, histogram.zeros)
