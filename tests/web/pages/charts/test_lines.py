"""The geometry of a chart of lines."""

import math

import pytest

from app.web.pages.charts.lines import NAME_HEIGHT, line_chart

NAMED = {"high": 8, "low": 0}


def places(path: str) -> list[tuple[float, ...]]:
    return [tuple(map(float, pair.split())) for pair in path.removeprefix("M").split("L")]


def test_a_line_begins_and_ends_at_the_ends_of_the_axes() -> None:
    chart = line_chart({"loss": [(0, 0), (5, 1), (10, 2)]}, across=(0, 10))
    first, middle, last = places(chart.lines[0].path)
    assert first == (chart.left, chart.floor)
    assert last == (chart.right, chart.top)
    assert middle == pytest.approx(((chart.left + chart.right) / 2, (chart.floor + chart.top) / 2))
    assert (chart.lines[0].x, chart.lines[0].y) == (chart.right + 6, chart.top)


def test_equal_factors_are_equally_far_apart_on_a_logarithmic_axis() -> None:
    chart = line_chart({"norm": [(0, 1e-4), (1, 1e-2), (2, 1)]}, across=(0, 2), is_logarithmic=True)
    heights = [y for _, y in places(chart.lines[0].path)]
    assert heights == pytest.approx([chart.floor, (chart.floor + chart.top) / 2, chart.top])
    assert [tick.value for tick in chart.up] == pytest.approx([1e-4, 1e-2, 1])


def test_numbers_without_a_place_are_left_out_of_the_line_and_stand_in_the_table() -> None:
    chart = line_chart({"norm": [(0, 0), (1, 1), (2, math.inf), (3, 10)]}, across=(0, 3), is_logarithmic=True)
    assert len(places(chart.lines[0].path)) == 2
    assert [values for _, values in chart.rows] == [(0,), (1,), (math.inf,), (10,)]


def test_names_at_the_end_do_not_overlap() -> None:
    chart = line_chart({"one": [(0, 1), (1, 1.01)], "other": [(0, 1), (1, 1)]}, across=(0, 1))
    one, other = chart.lines
    assert other.y - one.y == pytest.approx(NAME_HEIGHT)


def test_lines_that_come_together_have_their_names_near_the_beginning() -> None:
    series = {name: [(place, start + (4 - start) * place / 20) for place in range(21)] for name, start in NAMED.items()}
    high, low = line_chart(series, across=(0, 20)).lines
    assert max(high.x, low.x) < 150
    assert high.y < low.y


def test_the_table_has_a_row_for_each_place_of_either_line() -> None:
    chart = line_chart({"one": [(0, 1), (2, 3)], "other": [(0, 5), (1, 6)]}, across=(0, 2))
    assert chart.rows == ((0, (1, 5)), (1, (None, 6)), (2, (3, None)))
