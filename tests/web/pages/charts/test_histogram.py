"""The geometry of a histogram, by hand."""

import pytest

from app.analysis.histogram import Histogram
from app.web.pages.charts.axis import Tick
from app.web.pages.charts.histogram import Bar, histogram_chart


def test_bars_stand_side_by_side_and_the_tallest_fills_the_chart() -> None:
    chart = histogram_chart(Histogram(-1, 0.5, (2, 4), 3))
    assert (chart.width, chart.height, chart.left, chart.right, chart.floor) == (320, 148, 44, 308, 124)
    assert chart.bars == (Bar(-0.5, 0, 2, 44, 66, 132, 58), Bar(0, 0.5, 4, 176, 8, 132, 116))
    assert chart.up == (Tick(124, 0), Tick(66, 2), Tick(8, 4))
    assert [tick.value for tick in chart.across] == [-0.4, -0.2, 0, 0.2, 0.4]
    assert [tick.at for tick in chart.across] == pytest.approx([70.4, 123.2, 176, 228.8, 281.6])
    assert (chart.cells, chart.zeros) == (9, 3)


def test_counts_are_whole() -> None:
    assert histogram_chart(Histogram(0, 1, (1,), 0)).up == (Tick(124, 0), Tick(8, 1))


def test_zeros_alone_have_no_bars() -> None:
    chart = histogram_chart(Histogram(0, 1, (), 5))
    assert (chart.bars, chart.across, chart.up, chart.cells, chart.zeros) == ((), (), (), 5, 5)
