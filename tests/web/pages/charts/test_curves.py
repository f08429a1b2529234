"""The chart of a deletion or insertion curve."""

import numpy as np

from app.web.pages.charts.axis import Tick
from app.web.pages.charts.curves import LEFT, TOP, curve_chart


def test_a_curve_is_drawn_from_corner_to_corner_with_its_numbers_as_rows() -> None:
    falling, low, high = np.array([1.0, 0.5, 0.0]), np.array([1.0, 0.0, 0.0]), np.array([1.0, 1.0, 0.0])
    chart = curve_chart("deletion", falling, [low, high], 1.0)
    begin, middle, end = chart.own.removeprefix("M").split("L")
    assert begin == f"{LEFT:.1f} {TOP:.1f}"
    assert middle == f"{(chart.left + chart.right) / 2:.1f} {(TOP + chart.floor) / 2:.1f}"
    assert end == f"{chart.right:.1f} {chart.floor:.1f}"
    assert [(row.share, row.score, row.random) for row in chart.rows] == [(0, 1, 1), (0.5, 0.5, 0.5), (1, 0, 0)]


def test_scores_below_zero_are_on_the_chart() -> None:
    chart = curve_chart("insertion", np.array([-1.0, 1.0]), [np.array([-0.5, 0.0])], 1.0)
    assert (chart.own, chart.fill) == ("M56.0 124.0L246.0 10.0", "M56.0 124.0L246.0 10.0V124H56Z")
    assert chart.random == ("M56.0 95.5L246.0 67.0",)
    assert chart.up == (Tick(124, -1), Tick(67, 0), Tick(10, 1))
    assert chart.across == (Tick(56, 0), Tick(151, 0.5), Tick(246, 1))
    assert (chart.width, chart.height) == (256, 148)


def test_scores_of_zero_lie_on_the_floor() -> None:
    assert curve_chart("deletion", np.zeros(2), [np.zeros(2)], 0.0).own == "M56.0 124.0L246.0 124.0"


def test_scores_above_zero_are_on_an_axis_from_zero() -> None:
    chart = curve_chart("deletion", np.array([0.9, 0.6]), [np.array([0.8, 0.5])], 0.9)
    assert chart.up[0] == Tick(chart.floor, 0)
    assert chart.own.endswith(f"{chart.floor - (chart.floor - TOP) * 0.6 / 0.9:.1f}")
