"""Maps as a vector, and a fully connected layer on it, against NumPy."""

import numpy as np
import pytest

from app.errors import InvalidRequest
from app.lessons.figures.flatten import FlattenState, draw_flatten


def test_the_outputs_are_the_weights_times_the_vector_plus_the_bias() -> None:
    state = FlattenState(maps="1 2; 3 4 | 5 6; 7 8", weights="1 0 0 0 0 0 0 -1; 1 1 1 1 1 1 1 1", bias="10 -1")
    figure = draw_flatten(state)
    weights = np.array([[1, 0, 0, 0, 0, 0, 0, -1], [1] * 8])
    assert [cell.value for cell in figure.outputs] == (weights @ np.arange(1, 9) + [10, -1]).tolist()


def test_a_number_of_the_vector_links_to_its_cell() -> None:
    cell = draw_flatten(FlattenState()).vector.rows[0][5]
    assert (cell.links, cell.working) == (("map1.0.1",), "1 × 4 + 0 × 2 + 1 = 5")


def test_the_sum_leaves_out_what_is_multiplied_by_zero() -> None:
    assert draw_flatten(FlattenState()).working == "3 × 1 + 3 × 1 − 1 = 5"


def test_weights_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="must have 8 weights"):
        draw_flatten(FlattenState(weights="1 2 3"))


@pytest.mark.parametrize("bias", ["1", "1 2 3"])
def test_there_is_one_bias_for_each_output(bias: str) -> None:
    two = "1 1 1 1 1 1 1 1\n2 2 2 2 2 2 2 2"
    assert len(draw_flatten(FlattenState(weights=two, bias="1 2")).outputs.rows) == 2
    with pytest.raises(InvalidRequest, match="that of outputs 2"):
        draw_flatten(FlattenState(weights=two, bias=bias))
