"""The chart of a deletion or insertion curve."""

import numpy as np

from app.web.pages.charts.curves import LEFT, TOP, curve_chart


def test_a_curve_is_drawn_from_corner_to_corner_with_its_numbers_as_rows() -> None:
    falling, low, high = np.array([1.0, 0.5, 0.0]), np.array([1.0, 0.0, 0.0]), np.array([1.0, 1.0, 0.0])
    chart = curve_chart("deletion", falling, [low, high], 1.0)
    begin, middle, end = chart.own.removeprefix("M").split("L")
    assert begin == f"{LEFT:.1f} {TOP:.1f}"
    assert middle == f"{(chart.left + chart.right) / 2:.1f} {(TOP + chart.floor) / 2:.1f}"
    assert end == f"{chart.right:.1f} {chart.floor:.1f}"
    assert [(row.share, row.score, row.random) for row in chart.rows] == [(0, 1, 1), (0.5, 0.5, 0.5), (1, 0, 0)]
