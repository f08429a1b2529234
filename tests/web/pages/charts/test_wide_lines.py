"""The geometry of a chart as wide as its place: places in per cent, on axes in either direction."""

import re
from itertools import combinations, pairwise
from random import Random

import pytest

from app.web.pages.charts.wide_lines import LETTER, RAISED, ROW, Span, WideLine, wide_chart


def test_a_line_runs_from_its_first_to_its_last_amount_also_downwards() -> None:
    chart = wide_chart({"a": [(100, 0), (50, 0.75), (0, 1)]}, Span(100, 0), Span(0, 1))
    places = [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", chart.lines[0].path)]
    assert places == [(0, 1000), (500, 250), (1000, 0)]
    assert [(tick.value, tick.at) for tick in chart.up] == [(0, 100), (0.5, 50), (1, 0)]
    assert [(tick.value, tick.at) for tick in chart.across][:2] == [(0, 100), (20, 80)]


def test_names_stand_at_the_highest_points_and_not_on_one_another() -> None:
    same = [(0, 0.2), (1, 0.8), (2, 0.1)]
    first, second = wide_chart({"cat": same, "dog": same}, Span(0, 2), Span(0, 1)).lines
    assert first.x == 50
    assert 0 < first.y < 20, "above the point, which is at 20 per cent"
    assert abs(second.y - first.y) > 8.9


def test_a_name_stands_above_its_point_where_no_name_beside_it_is_in_the_way() -> None:
    points = {"bell cote": [(0, 0.0), (78, 0.15)], "castle": [(0, 0.0), (86, 0.08)], "doormat": [(0, 0.0), (97, 0.08)]}
    heights = [line.y for line in wide_chart(points, Span(0, 100), Span(0, 1)).lines]
    assert heights == pytest.approx([79.5, 68.5, 86.5], abs=0.1)


def test_names_of_low_lines_stand_within_the_chart() -> None:
    flat = [(0.0, 0.01), (2.0, 0.01)]
    lines = wide_chart(dict.fromkeys("abcd", flat), Span(0, 2), Span(0, 1)).lines
    heights = sorted(line.y for line in lines)
    assert all(below - above > 8.9 for above, below in pairwise(heights))
    assert heights[-1] <= 100


def test_more_names_than_there_is_room_for_are_drawn_all_the_same() -> None:
    lines = wide_chart({str(n): [(0.0, 0.5), (2.0, 0.5)] for n in range(30)}, Span(0, 2), Span(0, 1)).lines
    assert len(lines) == 30
    assert all(0 <= line.y <= 100 for line in lines)


def extent(line: WideLine) -> tuple[float, float]:
    """Where the letters of a line's name begin and end, in per cent of the width."""
    width = LETTER * len(line.name)
    return (line.x - width, line.x) if line.is_before else (line.x, line.x + width)


@pytest.mark.parametrize("seed", range(20))
def test_names_are_at_their_highest_points_within_the_chart_and_apart(seed: int) -> None:
    draw = Random(seed)
    series = {
        name: [(float(x), draw.uniform(0, 1)) for x in range(11)]
        for name in ("cat", "a dog", "bell cote", "a castle by the sea")[: draw.randint(1, 4)]
    }
    lines = wide_chart(series, Span(0, 10), Span(0, 1)).lines
    for line in lines:
        begin, end = extent(line)
        assert 0 <= begin < end <= 100
        assert ROW / 2 <= line.y <= 100 - ROW / 2
        x, _ = max(series[line.name], key=lambda point: point[1])
        assert line.x == pytest.approx(10 * x)
    first, (_, top) = lines[0], max(series[lines[0].name], key=lambda point: point[1])
    raised = 100 * (1 - top) - RAISED
    assert first.y == pytest.approx(raised if raised >= ROW / 2 else raised + 2 * RAISED)
    for one, other in combinations(lines, 2):
        (begin, end), (other_begin, other_end) = extent(one), extent(other)
        assert end <= other_begin or other_end <= begin or abs(one.y - other.y) > ROW - 1e-6


def test_ticks_are_round_and_few_enough_to_be_read() -> None:
    for last in (1.0, 3.0, 7.0, 64.0, 90.0):
        chart = wide_chart({"a": [(0, 0), (last, 1)]}, Span(0, last), Span(0, last))
        assert 2 <= len(chart.up) <= 5
        assert 3 <= len(chart.across) <= 7
