"""An axis as a product of factors: a reshape keeps its elements, and the inverse finds its names again."""

from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.nets.reading.factors import (
    BATCH,
    BLOCK,
    CHANNEL,
    DEPTH,
    GROUP,
    HEIGHT,
    LENGTH,
    ONE,
    TOKENS,
    UNIT,
    WIDTH,
    Axis,
    Factor,
    grid_of,
    has_batch,
    joined_tokens,
    length_of,
    map_of_tokens,
    mixed,
    name_of,
    reshaped,
    resized,
)
from app.nets.reading.token_grid import TokenGrid

NAMES = (BLOCK, GROUP, CHANNEL, HEIGHT, WIDTH, TOKENS, UNIT, LENGTH)
PRIMES = (2, 3, 5)


def axis(*factors: tuple[str, int]) -> Axis:
    return tuple(Factor(name, length) for name, length in factors)


def names(axes: tuple[Axis, ...]) -> list[str]:
    return [name_of(each) for each in axes]


@st.composite
def values(draw: st.DrawFn, least: int = 1) -> tuple[Axis, ...]:
    """The axes of a value as a network's input has them: a factor each, the batch first."""
    lengths = draw(st.lists(st.integers(least, 6), max_size=4))
    batch = draw(st.integers(1, 3))
    return axis((BATCH, batch)), *(axis((draw(st.sampled_from(NAMES)), length)) for length in lengths)


@st.composite
def shapes(draw: st.DrawFn, count: int) -> tuple[int, ...]:
    """A shape of so many elements."""
    lengths = draw(st.lists(st.just(1), max_size=3))
    left = count
    while left > 1:
        length = draw(st.sampled_from([each for each in range(2, left + 1) if left % each == 0]))
        lengths.insert(draw(st.integers(0, len(lengths))), length)
        left //= length
    return tuple(lengths)


@given(st.data())
@settings(max_examples=30)
def test_a_reshape_has_the_new_lengths_and_the_batch_of_one_picture_once(data: st.DataObject) -> None:
    before = data.draw(values())
    lengths = data.draw(shapes(prod(map(length_of, before))))
    after = reshaped(before, lengths)
    assert tuple(map(length_of, after)) == lengths
    if length_of(before[0]) == 1:
        assert sum(map(has_batch, after)) == min(1, len(after))


@given(st.data())
@settings(max_examples=30)
def test_axes_that_are_joined_and_divided_again_have_their_names(data: st.DataObject) -> None:
    before = data.draw(values(least=2))
    begin = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(begin, len(before)))
    lengths = tuple(map(length_of, before))
    joined = reshaped(before, (*lengths[:begin], prod(lengths[begin:end]), *lengths[end:]))
    assert names(reshaped(joined, lengths)) == names(before)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (CHANNEL, (GROUP, CHANNEL)),
        (CHANNEL, (GROUP, GROUP, CHANNEL)),
        (TOKENS, (HEIGHT, WIDTH)),
        (TOKENS, (TOKENS, TOKENS, TOKENS)),
        (UNIT, (UNIT, UNIT)),
        (UNIT, (CHANNEL, HEIGHT, WIDTH)),
        (HEIGHT, (HEIGHT, HEIGHT)),
    ],
)
def test_the_parts_of_an_axis_and_what_they_are_together(name: str, parts: tuple[str, ...]) -> None:
    lengths = PRIMES[: len(parts)]
    before = (axis((BATCH, 2)), axis((name, prod(lengths))))
    after = reshaped(before, (2, *lengths))
    assert names(after) == [BATCH, *parts]
    assert names(reshaped(after, (2, prod(lengths)))) == [BATCH, name]


@pytest.mark.parametrize(
    ("factors", "name"),
    [
        ((), ONE),
        (((CHANNEL, 1),), CHANNEL),
        (((CHANNEL, 1), (HEIGHT, 1)), CHANNEL),
        (((HEIGHT, 4), (CHANNEL, 1)), HEIGHT),
        (((HEIGHT, 4), (WIDTH, 4)), TOKENS),
        (((TOKENS, 4), (WIDTH, 4)), TOKENS),
        (((BATCH, 1),), BATCH),
        (((GROUP, 1), (BATCH, 1)), BATCH),
        (((BATCH, 1), (GROUP, 4)), GROUP),
        (((BATCH, 2), (GROUP, 4)), GROUP),
        (((BATCH, 2), (GROUP, 4), (CHANNEL, 3)), CHANNEL),
        (((HEIGHT, 4), (CHANNEL, 2)), HEIGHT),
        (((BLOCK, 2), (WIDTH, 4)), WIDTH),
        (((TOKENS, 4), (CHANNEL, 2)), UNIT),
        (((HEIGHT, 4), (WIDTH, 4), (CHANNEL, 2)), UNIT),
        (((DEPTH, 4), (CHANNEL, 2)), UNIT),
    ],
)
def test_the_name_of_an_axis(factors: tuple[tuple[str, int], ...], name: str) -> None:
    assert name_of(axis(*factors)) == name


