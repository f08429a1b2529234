"""The workings of activations: by hand, and every number against the reference evaluator and onnxruntime."""

from math import exp
from typing import Any

import numpy as np
import onnx
import pytest

from app.arithmetic.operators.activation import FUNCTIONS
from app.arithmetic.registry import work
from app.arithmetic.working import Operation, Source, Term, Working
from tests.arithmetic.reference import check_with_both, check_with_runtime, floats, normal

X = 3 * normal(1, 3, 2, 4)
X[0, 0, 0, :2] = 0, -0.5


def work_one(op: str, x: float, opset: int = 17, **attributes: Any) -> Working:
    return work(Operation(op, opset, attributes, (floats(x),), (1,)), (0,))


def chosen(working: Working) -> list[str]:
    return [term.kind for term in working.terms if term.is_chosen]


@pytest.mark.parametrize(
    ("x", "total", "formula", "side"),
    [(-0.5, 0, "max(0, −0.5) = 0", "minimum"), (0, 0, "max(0, 0) = 0", "minimum"), (2, 2, "max(0, 2) = 2", "value")],
)
def test_the_side_of_zero_that_a_relu_takes(x: float, total: float, formula: str, side: str) -> None:
    working = work_one("Relu", x)
    assert (working.total, working.formula, chosen(working)) == (total, formula, [side])
    assert working.terms[0].source == Source(0, (0,))


@pytest.mark.parametrize(("x", "total", "side"), [(-1, 0, "minimum"), (4, 4, "value"), (7, 6, "maximum")])
def test_the_limit_of_a_clip_that_holds(x: float, total: float, side: str) -> None:
    old = work_one("Clip", x, 6, min=0.0, max=6.0)
    inputs = (floats(x), np.array(0, np.float32), np.array(6, np.float32))
    for working in (old, work(Operation("Clip", 17, {}, inputs, (1,)), (0,))):
        assert (working.total, chosen(working)) == (total, [side])
        assert working.formula == f"min(6, max(0, {x})) = {total}".replace("-", "−")


def test_the_formulas_of_both_sides() -> None:
    assert work_one("LeakyRelu", -2, alpha=0.1).formula == "0.1 × (−2) = −0.2"
    assert work_one("LeakyRelu", 2, alpha=0.1).formula == "max(0, 2) = 2"
    assert work_one("Elu", -1, alpha=2.0).formula == "2 × (exp(−1) − 1) = −1.264"
    assert work_one("HardSwish", 1).formula == "1 × min(1, max(0, 0.1667 × 1 + 0.5)) = 0.6667"
    assert work_one("Sigmoid", -2).formula == "1 ÷ (1 + exp(2)) = 0.1192"
    assert work_one("ThresholdedRelu", -2).formula == "(−2 > 1) × (−2) = 0"
    assert work_one("Tanh", 1).formula == "tanh(1) = 0.7616"


def test_the_line_of_a_hard_sigmoid() -> None:
    line, *limits = work_one("HardSigmoid", 1, alpha=0.25, beta=0.5).terms
    assert (line.value, line.is_chosen, [limit.is_chosen for limit in limits]) == (0.75, True, [False, False])
    assert [term.value for term in line.terms] == [0.25, 0.5]


def test_large_numbers_do_not_overflow() -> None:
    assert work_one("Sigmoid", -1000).total == 0
    assert work_one("Sigmoid", 1000).total == 1
    assert work_one("Softplus", 1000).total == 1000
    assert work_one("Swish", -1000, 24).total == pytest.approx(0)
    exponential = next(term for term in work_one("Elu", -3).terms if term.kind == "exponential")
    assert exponential == Term("exponential", exp(-3), is_chosen=True) or exponential.value == exp(-3)


ANY_NUMBER = (
    "Abs", "Atan", "Ceil", "Cos", "Erf", "Exp", "Floor", "HardSwish", "Mish", "Neg", "Relu", "Round", "Sigmoid", "Sign",
    "Sin", "Sinh", "Cosh", "Asinh", "Softplus", "Softsign", "Tan", "Tanh",
)  # fmt: skip


