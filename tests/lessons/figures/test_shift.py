"""A shifted image through a convolution, ReLU and pooling."""

from app.lessons.figures.matrix import FigureMatrix
from app.lessons.figures.shift import ShiftState, draw_shift


def numbers(matrix: FigureMatrix) -> list[list[float]]:
    return [[cell.value for cell in row] for row in matrix.rows]


def test_without_a_shift_nothing_changes() -> None:
    assert draw_shift(ShiftState(shift=0)).changed == (0, 0, 0)


def test_the_image_moves_to_the_right_and_zeros_come_in() -> None:
    figure = draw_shift(ShiftState(matrix="1 2 3; 4 5 6; 7 8 9", kernel="1", size=1))
    assert numbers(figure.images[1]) == [[0, 1, 2], [0, 4, 5], [0, 7, 8]]


def test_an_edge_that_stays_in_its_window_leaves_the_pooled_map_as_it_is() -> None:
    state = ShiftState(matrix="0 0 1 0 0 0; 0 0 1 0 0 0", kernel="1", size=2, shift=1)
    figure = draw_shift(state)
    assert figure.changed == (4, 4, 0)


def test_an_edge_that_crosses_into_the_next_window_changes_it() -> None:
    state = ShiftState(matrix="0 0 0 1 0 0; 0 0 0 1 0 0", kernel="1", size=2, shift=1)
    assert draw_shift(state).changed == (4, 4, 2)
