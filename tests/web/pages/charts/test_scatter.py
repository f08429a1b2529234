"""The chart's geometry: scales that are what they say, areas for parameters, names that can be read."""

from dataclasses import replace
from itertools import combinations
from math import log10

import pytest

from app.web.pages.charts.scatter import FAR, LETTER, LINE, Label, LabelBox, Point, ScatterChart, scatter_chart

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


def test_ticks_stand_where_their_value_would() -> None:
    drawn = scatter_chart(POINTS)
    place = circles(drawn)
    per_decade = (place["large"][0] - place["small"][0]) / 2
    for tick in drawn.across:
        assert tick.at == pytest.approx(place["small"][0] + per_decade * (log10(tick.value) - log10(3e8)))
        assert drawn.left <= tick.at <= drawn.right
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
