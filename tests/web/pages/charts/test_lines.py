"""The geometry of a chart of lines."""

import math
from random import Random

import pytest

from app.web.pages.charts.lines import NAME_HEIGHT, NAME_WIDTH, LineChart, NamedLine, line_chart

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


@pytest.mark.parametrize("ends", [(1.01, 1), (1, 1.01), (1, 0.96), (0.96, 1)])
def test_names_of_lines_that_end_together_stand_there_around_the_middle_of_both(ends: tuple[float, float]) -> None:
    series = {name: [(0.0, 1.0), (1.0, end)] for name, end in zip(("one", "other"), ends, strict=True)}
    lines = line_chart(series, across=(0, 1)).lines
    (x, one), (other_x, other) = (places(line.path)[-1] for line in lines)
    assert [line.x - end for line, end in zip(lines, (x, other_x), strict=True)] == [6, 6]
    assert (lines[0].y < lines[1].y) is (one < other)
    assert abs(lines[0].y - lines[1].y) == NAME_HEIGHT
    assert (lines[0].y + lines[1].y) / 2 == pytest.approx((one + other) / 2, abs=0.1)


@pytest.mark.parametrize("first", [0, 1])
def test_a_line_that_ends_earlier_has_its_name_there_above_the_other(first: int) -> None:
    """One name has room beside the other."""
    lengths = (5, 9) if first == 0 else (9, 5)
    series = {name: [(0.0, 1.0), (float(end), 1.0)] for name, end in zip(("one", "other"), lengths, strict=True)}
    lines = line_chart(series, across=(0, 10)).lines
    for line in lines:
        x, y = places(line.path)[-1]
        assert (line.x, line.y) == pytest.approx((x + 6, y - 6), abs=0.1)


def test_one_place_alone_is_at_the_left_end() -> None:
    chart = line_chart({"one": [(3, 1)]}, across=(3, 3))
    assert places(chart.lines[0].path) == [(chart.left, chart.top)]


def test_lines_that_come_together_have_their_names_near_the_beginning() -> None:
    series = {name: [(place, start + (4 - start) * place / 20) for place in range(21)] for name, start in NAMED.items()}
    high, low = line_chart(series, across=(0, 20)).lines
    assert max(high.x, low.x) < 150
    assert high.y < low.y


def test_the_table_has_a_row_for_each_place_of_either_line() -> None:
    chart = line_chart({"one": [(0, 1), (2, 3)], "other": [(0, 5), (1, 6)]}, across=(0, 2))
    assert chart.rows == ((0, (1, 5)), (1, (None, 6)), (2, (3, None)))


def distance(line: NamedLine, name: NamedLine) -> float:
    """How far in height the middle of a name is from a line, where they are beside each other."""
    points = places(line.path)
    near = [y for x, y in points if name.x <= x <= name.x + NAME_WIDTH] or [min(points, key=lambda p: name.x - p[0])[1]]
    return min(abs(y - name.y) for y in near)


def random_chart(seed: int) -> LineChart:
    """Two lines of a shape each, that meet at the end or do not, with one that ends earlier or not."""
    draw = Random(seed)
    end, series = draw.choice([50, 100]), {}
    for name in ("one", "other"):
        first, last, bend = draw.uniform(10, 100), end + draw.choice([0, 0, 1, 20]), draw.choice([0.5, 1, 2])
        length = draw.choice([10, 20, 20])
        series[name] = [(float(x), first + (last - first) * (x / length) ** bend) for x in range(length + 1)]
    return line_chart(series, across=(0, 20), top=100)


@pytest.mark.parametrize("seed", range(40))
def test_names_are_on_the_chart_and_clear_of_the_lines_and_of_each_other(seed: int) -> None:
    chart = random_chart(seed)
    one, other = chart.lines
    assert abs(one.x - other.x) >= NAME_WIDTH or abs(one.y - other.y) >= NAME_HEIGHT
    for line in chart.lines:
        assert chart.left < line.x < line.x + NAME_WIDTH <= chart.width
        assert 0 <= line.y <= chart.floor


@pytest.mark.parametrize("end", [0, 50, 100])
@pytest.mark.parametrize("bend", [0.5, 1, 3])
def test_names_along_lines_that_meet_are_nearer_to_their_own(end: float, bend: float) -> None:
    for first, second in ((10, 90), (90, 10), (100, 60), (0, 50)):
        series = {
            name: [(float(x), start + (end - start) * (x / 40) ** bend) for x in range(41)]
            for name, start in (("one", first), ("other", second))
        }
        one, other = line_chart(series, across=(0, 40), top=100).lines
        for own, foreign in ((one, other), (other, one)):
            assert 5 < distance(own, own) <= distance(foreign, own), (first, second)
            beside = [y for x, y in places(own.path) if own.x - 6.1 <= x <= own.x + NAME_WIDTH]
            gap = min(beside) - own.y if own.y < foreign.y else own.y - max(beside)
            assert gap == pytest.approx(6 if own.y < foreign.y else 14, abs=0.1)
        assert (one.y < other.y) is (first > second)


def test_flat_lines_have_an_axis() -> None:
    ones = [(0.0, 1.0), (1.0, 1.0)]
    chart = line_chart({"one": ones}, across=(0, 1), is_logarithmic=True)
    assert [tick.value for tick in chart.up] == [1, 10]
    assert chart.lines[0].path.endswith(f"{chart.floor:.1f}")
    empty = line_chart({"one": []}, across=(0, 1))
    assert ([tick.value for tick in empty.up], empty.lines) == ([0, 0.5, 1], ())
