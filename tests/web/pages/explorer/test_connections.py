"""The lines of the ribbon: each begins and ends where it should, and keeps to its lane between them."""

import pytest

from app.web.pages.explorer.connections import arc_path, bent_path, lane_path, leaving_path
from tests.web.pages.explorer.svg_path import is_forward, points_of

START = (250.0, 60.0)


@pytest.mark.parametrize("end", [(352.0, 60.0), (352.0, 100.0), (480.0, 20.0), (255.0, 90.0)])
def test_a_bent_line_leaves_and_arrives_level(end: tuple[float, float]) -> None:
    path = bent_path(START, end)
    points = points_of(path)
    assert (points[0], points[-1]) == (START, end)
    assert is_forward(path)
    *before, turn, near_start, near_end, _ = points
    assert {y for _, y in (*before, turn, near_start)} == {START[1]}
    assert near_end == (near_start[0], end[1])
    assert near_start[0] - turn[0] == end[0] - near_end[0], "as steep at both ends"


@pytest.mark.parametrize("top", [12.0, 40.0])
@pytest.mark.parametrize("length", [130.0, 700.0])
def test_an_arc_runs_level_above_what_it_skips(top: float, length: float) -> None:
    begin, end = (250.0, 80.0), (250.0 + length, 67.0)
    for path in (arc_path(begin, end, top), leaving_path(begin, top, end)):
        points = points_of(path)
        assert (points[0], points[-1]) == (begin, end)
        assert is_forward(path)
        assert {y for _, y in points[1:-1]} == {top}
        across = [x for x, _ in points]
        rise, drop = across[-3] - across[-4], across[-1] - across[-3]
        assert rise > length / 3, "most of it is level"
        assert drop < length / 3


def test_an_arc_between_stations_goes_up_and_down_at_its_ends() -> None:
    path = lane_path(170.0, 500.0, 60.0, 12.0)
    points = points_of(path)
    assert (points[0], points[-1]) == ((170, 60), (500, 60))
    assert is_forward(path)
    assert points[2] == (170, 12), "the corner that pulls the curve"
    assert points[5] == (500, 12)
    (left, top), (right, level) = points[3], points[4]
    assert top == level == 12
    assert left - 170 == 500 - right == points[1][1] - 12 == points[6][1] - 12 > 0
