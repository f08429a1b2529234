"""The sum of products, added up by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.exercises.exercise import make_problem, read_options
from app.lessons.exercises.windows.products import PRODUCTS
from app.lessons.exercises.wording import ProblemWording
from app.web.texts import read_catalogue


@pytest.mark.parametrize("layer", ["convolution", "fully-connected"])
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_the_answer_is_the_sum_of_the_products(layer: str, seed: int, size: int) -> None:
    problem = make_problem(PRODUCTS, read_options(PRODUCTS, {"size": size, "layer": layer}), str(seed))
    numbers, weights = (matrix.numbers.ravel().tolist() for matrix in problem.matrices)
    assert len(numbers) == len(weights) == size**2
    assert problem.answer == sum(number * weight for number, weight in zip(numbers, weights, strict=True))


def test_the_exercise_of_an_output_speaks_of_no_kernel() -> None:
    wording = ProblemWording(read_catalogue("problems"))
    problem = make_problem(PRODUCTS, read_options(PRODUCTS, {"layer": "fully-connected"}), "1")
    worded = wording.problem("products", problem)
    texts = [worded.name, worded.question, worded.hint, *(matrix.label for matrix in worded.matrices)]
    assert not [text for text in texts if "kernel" in text.lower()]
    assert [matrix.numbers.shape for matrix in worded.matrices] == [(1, 9), (1, 9)]
