"""The geometry of a chart as wide as its place: places in per cent, on axes in either direction."""

import re

from app.web.pages.charts.wide_lines import Span, wide_chart


def test_a_line_runs_from_its_first_to_its_last_amount_also_downwards() -> None:
    chart = wide_chart({"a": [(100, 0), (50, 0.75), (0, 1)]}, Span(100, 0), Span(0, 1))
    places = [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", chart.lines[0].path)]
    assert places == [(0, 1000), (500, 250), (1000, 0)]
    assert [(tick.value, tick.at) for tick in chart.up] == [(0, 100), (0.5, 50), (1, 0)]
    assert [(tick.value, tick.at) for tick in chart.across][:2] == [(0, 100), (20, 80)]


def test_names_stand_at_the_highest_points_and_not_on_one_another() -> None:
    same = [(0, 0.2), (1, 0.9), (2, 0.1)]
    first, second = wide_chart({"a": same, "b": same}, Span(0, 2), Span(0, 1)).lines
    assert (first.x, round(first.y, 6)) == (50, 10)
    assert second.y - first.y >= 9
