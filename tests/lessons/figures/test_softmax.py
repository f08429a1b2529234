"""Softmax of typed logits, against SciPy."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax
from scipy.stats import entropy

from app.lessons.figures.softmax import SoftmaxState, draw_softmax


@given(st.lists(st.integers(-40, 40), min_size=1, max_size=8), st.sampled_from([0.1, 0.5, 1, 3, 10]))
def test_probabilities_and_entropy_are_scipy_s(logits: list[int], temperature: float) -> None:
    figure = draw_softmax(SoftmaxState(logits=" ".join(map(str, logits)), temperature=temperature))
    expected = softmax(np.array(logits) / temperature)
    np.testing.assert_allclose([each.probability for each in figure.classes], expected, rtol=1e-9)
    np.testing.assert_allclose(figure.entropy, entropy(expected, base=2), atol=1e-9)
