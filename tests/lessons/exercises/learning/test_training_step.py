"""The loss and the step of the weight, by their definitions."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.exercise import make_problem, read_options
from app.lessons.exercises.learning.training_step import CROSS_ENTROPY, GRADIENT_STEP


@given(st.integers(0, 10_000), st.integers(2, 6))
def test_the_loss_is_that_of_the_right_class(seed: int, classes: int) -> None:
    problem = make_problem(CROSS_ENTROPY, read_options(CROSS_ENTROPY, {"classes": classes}), str(seed))
    probabilities = {str(line.values["letter"]): float(line.values["probability"]) for line in problem.lines}
    assert np.isclose(sum(probabilities.values()), 1)
    assert np.isclose(np.exp(-problem.answer), probabilities[str(problem.question.values["letter"])])


@given(st.integers(0, 10_000))
def test_the_weight_moves_down_the_gradient(seed: int) -> None:
    problem = make_problem(GRADIENT_STEP, read_options(GRADIENT_STEP, {}), str(seed))
    weight, gradient, rate = (float(problem.question.values[name]) for name in ("weight", "gradient", "rate"))
    assert np.isclose(weight - problem.answer, rate * gradient)
