"""The workings of reductions: by hand, and against the reference evaluator and onnxruntime."""

from typing import Any

import numpy as np
import pytest

from app.arithmetic.registry import work
from app.arithmetic.working import Operation, Source, Working
from app.errors import NoWorking
from tests.arithmetic.reference import check_with_both, check_with_runtime, floats, normal, runtime

X = (2 * normal(1, 3, 2, 4)).round()  # whole numbers, so that there are ties


def work_row(op: str, *numbers: float, **attributes: Any) -> Working:
    return work(Operation(op, 17, attributes, (floats(list(numbers)),), (1, 1), limit=3), (0, 0))


@pytest.mark.parametrize(
    ("op", "formula"),
    [
        ("ReduceSum", "−4 + 3 + 2 + … = 2"),
        ("ReduceMean", "(−4 + 3 + 2 + …) ÷ 4 = 0.5"),
        ("ReduceMax", "max(3, 2, 1, …) = 3"),
        ("ReduceMin", "min(−4, 1, 2, …) = −4"),
        ("ReduceProd", "−4 × 3 × 2 × … = −24"),
        ("ReduceL1", "4 + 3 + 2 + … = 10"),
        ("ReduceL2", "√(16 + 9 + 4 + …) = 5.477"),
        ("ReduceSumSquare", "16 + 9 + 4 + … = 30"),
        ("ReduceLogSum", "ln(−4 + 3 + 2 + …) = 0.6931"),
        ("ReduceLogSumExp", "3 + ln 1.504 = 3.408"),
        ("ArgMax", "arg max = 3, 3"),
    ],
)
def test_formulas(op: str, formula: str) -> None:
    assert work_row(op, 1, 2, -4, 3, axes=[1], axis=1).formula == formula


def test_the_terms_of_a_mean_are_shares() -> None:
    terms = work_row("ReduceMean", 1, 2, -4, 3, axes=[1]).terms
    assert [(term.kind, term.value, term.count) for term in terms] == [
        ("value", -1, 1),
        ("value", 0.75, 1),
        ("value", 0.5, 1),
        ("rest", 0.25, 1),
    ]
    assert (terms[0].source, terms[0].numbers) == (Source(0, (0, 2)), {"input": -4, "divisor": 4})


@pytest.mark.parametrize(("last", "place"), [(0, 1), (1, 3)])
def test_the_first_or_the_last_of_equal_extremes(last: int, place: int) -> None:
    working = work_row("ArgMax", 1, 5, 2, 5, axis=1, select_last_index=last)
    assert working.total == place
    assert working.terms[0].source == Source(0, (0, place))
    assert [(term.kind, term.is_chosen) for term in working.terms[:2]] == [("candidate", True), ("tie", False)]


REDUCTIONS = (
    "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd",
    "ReduceSum", "ReduceSumSquare",
)  # fmt: skip


@pytest.mark.parametrize("op", REDUCTIONS)
@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"axes": [2, 3]},
        {"axes": [-1], "keepdims": 0},
        {"keepdims": 0},
        {"axes": [3, 1], "keepdims": 0},
    ],
)
def test_every_number(op: str, attributes: dict[str, Any]) -> None:
    x = abs(X) + 1 if op == "ReduceLogSum" else X
    check_with_both(op, [x], attributes, 11 if op != "ReduceSum" else 12)
    axes = [np.array(attributes["axes"])] if "axes" in attributes else []
    check_with_both(op, [x, *axes], {name: value for name, value in attributes.items() if name != "axes"}, 18)


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize("op", [op for op in REDUCTIONS if op != "ReduceLogSumExp"])  # that cuts off each exponential
def test_reductions_of_integers_are_integers(op: str, dtype: type[np.int32 | np.int64]) -> None:
    x = np.random.default_rng(0).integers(1 if op == "ReduceLogSum" else -6, 7, (1, 6, 5, 4)).astype(dtype)
    check_with_runtime(op, [x], {"axes": [2]}, 11 if op != "ReduceSum" else 12)
    check_with_runtime(op, [x, np.array([3])], {"keepdims": 0}, 18)


def test_the_fraction_that_a_reduction_of_integers_leaves_out() -> None:
    x = np.array([[-1, -1, -3]], np.int32)
    working = work(Operation("ReduceMean", 17, {"axes": [1]}, (x,), (1, 1)), (0, 0))
    assert (working.total, working.formula) == (-1, "trunc((−3 + (−1) + (−1)) ÷ 3) = −1")
    (real,) = working.terms
    assert (real.kind, real.is_sum, working.is_sum) == ("real", True, False)
    assert real.value == pytest.approx(-5 / 3)
    assert [term.value for term in real.terms] == pytest.approx([-1, -1 / 3, -1 / 3])
    norm = work(Operation("ReduceL2", 17, {"axes": [1]}, (x,), (1, 1)), (0, 0))
    assert (norm.total, norm.formula) == (3, "trunc(√(9 + 1 + 1)) = 3")


def test_no_axes_at_all() -> None:
    check_with_both("ReduceSum", [X], {"noop_with_empty_axes": 1}, 18)


@pytest.mark.parametrize("op", ["ArgMax", "ArgMin"])
@pytest.mark.parametrize(
    "attributes", [{}, {"axis": 1}, {"axis": -1, "keepdims": 0}, {"axis": 2, "select_last_index": 1}]
)
def test_places_of_extremes(op: str, attributes: dict[str, Any]) -> None:
    check_with_both(op, [X], attributes)


@pytest.mark.parametrize("attributes", [{}, {"exclusive": 1}, {"reverse": 1}, {"exclusive": 1, "reverse": 1}])
def test_sums_so_far(attributes: dict[str, Any]) -> None:
    check_with_both("CumSum", [X, np.array(1)], attributes)
    check_with_both("CumSum", [X, np.array(-1)], attributes)


@pytest.mark.parametrize("attributes", [{}, {"axis": 1, "largest": 0}])
def test_numbers_of_a_rank(attributes: dict[str, Any]) -> None:
    x = np.random.default_rng(0).permutation(24).reshape(1, 3, 2, 4).astype(np.float32)
    values, _ = runtime("TopK", [x, np.array([3])], attributes, outputs=2)
    operation = Operation("TopK", 17, attributes, (x, np.array([3])), values.shape)
    for index in np.ndindex(values.shape):
        working = work(operation, index)
        assert working.total == values[index]
        assert working.terms[0].is_chosen
        assert working.terms[0].source is not None
        assert x[working.terms[0].source.index] == values[index]


def test_the_formula_of_a_rank() -> None:
    x = floats([1, 2, -4, 3])
    assert work(Operation("TopK", 17, {}, (x, np.array([2])), (1, 2)), (0, 1)).formula == "sort(3, 2, 1, …)[1] = 2"


def test_numbers_in_no_order_have_no_working() -> None:
    with pytest.raises(NoWorking):
        work(Operation("TopK", 17, {"sorted": 0}, (floats([1, 2]), np.array([1])), (1, 1)), (0, 0))