@pytest.mark.parametrize(
    ("before", "lengths", "after"),
    [
        ([(CHANNEL, 6)], (6, 1), [CHANNEL, BATCH]),
        ([(CHANNEL, 6)], (1, 6), [BATCH, CHANNEL]),
        ([(CHANNEL, 6)], (6,), [CHANNEL]),
        ([(CHANNEL, 6), (HEIGHT, 1), (WIDTH, 5)], (1, 6, 5), [BATCH, CHANNEL, WIDTH]),
        ([(CHANNEL, 6), (HEIGHT, 1), (WIDTH, 1)], (1, 6, 1, 1), [BATCH, CHANNEL, HEIGHT, WIDTH]),
        ([(CHANNEL, 6), (HEIGHT, 1), (WIDTH, 1)], (1, 1, 6), [BATCH, ONE, CHANNEL]),
        ([(CHANNEL, 1), (HEIGHT, 4)], (1, 1, 4), [BATCH, CHANNEL, HEIGHT]),
        ([(CHANNEL, 4), (HEIGHT, 1), (WIDTH, 3)], (1, 4, 3, 1), [BATCH, CHANNEL, WIDTH, ONE]),
    ],
)
def test_where_axes_of_length_1_go(before: list[tuple[str, int]], lengths: tuple[int, ...], after: list[str]) -> None:
    axes = (axis((BATCH, 1)), *(axis(each) for each in before))
    assert names(reshaped(axes, lengths)) == after


def test_the_batch_of_one_picture_stays_first_within_an_axis() -> None:
    axes = reshaped((axis((BATCH, 1)), axis((CHANNEL, 6)), axis((HEIGHT, 5))), (6, 5))
    assert list(map(has_batch, axes)) == [True, False]
    assert names(axes) == [CHANNEL, HEIGHT]


def test_factors_that_do_not_fit_are_lost() -> None:
    axes = reshaped((axis((BATCH, 2)), axis((CHANNEL, 3)), axis((HEIGHT, 4))), (4, 6))
    assert axes == (axis((UNIT, 4)), axis((UNIT, 6)))


def test_factors_that_fit_are_not_replaced() -> None:
    grid = TokenGrid(2, 2, 1, 5)
    tokens = (Factor(TOKENS, 5, grid),)
    assert reshaped((axis((CHANNEL, 3)), tokens), (3, 1, 5))[-1] == tokens


@given(st.integers(1, 9), st.integers(1, 9))
@settings(max_examples=20)
def test_an_axis_of_another_length_has_the_same_name(before: int, after: int) -> None:
    channels = axis((GROUP, before), (CHANNEL, 2))
    assert (name_of(resized(channels, after)), length_of(resized(channels, after))) == (CHANNEL, after)
    assert resized(channels, before * 2) is channels


def test_mixed_tokens_have_no_places() -> None:
    tokens = axis((HEIGHT, 4), (WIDTH, 5))
    assert mixed(tokens) == axis((TOKENS, 20))
    assert mixed(axis((HEIGHT, 4))) == axis((HEIGHT, 4))
    assert grid_of(tokens)
    assert not grid_of(mixed(tokens))


@given(st.integers(2, 5), st.integers(2, 5), st.tuples(*[st.integers(0, 3)] * 3))
@settings(max_examples=30)
def test_the_places_of_tokens_between_others(height: int, width: int, apart: tuple[int, int, int]) -> None:
    """Each token is followed through concatenations: where the grid puts it, there it was on the map."""
    before, after, last = apart
    tokens = np.arange(height * width)
    one = axis((HEIGHT, height), (WIDTH, width))
    cells = np.concatenate([np.full(before, -1), tokens])
    first = joined_tokens([None, one], before + len(tokens))
    cells = np.concatenate([cells, np.full(after, -1)])
    second = joined_tokens([first, axis((TOKENS, after)), None], len(cells))
    cells = np.concatenate([np.full(last, -1), cells])
    grid = grid_of(joined_tokens([None, second], len(cells)))
    assert grid
    assert grid.tokens == len(cells)
    np.testing.assert_array_equal(grid.maps_of(cells[np.newaxis])[0].ravel(), tokens)


@pytest.mark.parametrize(
    "parts",
    [
        [None, axis((HEIGHT, 2), (WIDTH, 3)), None],
        [axis((HEIGHT, 2), (WIDTH, 3)), axis((HEIGHT, 2), (WIDTH, 3))],
        [None, axis((TOKENS, 6))],
    ],
    ids=["in the middle", "two maps", "no map"],
)
def test_tokens_whose_places_are_not_certain(parts: list[Axis | None]) -> None:
    assert joined_tokens(parts, 12) == axis((TOKENS, 12))


@pytest.mark.parametrize(
    ("factors", "grid"),
    [
        (((HEIGHT, 2), (WIDTH, 3)), TokenGrid(2, 3, 0, 6)),
        (((BATCH, 1), (HEIGHT, 2), (WIDTH, 3)), TokenGrid(2, 3, 0, 6)),
        (((WIDTH, 3), (HEIGHT, 2)), None),
        (((HEIGHT, 2),), None),
        (((TOKENS, 6),), None),
        ((), None),
    ],
)
def test_the_map_of_an_axis(factors: tuple[tuple[str, int], ...], grid: TokenGrid | None) -> None:
    assert grid_of(axis(*factors)) == grid


@pytest.mark.parametrize(
    ("others", "has_map"),
    [
        ([(BATCH, 1), (CHANNEL, 8)], True),
        ([(GROUP, 2), (CHANNEL, 8)], True),
        ([(BATCH, 1)], False),
        ([(BATCH, 1), (CHANNEL, 8), (UNIT, 3)], False),
        ([(UNIT, 3)], False),
    ],
)
def test_tokens_are_the_places_of_maps_where_all_other_axes_number_them(
    others: list[tuple[str, int]], has_map: bool
) -> None:
    axes = [*(axis(each) for each in others), axis((HEIGHT, 2), (WIDTH, 3))]
    assert map_of_tokens([name_of(each) for each in axes], axes) == (TokenGrid(2, 3, 0, 6) if has_map else None)
