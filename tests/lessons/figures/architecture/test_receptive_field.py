"""The receptive field of a stack, against the cells that are read when they are followed down one by one."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidRequest
from app.lessons.figures.architecture.receptive_field import (
    CELL,
    MAX_CELLS,
    ROW,
    WIDTH,
    ReceptiveFieldState,
    draw_receptive_field,
)

LAYERS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 2)), min_size=1, max_size=4)


def field_by_following(layers: list[tuple[int, int]]) -> int:
    """How many input cells lie between the first and the last that the output's cell 0 reads."""
    first, last = 0, 0
    for kernel, stride in reversed(layers):
        first, last = first * stride, last * stride + kernel - 1
    return last - first + 1


@given(LAYERS)
def test_the_field_is_what_the_output_reads(layers: list[tuple[int, int]]) -> None:
    figure = draw_receptive_field(
        ReceptiveFieldState(layers=" ".join(f"{kernel}/{stride}" for kernel, stride in layers))
    )
    assert figure.levels[-1].field == figure.levels[0].read == field_by_following(layers)


@given(LAYERS)
def test_a_cell_stands_over_the_middle_of_what_it_reads(layers: list[tuple[int, int]]) -> None:
    figure = draw_receptive_field(
        ReceptiveFieldState(layers=" ".join(f"{kernel}/{stride}" for kernel, stride in layers))
    )
    middles = []
    for level in (figure.levels[0], figure.levels[-1]):
        read = [cell for cell in level.cells if cell.is_read]
        middles.append((read[0].left + read[-1].left + read[-1].width) / 2)
    assert middles[0] == pytest.approx(middles[1])


def test_two_kernels_of_3_have_18_weights_and_see_as_much_as_one_of_25() -> None:
    figure = draw_receptive_field(ReceptiveFieldState())
    assert (figure.weights, figure.single, figure.levels[-1].field) == (18, 25, 5)


def test_a_pooling_has_no_weights_and_no_single_kernel_takes_its_place() -> None:
    figure = draw_receptive_field(ReceptiveFieldState(layers="3 p2 3"))
    assert (figure.weights, figure.single, figure.levels[-1].field) == (18, None, 8)


def test_another_level_is_followed_down() -> None:
    figure = draw_receptive_field(ReceptiveFieldState(layers="3 3 3", level=1))
    assert [level.read for level in figure.levels] == [3, 1, 0, 0]


@pytest.mark.parametrize("layers", ["", "x", "3/x", "12", "3/9", "3 3 3 3 3 3 3", "9/4 9/4 9/4", "q2", "p"])
def test_other_layers_are_refused(layers: str) -> None:
    with pytest.raises(InvalidRequest):
        draw_receptive_field(ReceptiveFieldState(layers=layers))


@pytest.mark.parametrize("layers", ["1", "3 3", "5/2 3 p2"])
def test_the_cells_of_the_input_lie_side_by_side_within_the_drawing(layers: str) -> None:
    figure = draw_receptive_field(ReceptiveFieldState(layers=layers))
    cells = figure.levels[0].cells
    assert cells[0].left >= 0
    assert cells[-1].left + cells[-1].width <= figure.size[0] + 1e-9
    assert all(cell.width > 0 for cell in cells)
    for cell, after in pairwise(cells):
        assert cell.left + cell.width == pytest.approx(after.left)


@given(LAYERS, st.integers(0, 4))
def test_a_window_leads_from_the_cells_that_are_read_below_to_the_cell(
    layers: list[tuple[int, int]], marked: int
) -> None:
    text = " ".join(f"{kernel}/{stride}" for kernel, stride in layers)
    figure = draw_receptive_field(ReceptiveFieldState(layers=text, level=marked))
    assert figure.marked == min(marked or len(layers), len(layers))
    assert figure.size == (WIDTH, figure.levels[0].top + CELL)
    jump = 1
    for below, level in pairwise(figure.levels):
        kernel, stride = layers[below.number]
        jump *= stride
        assert level.jump == jump
        assert below.top - level.top == ROW
        read = [index for index, cell in enumerate(level.cells) if cell.is_read]
        assert len(level.windows) == len(read) == level.read
        for index, points in zip(read, level.windows, strict=True):
            cell, window = level.cells[index], below.cells[index * stride : index * stride + kernel]
            ends = (cell.left, cell.left + cell.width, window[-1].left + window[-1].width, window[0].left)
            heights = (level.top + CELL, level.top + CELL, below.top, below.top)
            assert points == " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(ends, heights, strict=True))


@pytest.mark.parametrize("layers", ["1", "3 3", "5/2 3 p2", "11 11 11"])
def test_the_drawing_is_centred_and_its_cells_are_no_wider_than_twice_their_height(layers: str) -> None:
    figure = draw_receptive_field(ReceptiveFieldState(layers=layers))
    first, *_, last = figure.levels[0].cells
    assert first.left == pytest.approx(WIDTH - last.left - last.width)
    assert first.width == pytest.approx(min(2 * CELL, WIDTH / len(figure.levels[0].cells)))
    assert len(figure.levels[-1].cells) == 3


def test_as_many_cells_as_allowed_are_drawn() -> None:
    """Three cells of the last level read 5, 26 and then so many."""
    figure = draw_receptive_field(ReceptiveFieldState(layers="10/4 10/4 3"))
    assert len(figure.levels[0].cells) == MAX_CELLS == 110
    with pytest.raises(InvalidRequest, match="would have 111 cells of the input; at most 110 are drawn"):
        draw_receptive_field(ReceptiveFieldState(layers="11/4 10/4 3"))
