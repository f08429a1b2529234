"""The workings of operators on several numbers: by hand, and against the reference evaluator and onnxruntime."""

from typing import Any

import numpy as np
import pytest

from app.arithmetic.registry import work
from app.arithmetic.working import Operation, Source, Working
from tests.arithmetic.reference import check_with_both, check_with_runtime, floats, normal

X = 2 * normal(1, 3, 2, 4)
OPERANDS = [
    (X, normal(3, 1, 1)),
    (normal(3, 1, 1), X),
    (X, normal(4)),
    (X, np.array(0.5, np.float32)),
    (normal(3, 1), normal(1, 4)),
    (X, X),
]


def work_one(op: str, *numbers: float) -> Working:
    return work(Operation(op, 17, {}, tuple(floats(number) for number in numbers), (1,)), (0,))


def test_what_the_skip_adds_to_the_branch() -> None:
    working = work(Operation("Add", 17, {}, (floats(1, 2), floats([-5], [7])), (2, 2)), (1, 0))
    assert (working.total, working.formula, working.is_sum) == (8, "7 + 1 = 8", True)
    assert [(term.value, term.source) for term in working.terms] == [(7, Source(1, (1, 0))), (1, Source(0, (0,)))]


@pytest.mark.parametrize(
    ("op", "numbers", "formula"),
    [
        ("Add", (2, -3), "−3 + 2 = −1"),
        ("Sub", (2, -3), "2 − (−3) = 5"),
        ("Mul", (-2, -3), "−2 × (−3) = 6"),
        ("Div", (3, 2), "3 ÷ 2 = 1.5"),
        ("Pow", (-2, 3), "(−2) ^ 3 = −8"),
        ("Mean", (1, 2, 6), "(6 + 2 + 1) ÷ 3 = 3"),
        ("Max", (1, 4, 2), "max(1, 4, 2) = 4"),
        ("Min", (1, 4, 2), "min(1, 4, 2) = 1"),
        ("Greater", (1, 4), "(1 > 4) = 0"),
    ],
)
def test_formulas(op: str, numbers: tuple[float, ...], formula: str) -> None:
    assert work_one(op, *numbers).formula == formula


def test_a_quotient_of_whole_numbers_is_one() -> None:
    working = work(Operation("Div", 17, {}, (np.array([-7]), np.array([2])), (1,)), (0,))
    assert (working.total, working.formula) == (-3, "trunc(−7 ÷ 2) = −3")
    (real,) = working.terms
    assert (real.kind, real.value, [term.kind for term in real.terms]) == ("real", -3.5, ["dividend", "divisor"])


def test_a_difference_is_a_sum_with_the_negative() -> None:
    assert [(term.value, term.numbers) for term in work_one("Sub", 2, 5).terms] == [(-5, {"input": 5}), (2, {})]


def test_the_greatest_and_what_equals_it() -> None:
    terms = work_one("Max", 1, 4, 4).terms
    assert [(term.kind, term.value, term.is_chosen) for term in terms] == [
        ("candidate", 4, True),
        ("tie", 4, False),
        ("candidate", 1, False),
    ]


def test_where_takes_one_of_two() -> None:
    working = work(Operation("Where", 17, {}, (np.array([False]), floats(2), floats(3)), (1,)), (0,))
    assert (working.total, working.formula) == (3, "0 ? 2 : 3 = 3")
    assert [(term.kind, term.is_chosen) for term in working.terms] == [
        ("value", False),
        ("value", True),
        ("condition", False),
    ]


@pytest.mark.parametrize("op", ["Add", "Div", "Max", "Min", "Mul", "Sub", "Sum"])
@pytest.mark.parametrize("operands", OPERANDS)
def test_every_number(op: str, operands: tuple[Any, Any]) -> None:
    check_with_both(op, operands, {})


@pytest.mark.parametrize("operands", OPERANDS)
def test_means(operands: tuple[Any, Any]) -> None:
    check_with_runtime("Mean", operands, {})


@pytest.mark.parametrize("op", ["Max", "Mean", "Min", "Sum"])
def test_one_or_three_inputs(op: str) -> None:
    check_with_both(op, [X], {})
    check_with_both(op, [X, normal(3, 1, 1), normal(4)], {})


@pytest.mark.parametrize("op", ["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"])
def test_comparisons(op: str) -> None:
    check_with_both(op, [X.round(), normal(3, 1, 1).round()], {})


@pytest.mark.parametrize("op", ["And", "Or", "Xor"])
def test_logic(op: str) -> None:
    check_with_both(op, [X > 0, normal(3, 1, 1) > 0], {})


def test_powers_quotients_and_choices() -> None:
    check_with_both("Pow", [abs(X), normal(4)], {})
    check_with_both("Pow", [X, np.array(3, np.int64)], {})
    whole = np.arange(-6, 6), np.array([[3], [-4], [5]])
    check_with_both("Mod", whole, {})
    check_with_both("Mod", whole, {"fmod": 1})
    check_with_both("Mod", [X, np.array(0.7, np.float32)], {"fmod": 1})
    check_with_both("Div", [abs(whole[0]), abs(whole[1])], {})
    check_with_runtime("Div", whole, {})
    check_with_both("Where", [X > 0, X, normal(3, 1, 1)], {})
