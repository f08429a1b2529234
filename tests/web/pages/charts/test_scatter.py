"""The chart's geometry: scales that are what they say, areas for parameters, names that can be read."""

from dataclasses import replace
from functools import cache
from itertools import combinations
from math import hypot, log10
from random import Random

import pytest

from app.web.pages.charts.scatter import FAR, LETTER, LINE, Circle, Label, LabelBox, Point, ScatterChart, scatter_chart

POINTS = [
    Point("small", "Small", 300_000_000, 57.0, 1_000_000, True),
    Point("large", "Large", 30_000_000_000, 75.0, 100_000_000, False),
    Point("middle", "Middle", 3_000_000_000, 66.0, 25_000_000, False),
]
CROWD = [Point(f"n{i}", f"Network {i}", 9_000_000_000 + i, 70.0 + i / 10, 130_000_000, False) for i in range(6)]


def circles(drawn: ScatterChart) -> dict[str, tuple[float, float, float]]:
    return {circle.point.id: (circle.x, circle.y, circle.r) for circle in drawn.circles}


def box(label: Label, name: str) -> LabelBox:
    """Where a label's letters are."""
    width = LETTER * len(name)
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]
    return LabelBox(label.x - share * width, label.y - 0.78 * LINE, width, LINE)


def test_work_is_logarithmic_and_accuracy_linear() -> None:
    place = circles(scatter_chart(POINTS))
    (small_x, small_y, _), (middle_x, middle_y, _), (large_x, large_y, _) = (
        place[name] for name in ("small", "middle", "large")
    )
    assert middle_x - small_x == pytest.approx(large_x - middle_x)
    assert small_y - middle_y == pytest.approx(middle_y - large_y)
    assert small_y > large_y, "up is better"
    drawn = scatter_chart(POINTS)
    assert drawn.left < small_x < middle_x < large_x < drawn.right
    assert small_x - drawn.left == pytest.approx(drawn.right - large_x)
    assert 0.1 < (small_x - drawn.left) / (middle_x - small_x) < 0.2, "a margin of an eighth of a decade or so"


def test_equal_factors_are_equally_far_apart_from_a_few_macs_to_very_many() -> None:
    points = [Point(str(power), "Net", 10**power, 60.0, 1_000_000, True) for power in (1, 4, 7, 10)]
    across = sorted(x for x, _, _ in circles(scatter_chart(points)).values())
    assert across[1] - across[0] == pytest.approx(across[2] - across[1]) == pytest.approx(across[3] - across[2])


def test_ticks_stand_where_their_value_would() -> None:
    drawn = scatter_chart(POINTS)
    place = circles(drawn)
    per_decade = (place["large"][0] - place["small"][0]) / 2
    for tick in drawn.across:
        assert tick.at == pytest.approx(place["small"][0] + per_decade * (log10(tick.value) - log10(3e8)))
        assert drawn.left <= tick.at <= drawn.right
    assert [tick.value for tick in drawn.across] == [5e8, 1e9, 2e9, 5e9, 1e10, 2e10]
    assert [tick.value for tick in drawn.up] == [55, 60, 65, 70, 75, 80]
    assert (drawn.up[0].at, drawn.up[-1].at) == (drawn.bottom, drawn.top)


def test_the_area_is_the_number_of_parameters() -> None:
    place = circles(scatter_chart(POINTS))
    assert place["large"][2] ** 2 / place["middle"][2] ** 2 == pytest.approx(4)
    assert [circle.point.id for circle in scatter_chart(POINTS).circles] == ["large", "middle", "small"]


def test_no_accuracy_is_below_none_or_above_all() -> None:
    ends = [replace(POINTS[0], accuracy=0.5), replace(POINTS[1], accuracy=99.5)]
    ticks = [tick.value for tick in scatter_chart(ends).up]
    assert (ticks[0], ticks[-1]) == (0, 100)


@pytest.mark.parametrize("points", [POINTS, CROWD], ids=["few", "a crowd on one spot"])
def test_no_name_covers_another_or_leaves_the_chart(points: list[Point]) -> None:
    drawn = scatter_chart(points)
    boxes = [box(circle.label, circle.point.name) for circle in drawn.circles]
    assert [pair for pair in combinations(boxes, 2) if pair[0].overlap(pair[1]) > 0] == []
    for each in boxes:
        assert each.x >= drawn.left
        assert each.x + each.width <= drawn.right
        assert drawn.top <= each.y <= drawn.bottom - LINE


