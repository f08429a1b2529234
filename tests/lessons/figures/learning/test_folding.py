"""A convolution and a batch normalisation as one convolution give the same number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidRequest
from app.lessons.figures.learning.folding import FoldingState, draw_folding


def test_the_lecture_s_60_is_3_both_ways() -> None:
    figure = draw_folding(FoldingState())
    assert figure.steps == ("60 + 0 = 60", "2 × (60 − 50) / √(100 + 1e−05) + 1 = 3")
    assert figure.one_step == "12 − 9 = 3"
    assert figure.folded.rows[2][1].value == pytest.approx(1)


@given(st.integers(0, 10_000))
def test_the_folded_convolution_gives_what_both_layers_give(seed: int) -> None:
    random = np.random.default_rng(seed)
    bias, mean, gamma, beta = random.uniform(-9, 9, 4).tolist()
    variance = float(random.uniform(0.1, 9))
    figure = draw_folding(FoldingState(bias=bias, mean=mean, variance=variance, gamma=gamma, beta=beta))
    folded = np.array([[cell.value for cell in row] for row in figure.folded.rows])
    patch = np.array([[1, 2, 3], [2, 0, 0], [7, 9, 1]])
    two = gamma * (60 + bias - mean) / np.sqrt(variance + 1e-5) + beta
    assert np.sum(folded * patch) + figure.numbers.folded_bias == pytest.approx(two)


def test_matrices_of_different_sizes_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="They are 1 × 2 and 3 × 3"):
        draw_folding(FoldingState(patch="1 2"))
