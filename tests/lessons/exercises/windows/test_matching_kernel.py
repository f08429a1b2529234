"""The kernel that made a map, found by SciPy's correlation."""

import numpy as np
import scipy
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.exercise import ChoiceForm, make_problem, read_options
from app.lessons.exercises.windows.matching_kernel import KERNELS, MATCHING_KERNEL


@given(st.integers(0, 10_000), st.integers(1, 9))
def test_only_the_right_kernel_gives_the_map(seed: int, largest: int) -> None:
    problem = make_problem(MATCHING_KERNEL, read_options(MATCHING_KERNEL, {"largest": largest}), str(seed))
    numbers, expected = (matrix.numbers for matrix in problem.matrices)
    assert isinstance(problem.form, ChoiceForm)
    fits = [(scipy.signal.correlate(numbers, kernel, "valid") == expected).all() for kernel in problem.form.matrices]
    assert [index for index, each in enumerate(fits) if each] == [int(problem.answer)]


def test_each_kernel_does_what_its_name_says() -> None:
    kernels = {name: np.array(kernel) for name, kernel in KERNELS.items()}
    rows, columns = np.mgrid[:3, :3]
    vertical = kernels["vertical_edges"]
    np.testing.assert_array_equal(vertical, 1 - columns)
    np.testing.assert_array_equal(kernels["horizontal_edges"], vertical.T)
    np.testing.assert_array_equal(kernels["reversed_edges"], -vertical)
    np.testing.assert_array_equal(kernels["diagonal"], np.eye(3))
    np.testing.assert_array_equal(kernels["other_diagonal"], np.fliplr(np.eye(3)))
    np.testing.assert_array_equal(kernels["sum"], np.ones((3, 3)))
    laplacian = scipy.ndimage.laplace((rows == 1) * (columns == 1) * 1, mode="constant")
    np.testing.assert_array_equal(kernels["laplacian"], laplacian)
    numbers = np.arange(36).reshape(6, 6)
    centre, moved = (scipy.signal.correlate(numbers, kernels[name], "valid") for name in ("centre", "shift"))
    np.testing.assert_array_equal(centre, 2 * numbers[1:-1, 1:-1])
    np.testing.assert_array_equal(moved, numbers[1:-1, 2:])
