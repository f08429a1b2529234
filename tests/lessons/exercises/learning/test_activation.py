"""ReLU and softmax, by NumPy and SciPy."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from app.lessons.exercises.exercise import make_problem, read_options
from app.lessons.exercises.learning.activation import RELU, SOFTMAX


@given(st.integers(0, 10_000))
def test_relu_takes_what_is_above_zero(seed: int) -> None:
    problem = make_problem(RELU, read_options(RELU, {}), str(seed))
    assert np.array_equal(problem.answer, np.clip(problem.matrices[0].numbers, 0, None))


@given(st.integers(0, 10_000), st.sampled_from([0.5, 1.0, 2.0, 5.0]), st.integers(2, 6))
def test_softmax_is_that_of_the_logits_over_the_temperature(seed: int, temperature: float, classes: int) -> None:
    options = read_options(SOFTMAX, {"temperatures": [temperature], "classes": classes})
    problem = make_problem(SOFTMAX, options, str(seed))
    logits = {str(line.values["letter"]): float(line.values["logit"]) for line in problem.lines}
    probabilities = softmax(np.array(list(logits.values())) / temperature)
    expected = dict(zip(logits, probabilities, strict=True))[str(problem.question.values["letter"])]
    assert np.isclose(problem.answer, expected)
