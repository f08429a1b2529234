"""The workings of pools: by hand, and against the reference evaluator and onnxruntime."""

from math import inf
from typing import Any

import numpy as np
import pytest

from app.arithmetic.registry import work
from app.arithmetic.working import Operation, Source, Working
from tests.arithmetic.reference import check_with_both, check_with_runtime, floats, normal

X = (2 * normal(1, 2, 7, 6)).round()  # whole numbers, so that windows have ties
PADDED = {"kernel_shape": [2, 2], "pads": [1, 1, 0, 0]}


def work_corner(op: str, **attributes: Any) -> Working:
    """The first window on a map of 2 x 3 cells, of which three taps are padding."""
    x = floats([[[1, 2, 3], [4, 5, 6]]])
    return work(Operation(op, 17, PADDED | attributes, (x - 7,), (1, 1, 2, 3)), (0, 0, 0, 0))


def test_padding_is_never_the_maximum() -> None:
    working = work_corner("MaxPool")
    assert (working.total, working.formula) == (-6, "max(−6) = −6")
    patch = working.terms[0].patch
    assert patch is not None
    assert patch.inputs.tolist() == [[-inf, -inf], [-inf, -6]]
    assert patch.padding.tolist() == [[True, True], [True, False]]
    assert (patch.top, patch.left, patch.index, patch.kernel) == (-1, -1, (0, 0), None)


def test_the_maximum_of_padding_alone_is_less_than_any_number() -> None:
    working = work_corner("MaxPool", kernel_shape=[1, 1])
    assert (working.total, working.formula, working.terms[0].value) == (-inf, "max() = −∞", -inf)


@pytest.mark.parametrize(
    ("counts_padding", "total", "formula", "padding"),
    [(0, -6, "(−6) ÷ 1 = −6", "[[nan, nan], [nan, -6.0]]"), (1, -1.5, "(−6) ÷ 4 = −1.5", "[[0.0, 0.0], [0.0, -6.0]]")],
)
def test_whether_an_average_counts_the_padding(counts_padding: int, total: float, formula: str, padding: str) -> None:
    working = work_corner("AveragePool", count_include_pad=counts_padding)
    assert (working.total, working.formula) == (total, formula)
    window = working.terms[0]
    assert window.patch is not None
    assert str(window.patch.inputs.tolist()) == padding
    assert window.numbers == {"sum": -6, "divisor": 4 if counts_padding else 1}


def test_the_candidates_of_a_maximum() -> None:
    x = floats([[[1, 7, 0], [7, 2, 0]]])
    working = work(Operation("MaxPool", 17, {"kernel_shape": [2, 2]}, (x,), (1, 1, 1, 2)), (0, 0, 0, 0))
    assert working.formula == "max(7, 7, 2, …) = 7"
    assert [(term.kind, term.value, term.source, term.is_chosen) for term in working.terms[0].terms] == [
        ("candidate", 7, Source(0, (0, 0, 0, 1)), True),
        ("tie", 7, Source(0, (0, 0, 1, 0)), False),
        ("candidate", 2, Source(0, (0, 0, 1, 1)), False),
        ("candidate", 1, Source(0, (0, 0, 0, 0)), False),
    ]


def test_a_global_average_by_hand() -> None:
    x = floats([[[1, 2], [3, 6]]])
    working = work(Operation("GlobalAveragePool", 17, {}, (x,), (1, 1, 1, 1)), (0, 0, 0, 0))
    assert (working.total, working.formula) == (3, "(6 + 3 + 2 + …) ÷ 4 = 3")
    assert [term.value for term in working.terms[0].terms] == [1.5, 0.75, 0.5, 0.25]


def test_a_window_larger_than_a_grid_has_no_patch() -> None:
    x = np.ones((1, 1, 65, 64), np.float32)
    working = work(Operation("GlobalAveragePool", 17, {}, (x,), (1, 1, 1, 1)), (0, 0, 0, 0))
    assert working.terms[0].patch is None
    assert working.total == 1