def test_a_name_far_from_its_circle_is_joined_to_it() -> None:
    for circle in scatter_chart(CROWD).circles:
        each = box(circle.label, circle.point.name)
        across = max(each.x - circle.x, circle.x - each.x - each.width, 0.0)
        down = max(each.y - circle.y, circle.y - each.y - each.height, 0.0)
        gap = (across**2 + down**2) ** 0.5 - circle.r
        assert (circle.label.lead is not None) == (gap > FAR)


def test_one_network_alone_is_drawn_too() -> None:
    (circle,) = scatter_chart(POINTS[:1]).circles
    assert circle.label.lead is None


@cache
def crowd(seed: int) -> ScatterChart:
    """Networks of different sizes, some on one spot."""
    draw = Random(seed)
    sizes = (int(10 ** draw.uniform(5, 8.2)) for _ in range(draw.randint(2, 12)))
    points = [
        Point(
            f"c{at}", "n" * draw.choice([3, 12, 20]), int(10 ** draw.uniform(6, 10)), draw.uniform(50, 90), size, True
        )
        for at, size in enumerate(sizes)
    ]
    return scatter_chart([*points, *CROWD[: seed % 6]])


@pytest.mark.parametrize("seed", range(8))
def test_a_name_begins_or_ends_at_its_circle(seed: int) -> None:
    for circle in crowd(seed).circles:
        name, label = box(circle.label, circle.point.name), circle.label
        side = {"start": name.x, "middle": name.x + name.width / 2, "end": name.x + name.width}[label.anchor]
        assert side == pytest.approx(label.x)
        assert (label.x - circle.x > 1e-6, circle.x - label.x > 1e-6) == (
            label.anchor == "start",
            label.anchor == "end",
        )
        assert name.overlap(LabelBox(circle.x - circle.r / 2, circle.y - circle.r / 2, circle.r, circle.r)) == 0


@pytest.mark.parametrize("seed", range(8))
def test_a_line_to_a_name_leads_from_the_circle_s_edge_to_the_nearest_letter(seed: int) -> None:
    for circle in crowd(seed).circles:
        if circle.label.lead is None:
            continue
        name, (x, y, end_x, end_y) = box(circle.label, circle.point.name), circle.label.lead
        assert hypot(x - circle.x, y - circle.y) == pytest.approx(circle.r)
        assert end_x == pytest.approx(min(max(circle.x, name.x - 2), name.x + name.width + 2))
        assert end_y == pytest.approx(min(max(circle.y, name.y), name.y + name.height))
        length = hypot(end_x - circle.x, end_y - circle.y)
        assert (x - circle.x) * length == pytest.approx((end_x - circle.x) * circle.r)
        assert (y - circle.y) * length == pytest.approx((end_y - circle.y) * circle.r)


def is_free(place: LabelBox, drawn: ScatterChart, others: list[LabelBox]) -> bool:
    inside = LabelBox(drawn.left, drawn.top, drawn.right - drawn.left, drawn.bottom - drawn.top)
    return place.overlap(inside) >= place.width * place.height - 1e-6 and not any(map(place.overlap, others))


@pytest.mark.parametrize("seed", range(8))
def test_a_name_stands_at_the_right_of_its_circle_if_there_is_room_else_at_the_left(seed: int) -> None:
    """Smaller circles are first, and all names keep off all circles."""
    drawn = crowd(seed)
    taken: list[LabelBox] = []
    for circle in sorted(drawn.circles, key=lambda circle: circle.r):
        others = [*taken, *(body(each) for each in drawn.circles if each is not circle)]
        width, top = LETTER * len(circle.point.name), circle.y - LINE / 2
        right = LabelBox(circle.x + circle.r + 4, top, width, LINE)
        left = LabelBox(circle.x - circle.r - 4 - width, top, width, LINE)
        name = box(circle.label, circle.point.name)
        free = [place for place in (right, left) if is_free(place, drawn, others)]
        if free:
            assert (name.x, name.y) == pytest.approx((free[0].x, free[0].y))
        taken.append(name)


def body(circle: Circle) -> LabelBox:
    """The square in a circle that names keep off."""
    return LabelBox(circle.x - 0.9 * circle.r, circle.y - 0.9 * circle.r, 1.8 * circle.r, 1.8 * circle.r)


def test_the_area_that_two_boxes_share() -> None:
    one = LabelBox(10, 20, 30, 40)
    for other, area in ((LabelBox(20, 30, 5, 6), 30), (LabelBox(35, 55, 30, 30), 25), (LabelBox(0, 0, 15, 30), 50)):
        assert one.overlap(other) == other.overlap(one) == area
    for apart in (LabelBox(40, 20, 5, 40), LabelBox(50, 70, 5, 5), LabelBox(10, 60, 30, 5)):
        assert one.overlap(apart) == apart.overlap(one) == 0
