"""Typed matrices: what is read, and the sentence for what is none."""

from typing import Any

import numpy as np
import pytest

from app.arithmetic.matrix import read_array
from app.errors import InvalidRequest


def test_nested_lists_are_an_array() -> None:
    values = read_array([[1, 2.5], [-3, 4e2]], "matrix", (2, 3))
    assert values.dtype == np.float64
    np.testing.assert_array_equal(values, [[1, 2.5], [-3, 400]])
    assert read_array([[[[1]]], [[[2]]]], "kernel", (4,)).shape == (2, 1, 1, 1)


@pytest.mark.parametrize(
    ("nested", "message"),
    [
        ([], "The matrix must be rows of numbers or channels of rows of numbers; it is nested 1 deep."),
        ([[]], "The matrix is empty."),
        ([1, 2], "The matrix must be rows of numbers or channels of rows of numbers; it is nested 1 deep."),
        ([[1, 2], [3]], "The matrix is ragged: list 1 and the first one have different lengths: 1 and 2."),
        ([[1, 2], 3], "The matrix is ragged: entry 1 is a number, not a list of 2."),
        (
            [[[1], [2]], [[3], [4, 5]]],
            "The matrix is ragged: list 3 and the first one have different lengths: 2 and 1.",
        ),
        ([[1, [2]]], "The matrix must hold numbers only."),
        ([[1, "2"]], "The matrix must hold numbers only."),
        ([[1, None]], "The matrix must hold numbers only."),
        ([[1, True]], "The matrix must hold numbers only."),
        ([[1, float("nan")]], "The matrix must hold finite numbers: no NaN, no infinity."),
        ([[1, 10**400]], "The matrix must hold finite numbers: no NaN, no infinity."),
    ],
)
def test_what_is_no_matrix_is_refused_with_a_sentence(nested: list[Any], message: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_array(nested, "matrix", (2, 3))
    assert refused.value.message == message
