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
