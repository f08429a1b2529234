"""Softmax of typed logits, against SciPy."""

import numpy as np
import pytest
import scipy
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from app.errors import InvalidRequest
from app.lessons.figures.softmax import SoftmaxState, draw_softmax


@given(st.lists(st.integers(-40, 40), min_size=1, max_size=8), st.sampled_from([0.1, 0.5, 1, 3, 10]))
def test_probabilities_and_entropy_are_scipy_s(logits: list[int], temperature: float) -> None:
    figure = draw_softmax(SoftmaxState(logits=" ".join(map(str, logits)), temperature=temperature))
    expected = softmax(np.array(logits) / temperature)
    np.testing.assert_allclose([each.probability for each in figure.classes], expected, rtol=1e-9)
    np.testing.assert_allclose(figure.entropy, scipy.stats.entropy(expected, base=2), atol=1e-9)


def test_the_probability_of_the_marked_class_is_written_out() -> None:
    figure = draw_softmax(SoftmaxState(logits="1 -1", temperature=0.5, row=1))
    assert figure.classes[figure.marked].working == "exp(−1 / 0.5) / (exp(1 / 0.5) + exp(−1 / 0.5)) = 0.018"


def test_more_classes_than_letters_are_refused() -> None:
    with pytest.raises(InvalidRequest):
        draw_softmax(SoftmaxState(logits="; ".join(["1 2 3 4 5"] * 3)))
