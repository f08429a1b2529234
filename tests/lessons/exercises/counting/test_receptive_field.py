"""Receptive fields, by following the pixels of one cell backwards."""

from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.counting.receptive_field import RECEPTIVE_FIELD
from app.lessons.exercises.exercise import make_problem, read_options


@given(st.integers(0, 10_000), st.integers(2, 6))
def test_the_answer_is_the_number_of_pixels_that_reach_the_cell(seed: int, layers: int) -> None:
    problem = make_problem(RECEPTIVE_FIELD, read_options(RECEPTIVE_FIELD, {"layers": layers}), str(seed))
    cells = {0}
    for line in reversed(problem.lines):
        kernel, stride = int(line.values["kernel"]), int(line.values["stride"])
        cells = {cell * stride + tap for cell in cells for tap in range(kernel)}
    assert problem.answer == max(cells) - min(cells) + 1


def test_pools_stand_between_convolutions() -> None:
    options = read_options(RECEPTIVE_FIELD, {"layers": 4})
    stacks = [[line.key for line in make_problem(RECEPTIVE_FIELD, options, str(seed)).lines] for seed in range(30)]
    assert {stack[0] for stack in stacks} == {stack[-1] for stack in stacks} == {"convolution"}
    for place in (1, 2):
        assert {stack[place] for stack in stacks} == {"convolution", "pooling"}
