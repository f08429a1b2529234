"""Batch normalisation and dropout, by their definitions."""

from math import sqrt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.exercise import make_problem, read_options
from app.lessons.exercises.learning.normalisation import BATCH_NORMALISATION, DROPOUT


@given(st.integers(0, 10_000))
def test_a_value_is_standardised_scaled_and_shifted(seed: int) -> None:
    problem = make_problem(BATCH_NORMALISATION, read_options(BATCH_NORMALISATION, {}), str(seed))
    own = {name: float(value) for name, value in problem.question.values.items()}
    expected = own["scale"] * (own["value"] - own["mean"]) / sqrt(own["variance"]) + own["shift"]
    assert np.isclose(problem.answer, expected)


@given(st.integers(0, 10_000))
def test_dropout_by_its_two_outcomes(seed: int) -> None:
    problem = make_problem(DROPOUT, read_options(DROPOUT, {}), str(seed))
    rate, value = (float(problem.question.values[name]) for name in ("rate", "value"))
    if problem.question.key == "question_average":
        assert np.isclose(problem.answer, rate * 0 + (1 - rate) * value)
    else:  # on average, it is the value
        assert np.isclose(rate * 0 + (1 - rate) * float(problem.answer), value)
