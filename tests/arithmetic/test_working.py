"""What an operator reads, by its places, and sums of many terms."""

import numpy as np
import pytest

from app.arithmetic.working import Operation, Term, figure, list_largest, operand, sum_formula
from tests.arithmetic.reference import floats


def test_an_input_that_is_left_out_at_any_place_is_none() -> None:
    operation = Operation("Clip", 17, {}, (floats(1), None, floats(3)), (1,))
    assert [operation.input(at) is None for at in (-1, 0, 1, 2, 3)] == [True, False, True, False, True]
    assert operation.required(2).tolist() == [3]
    for at in (-1, 1, 3):
        with pytest.raises(LookupError, match=f"Clip has no input {at}"):
            operation.required(at)


def test_the_largest_terms_are_listed_and_the_others_are_one() -> None:
    values, bias = np.array([1.0, -5, 2, -3, 0.5]), Term("bias", 4.0)
    terms = list_largest(values, lambda place: Term("value", values[place]), 2, [bias])
    assert [(term.kind, term.value, term.count) for term in terms] == [
        ("value", -5, 1), ("bias", 4, 1), ("value", -3, 1), ("rest", 3.5, 3),
    ]  # fmt: skip
    assert terms[-1].numbers == {"magnitude": 3.5}
    assert "rest" not in [term.kind for term in list_largest(values, lambda place: Term("value", values[place]), 5)]


@pytest.mark.parametrize(
    ("number", "alone", "after_a_sign"),
    [(0.0, "0", "0"), (-0.0, "0", "0"), (-2, "−2", "(−2)"), (1234.56, "1235", "1235"), (-1e-9, "−1e−09", "(−1e−09)")],
)
def test_numbers_have_four_digits_and_brackets_if_they_are_negative(
    number: float, alone: str, after_a_sign: str
) -> None:
    assert (figure(number), operand(number)) == (alone, after_a_sign)


def test_a_formula_writes_three_terms_out() -> None:
    assert sum_formula(["a", "b", "c", "d"], 4, 1.5) == "a + b + c + … = 1.5"
    assert sum_formula(["a", "b", "c"], 3, 1.5, ["e"]) == "a + b + c + e = 1.5"
    assert sum_formula(["a"], 2, 1.5, ["e"]) == "a + … + e = 1.5"
    assert sum_formula([], 0, 0) == "0 = 0"
