"""Contributions to cells whose windows are given."""

from collections.abc import Iterator
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.checking import check_answer
from app.lessons.exercises.networks.largest_contribution import (
    CellWindows,
    ChannelWindow,
    NoSuchCell,
    draw_largest_contribution,
)


def cells(seed: int) -> Iterator[CellWindows]:
    random = np.random.default_rng(seed)
    while True:
        windows = [
            ChannelWindow(channel, random.uniform(0, 300, (3, 3)), random.normal(0, 0.07, (3, 3)))
            for channel in range(8)
        ]
        yield CellWindows("conv", 5, 2, 3, tuple(windows))


@given(st.integers(0, 10_000))
def test_the_answer_is_the_largest_sum_of_the_products_that_are_shown(seed: int) -> None:
    problem = draw_largest_contribution(Random(seed), cells(seed))
    planes = [matrix.numbers for matrix in problem.matrices]
    sums = [(planes[place] * planes[place + 1]).sum() for place in range(0, 8, 2)]
    assert int(problem.answer) == int(np.argmax(sums))
    assert max(sums) > 0
    for kind in (planes[::2], planes[1::2]):  # the largest of all has one digit before the point
        assert 1 <= max(abs(each).max() for each in kind) <= 10
    for name, wrong in problem.mistakes.items():
        assert name in check_answer(problem, wrong.tolist()).mistakes
    assert check_answer(problem, problem.answer.tolist()).is_right


def test_cells_without_a_leader_are_left_out() -> None:
    same = ChannelWindow(0, np.ones((3, 3)), np.ones((3, 3)))
    with pytest.raises(NoSuchCell):
        draw_largest_contribution(Random(1), iter([CellWindows("conv", 0, 0, 0, (same,) * 5)]))
    with pytest.raises(NoSuchCell):
        draw_largest_contribution(Random(1), iter([CellWindows("conv", 0, 0, 0, (same,) * 3)]))


def test_the_four_channels_that_contribute_most_are_shown_with_one_decimal() -> None:
    contributions = [8, -7, 5, 3, 1, 0.5]
    windows = [
        ChannelWindow(channel, np.full((1, 1), each), np.full((1, 1), 0.125))
        for channel, each in enumerate(contributions)
    ]
    problem = draw_largest_contribution(Random(1), iter([CellWindows("conv", 0, 0, 0, tuple(windows))]))
    assert {matrix.channel for matrix in problem.matrices} == {0, 1, 2, 3}
    assert {float(matrix.numbers.item()) for matrix in problem.matrices if matrix.name == "kernel"} == {1.2}
    assert problem.lines[0].values == {"numbers": 1, "weights": 0.1}


@pytest.mark.parametrize(("second", "is_taken"), [(0.85, True), (0.95, False)])
def test_the_largest_contribution_stands_out_by_a_tenth(second: float, is_taken: bool) -> None:
    windows = [
        ChannelWindow(channel, np.full((1, 4), 9.5), np.full((1, 4), share))
        for channel, share in enumerate((1, second, 0.3, 0.2))
    ]
    cells = iter([CellWindows("conv", 0, 0, 0, tuple(windows))])
    if is_taken:
        assert draw_largest_contribution(Random(1), cells).place
    else:
        with pytest.raises(NoSuchCell):
            draw_largest_contribution(Random(1), cells)


@pytest.mark.parametrize(
    "numbers",
    [(0.14, 0.06, 0.01), (0.16, 0.149, 0.01), (-0.01, -0.2, -0.3), (0, 0, 0)],
    ids=["not where rounded", "only where rounded", "none adds", "zeros"],
)
def test_the_largest_contribution_stands_out_of_exact_and_of_rounded_numbers(numbers: tuple[float, ...]) -> None:
    """Another channel has a large number, which the unit of all follows, and hardly a weight for it."""
    windows = [ChannelWindow(channel, np.full((1, 10), each), np.ones((1, 10))) for channel, each in enumerate(numbers)]
    large = ChannelWindow(3, np.array([[9.0 * any(numbers), *[0] * 9]]), np.full((1, 10), -0.001))
    with np.errstate(all="raise"), pytest.raises(NoSuchCell):
        draw_largest_contribution(Random(1), iter([CellWindows("conv", 0, 0, 0, (*windows, large))]))
