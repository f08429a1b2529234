"""The grid of tokens: 2 x 3 places of a map between a class token and two registers."""

import numpy as np
import pytest

from app.nets.reading.token_grid import TokenGrid

GRID = TokenGrid(height=2, width=3, before=1, tokens=9)


def test_tokens_fill_the_map_row_by_row_and_the_others_are_a_row_below() -> None:
    assert [GRID.place_of(token) for token in range(9)] == [
        (2, 0),
        *((0, 0), (0, 1), (0, 2)),
        *((1, 0), (1, 1), (1, 2)),
        *((2, 1), (2, 2)),
    ]
    assert [GRID.token_at(*GRID.place_of(token)) for token in range(9)] == list(range(9))


@pytest.mark.parametrize(
    ("y", "x", "is_there"), [(1, 2, True), (2, 2, True), (2, 3, False), (0, 3, False), (3, 0, False)]
)
def test_a_place_is_in_the_map_or_in_the_row_of_the_others(y: int, x: int, *, is_there: bool) -> None:
    assert GRID.has_place(y, x) is is_there


def test_a_place_before_the_first_is_none() -> None:
    assert not GRID.has_place(-1, 0)
    assert not GRID.has_place(0, -1)


def test_the_maps_are_the_tokens_between_the_others() -> None:
    rows = np.arange(18).reshape(2, 9)
    np.testing.assert_array_equal(GRID.maps_of(rows)[1], [[10, 11, 12], [13, 14, 15]])


def test_rows_of_maps_are_zero_for_the_others() -> None:
    np.testing.assert_array_equal(GRID.rows_of(np.ones((1, 2, 3))), [[0, 1, 1, 1, 1, 1, 1, 0, 0]])


@pytest.mark.parametrize("height", [1, 2, 3])
@pytest.mark.parametrize("width", [1, 2, 4])
@pytest.mark.parametrize("before", [0, 1, 3])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_every_token_has_a_place_of_its_own(height: int, width: int, before: int, after: int) -> None:
    grid = TokenGrid(height, width, before, before + height * width + after)
    places = [grid.place_of(token) for token in range(grid.tokens)]
    assert len(set(places)) == grid.tokens
    assert [grid.token_at(*place) for place in places] == list(range(grid.tokens))
    assert grid.apart == before + after
    assert {place for place in np.ndindex(6, 20) if grid.has_place(*place)} == set(places)
    rows = np.arange(2 * grid.tokens).reshape(2, -1)
    maps = grid.maps_of(rows)
    for y, x in np.ndindex(height, width):
        np.testing.assert_array_equal(maps[:, y, x], rows[:, grid.token_at(y, x)])
    is_map = np.isin(rows, maps)
    np.testing.assert_array_equal(grid.rows_of(maps), rows * is_map)
