"""The share of multiply-accumulates, by the formula of MobileNet's paper."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.counting.separable import SEPARABLE
from app.lessons.exercises.exercise import make_problem, read_options


@given(st.integers(0, 10_000))
def test_the_share_is_one_over_n_and_one_over_k_squared(seed: int) -> None:
    problem = make_problem(SEPARABLE, read_options(SEPARABLE, {}), str(seed))
    own = {name: int(value) for name, value in problem.question.values.items()}
    assert np.isclose(problem.answer, 1 / own["filters"] + 1 / own["kernel"] ** 2)
