"""Pooling, window by window."""

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.exercise import NumberArray, Problem, make_problem, read_options
from app.lessons.exercises.windows.pooling import POOLING, POOLING_CELL

pools = pytest.mark.parametrize("pool", ["max", "average"])
PoolName = Literal["max", "average"]


def output_of(problem: Problem, pool: PoolName) -> NumberArray:
    numbers = problem.matrices[0].numbers
    kernel, stride = int(problem.question.values["kernel"]), int(problem.question.values["stride"])
    starts = range(0, len(numbers) - kernel + 1, stride)
    take = np.max if pool == "max" else np.mean
    return np.array([[take(numbers[y : y + kernel, x : x + kernel]) for x in starts] for y in starts])


@pools
@given(st.integers(0, 10_000), st.integers(2, 3), st.integers(1, 3))
def test_the_output_is_that_of_each_window(pool: PoolName, seed: int, kernel: int, stride: int) -> None:
    values = {"pool": pool, "size": 6, "kernel": kernel, "stride": stride}
    problem = make_problem(POOLING, read_options(POOLING, values), str(seed))
    assert np.allclose(problem.answer, output_of(problem, pool))


@pools
@given(st.integers(0, 10_000))
def test_a_cell_is_that_of_its_window(pool: PoolName, seed: int) -> None:
    problem = make_problem(POOLING_CELL, read_options(POOLING_CELL, {"pool": pool, "size": 5, "stride": 1}), str(seed))
    row, column = int(problem.question.values["row"]), int(problem.question.values["column"])
    assert np.isclose(problem.answer, output_of(problem, pool)[row, column])
