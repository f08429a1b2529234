"""Pooling of typed numbers, against scikit-image's block reduction and a loop over windows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidRequest
from app.lessons.figures.matrix import FigureMatrix
from app.lessons.figures.pooling import PoolingState, draw_pooling


def numbers(matrix: FigureMatrix) -> list[list[float]]:
    return [[cell.value for cell in row] for row in matrix.rows]


def test_the_lecture_s_example_gives_its_outputs() -> None:
    figure = draw_pooling(PoolingState())
    assert numbers(figure.maximum) == [[3, 3, 3], [3, 3, 3], [3, 2, 3]]
    assert np.round(numbers(figure.average), 2).tolist() == [[1.67, 1.67, 1.67], [1.0, 1.22, 1.78], [1.11, 0.78, 1.33]]


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 10_000))
def test_the_outputs_are_the_maximum_and_the_mean_of_each_window(size: int, stride: int, seed: int) -> None:
    image = np.random.default_rng(seed).integers(-9, 10, (5, 6))
    text = "; ".join(" ".join(map(str, row)) for row in image)
    figure = draw_pooling(PoolingState(matrix=text, size=size, stride=stride))
    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size))[::stride, ::stride]
    assert numbers(figure.maximum) == windows.max((2, 3)).tolist()
    np.testing.assert_allclose(numbers(figure.average), windows.mean((2, 3)), rtol=1e-12)


def test_the_computation_of_the_marked_cell_is_written_out() -> None:
    figure = draw_pooling(PoolingState(matrix="1 -2; 3 4", size=2))
    assert figure.workings == ("max(1, −2, 3, 4) = 4", "(1 + (−2) + 3 + 4) / 4 = 1.5")


def test_a_window_larger_than_the_input_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        draw_pooling(PoolingState(matrix="1 2; 3 4", size=3))
