"""Matrices that a reader types."""

import numpy as np
import pytest

from app.errors import InvalidRequest
from app.lessons.figures.typed_matrix import read_channels, read_matrix, read_patch


def test_channels_stand_between_bars_and_rows_between_semicolons() -> None:
    np.testing.assert_array_equal(read_channels("1 2; 3 4 | 5 6; 7 8"), [[[1, 2], [3, 4]], [[5, 6], [7, 8]]])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1 2; 3", "The batch is ragged"),
        ("1 x", "The batch must hold numbers only"),
        ("", "The batch is empty"),
        (" ".join(["1"] * 12), "The batch may have at most 11 rows and columns"),
    ],
)
def test_an_error_calls_the_matrix_by_its_name(text: str, reason: str) -> None:
    with pytest.raises(InvalidRequest, match=reason):
        read_matrix(text, "batch")


def test_a_patch_and_its_kernel_have_one_size() -> None:
    with pytest.raises(InvalidRequest, match="They are 1 × 2 and 2 × 1"):
        read_patch("1 2", "1; 2")


@pytest.mark.parametrize(
    ("text", "reason"), [("1 | 2 | 3 | 4", "at most 3 channels"), ("1 2 | 3", "same number of rows and columns")]
)
def test_channels_are_few_and_of_one_size(text: str, reason: str) -> None:
    with pytest.raises(InvalidRequest, match=reason):
        read_channels(text)
