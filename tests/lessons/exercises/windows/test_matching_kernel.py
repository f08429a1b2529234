"""The kernel that made a map, found by SciPy's correlation."""

import scipy
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.exercise import ChoiceForm, make_problem, read_options
from app.lessons.exercises.windows.matching_kernel import MATCHING_KERNEL


@given(st.integers(0, 10_000), st.integers(1, 9))
def test_only_the_right_kernel_gives_the_map(seed: int, largest: int) -> None:
    problem = make_problem(MATCHING_KERNEL, read_options(MATCHING_KERNEL, {"largest": largest}), str(seed))
    numbers, expected = (matrix.numbers for matrix in problem.matrices)
    assert isinstance(problem.form, ChoiceForm)
    fits = [(scipy.signal.correlate(numbers, kernel, "valid") == expected).all() for kernel in problem.form.matrices]
    assert [index for index, each in enumerate(fits) if each] == [int(problem.answer)]