@pytest.mark.parametrize("op", ANY_NUMBER)
def test_functions_are_those_of_the_reference_and_of_onnxruntime(op: str) -> None:
    check_with_both(op, [X], {}, 18)


@pytest.mark.parametrize(
    ("op", "x"),
    [
        ("Acos", np.tanh(X) * 0.9),
        ("Acosh", abs(X) + 1),
        ("Asin", np.tanh(X) * 0.9),
        ("Atanh", np.tanh(X) * 0.9),
        ("Log", abs(X) + 0.1),
        ("Not", X > 0),
        ("Reciprocal", abs(X) + 0.1),
        ("Sqrt", abs(X)),
    ],
)
def test_functions_of_some_numbers(op: str, x: Any) -> None:
    check_with_both(op, [x], {})


@pytest.mark.parametrize(
    ("op", "attributes"),
    [
        ("Celu", {"alpha": 0.5}),
        ("Celu", {}),
        ("Elu", {}),
        ("Elu", {"alpha": 2.0}),
        ("HardSigmoid", {}),
        ("HardSigmoid", {"alpha": 0.3, "beta": 0.1}),
        ("LeakyRelu", {}),
        ("LeakyRelu", {"alpha": 0.2}),
        ("Selu", {}),
        ("Selu", {"alpha": 2.0, "gamma": 0.5}),
        ("Shrink", {}),
        ("Shrink", {"lambd": 1.0, "bias": 0.7}),
        ("Shrink", {"lambd": 0.5, "bias": -0.7}),
        ("ThresholdedRelu", {}),
        ("ThresholdedRelu", {"alpha": 0.3}),
    ],
)
def test_activations_with_parameters(op: str, attributes: dict[str, float]) -> None:
    check_with_both(op, [X], attributes)


def test_activations_of_newer_versions() -> None:
    check_with_both("Gelu", [X], {}, 20)
    check_with_both("Gelu", [X], {"approximate": "tanh"}, 20)
    check_with_runtime("QuickGelu", [X], {"alpha": 1.5}, domain="com.microsoft")


@pytest.mark.parametrize("slope", [(3, 1, 1), (1,), (1, 4), (1, 3, 2, 4)])
def test_the_slope_of_a_prelu_broadcasts(slope: tuple[int, ...]) -> None:
    check_with_both("PRelu", [X, normal(*slope)], {})


def test_the_parameters_of_a_function_are_those_of_onnx() -> None:
    for op in {op for op, rule in FUNCTIONS.items() if rule.parameters} - {"QuickGelu"}:  # which onnxruntime has alone
        documented = {name: each.default_value.f for name, each in onnx.defs.get_schema(op, 24).attributes.items()}
        assert dict(FUNCTIONS[op].parameters) == documented
    check_with_runtime("QuickGelu", [X], {}, domain="com.microsoft")


@pytest.mark.parametrize(
    ("op", "above", "below"),
    [
        ("Elu", ["value", "alpha"], ["value", "exponential", "alpha"]),
        ("Celu", ["value", "alpha"], ["value", "exponential", "alpha"]),
        ("Selu", ["value", "alpha", "gamma"], ["value", "exponential", "alpha", "gamma"]),
    ],
)
def test_only_the_parameters_of_an_exponential_are_named(op: str, above: list[str], below: list[str]) -> None:
    for x, expected in ((2, above), (0, above), (-2, below)):
        assert [term.kind for term in work_one(op, x).terms] == expected


def test_a_clip_without_some_limits() -> None:
    low, high = np.array(-0.5, np.float32), np.array(1, np.float32)
    for limits in ([low, high], [low], [None, high], [], [high, low]):
        check_with_both("Clip", [X, *limits], {})
    check_with_runtime("Clip", [X], {"max": 1.0}, 6)
