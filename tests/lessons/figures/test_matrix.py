"""Matrices of figures."""

import numpy as np

from app.lessons.figures.matrix import matrix_of


def test_the_level_of_a_cell_is_its_share_of_the_largest_with_its_sign() -> None:
    (row,) = matrix_of("kernel", np.array([[8.0, -4, 0, 0.1]])).rows
    assert [cell.level for cell in row] == [4, -2, 0, 1]


def test_it_has_rows_columns_and_perhaps_a_sign() -> None:
    matrix = matrix_of("kernel", np.array([[0.0, 1, 2], [3, 4, -0.5]]))
    assert (matrix.shape, matrix.is_signed) == ((2, 3), True)
    assert not matrix_of("kernel", np.array([[0.0, 1]])).is_signed
    assert matrix_of("kernel", np.zeros((0, 0))).shape == (0, 0)


def test_keys_count_from_the_first_cell_that_is_no_padding() -> None:
    matrix = matrix_of("input", np.zeros((3, 3)), padding=1)
    assert [(cell.key, cell.is_padding) for cell in matrix.rows[1]] == [
        ("input.0.-1", True),
        ("input.0.0", False),
        ("input.0.1", True),
    ]