@pytest.mark.parametrize("x", [X, X[..., 0], normal(1, 2, 3, 2, 4)])
def test_global_pools(x: Any) -> None:
    check_with_both("GlobalAveragePool", [x], {})
    check_with_runtime("GlobalMaxPool", [x], {})


@pytest.mark.parametrize("order", [1, 2, 3])
def test_global_norms(order: int) -> None:
    check_with_runtime("GlobalLpPool", [X], {"p": order})


def random_pool(op: str, opset: int, seed: int) -> dict[str, Any]:
    """Attributes of a pool that this version of it has; no stride is longer than the kernel."""
    random = np.random.default_rng(seed)
    kernel = random.integers(1, 4, 2)
    attributes: dict[str, Any] = {"kernel_shape": kernel.tolist(), "strides": random.integers(1, kernel + 1).tolist()}
    if random.integers(3) == 0:
        attributes["auto_pad"] = str(random.choice(["SAME_UPPER", "SAME_LOWER", "VALID"]))
    else:
        attributes["pads"] = random.integers(0, [*kernel, *kernel]).tolist()
        has_both = opset >= {"AveragePool": 19, "LpPool": 18, "MaxPool": 10}[op]
        if has_both or (op == "AveragePool" and opset >= 10):
            attributes["ceil_mode"] = int(random.integers(2))
        if has_both:
            attributes["dilations"] = random.integers(1, 3, 2).tolist()
    own = {"AveragePool": {"count_include_pad": int(random.integers(2))}, "LpPool": {"p": int(random.integers(1, 4))}}
    return attributes | own.get(op, {})


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    ("op", "opset"),
    [("MaxPool", 8), ("MaxPool", 12), ("AveragePool", 7), ("AveragePool", 11), ("AveragePool", 22), ("LpPool", 18)],
)
def test_every_number_of_pools_with_random_attributes(op: str, opset: int, seed: int) -> None:
    check_with_runtime(op, [X], random_pool(op, opset, seed), opset)


@pytest.mark.parametrize(
    ("x", "attributes"),
    [
        (X, {"kernel_shape": [3, 2], "strides": [2, 1], "pads": [1, 0, 2, 1]}),
        (X, {"kernel_shape": [3, 3], "strides": [2, 2], "auto_pad": "SAME_LOWER"}),
        (X[..., 0], {"kernel_shape": [3], "strides": [2], "pads": [1, 1]}),
        (normal(1, 2, 4, 4, 5), {"kernel_shape": [2, 2, 3], "pads": [1, 0, 1, 0, 1, 1]}),
    ],
)
def test_pools_of_one_two_and_three_axes(x: Any, attributes: dict[str, Any]) -> None:
    check_with_both("AveragePool", [x], attributes)
    check_with_runtime("MaxPool", [x], attributes)
    if x.ndim == 4 and "pads" in attributes:
        check_with_both("MaxPool", [x], attributes)


@pytest.mark.parametrize("mode", ["SAME_UPPER", "SAME_LOWER"])
@pytest.mark.parametrize("own", [{}, {"ceil_mode": 1}, {"strides": [3, 2], "kernel_shape": [3, 3]}])
@pytest.mark.parametrize(("op", "opset"), [("MaxPool", 22), ("AveragePool", 19), ("LpPool", 18)])
def test_dilated_pools_with_auto_pad(op: str, opset: int, own: dict[str, Any], mode: str) -> None:
    attributes = {"kernel_shape": [2, 3], "strides": [1, 2], "dilations": [3, 2], "auto_pad": mode} | own
    check_with_runtime(op, [normal(1, 2, 10, 13)], attributes, opset)
    if op == "AveragePool":
        check_with_runtime(op, [normal(1, 2, 10, 13)], attributes | {"count_include_pad": 1}, opset)
