"""The sum of products, added up by hand."""

from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.exercise import make_problem, read_options
from app.lessons.exercises.windows.products import PRODUCTS


@given(st.integers(0, 10_000), st.integers(2, 4))
def test_the_answer_is_the_sum_of_the_products(seed: int, size: int) -> None:
    problem = make_problem(PRODUCTS, read_options(PRODUCTS, {"size": size}), str(seed))
    window, kernel = (matrix.numbers.tolist() for matrix in problem.matrices)
    total = sum(window[row][column] * kernel[row][column] for row in range(size) for column in range(size))
    assert problem.answer == total
