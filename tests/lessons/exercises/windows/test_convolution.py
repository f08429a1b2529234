"""Convolutions of small matrices, against SciPy's correlation."""

import numpy as np
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lessons.exercises.exercise import NumberArray, Problem, make_problem, read_options
from app.lessons.exercises.windows.convolution import CONVOLUTION, CONVOLUTION_CELL

options = st.fixed_dictionaries(
    {
        "size": st.integers(4, 6),
        "kernel": st.integers(1, 3),
        "channels": st.sampled_from([1, 3]),
        "bias": st.booleans(),
        "stride": st.integers(1, 2),
        "padding": st.integers(0, 1),
    }
)


def output_of(problem: Problem) -> NumberArray:
    """The output by the numbers that the problem shows."""
    maps = np.array([each.numbers for each in problem.matrices if each.name == "input"])
    kernel = np.array([each.numbers for each in problem.matrices if each.name == "kernel"])
    shown = {line.key: line.values[line.key] for line in problem.lines}
    padding, stride = int(shown.get("padding", 0)), int(shown.get("stride", 1))
    padded = np.pad(maps, ((0, 0), (padding, padding), (padding, padding)))
    total: NumberArray = sum(
        scipy.signal.correlate(plane, own, "valid") for plane, own in zip(padded, kernel, strict=True)
    )
    return total[::stride, ::stride] + float(shown.get("bias", 0))


@settings(max_examples=30)
@given(st.integers(0, 10_000), options)
def test_the_whole_output_is_the_correlation(seed: int, values: dict[str, object]) -> None:
    problem = make_problem(CONVOLUTION, read_options(CONVOLUTION, values), str(seed))
    assert problem.answer.tolist() == output_of(problem).tolist()


@settings(max_examples=30)
@given(st.integers(0, 10_000), options)
def test_a_cell_is_that_of_the_correlation(seed: int, values: dict[str, object]) -> None:
    problem = make_problem(CONVOLUTION_CELL, read_options(CONVOLUTION_CELL, values), str(seed))
    row, column = int(problem.question.values["row"]), int(problem.question.values["column"])
    assert problem.answer == output_of(problem)[row, column]


def test_a_kernel_that_has_one_place_has_no_stride() -> None:
    for size, padding, lines in ((3, 0, ""), (3, 1, "stride padding"), (4, 0, "stride")):
        options = read_options(CONVOLUTION_CELL, {"size": size, "padding": padding, "stride": 2})
        assert [line.key for line in make_problem(CONVOLUTION_CELL, options, "1").lines] == lines.split()
