"""The workings of quantised operators: by hand, and against the reference evaluator and onnxruntime."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.arithmetic.operators.quantisation import dequantised
from app.arithmetic.registry import work
from app.arithmetic.working import Operation, Source, Working
from app.errors import NoWorking
from app.nets.reading.quantisation import Quantisation
from tests.arithmetic.reference import check_with_both, check_with_runtime, floats, normal

MICROSOFT = "com.microsoft"


def uint8(*shape: int) -> NDArray[np.uint8]:
    return np.random.default_rng(shape).integers(0, 256, shape).astype(np.uint8)


def int8(*shape: int) -> NDArray[np.int8]:
    return np.random.default_rng(shape).integers(-128, 128, shape).astype(np.int8)


def scaling(scale: float, zero: int, dtype: type[Any] = np.uint8) -> list[NDArray[Any]]:
    return [np.array(scale, np.float32), np.array(zero, dtype)]


X: list[Any] = [uint8(1, 3, 6, 6), *scaling(0.05, 120)]
ROWS = [uint8(3, 9), *scaling(0.05, 120)]
BY_COLUMN = [floats(0.01, 0.02, 0.03, 0.04, 0.05), np.zeros(5, np.int8)]
BIAS = np.array([-9000, 5000, 0, 70, 3], np.int32)


def test_a_quantised_number_stands_for_a_real_one() -> None:
    working = dequantised(Working(7, "3 + 4 = 7", ()), Quantisation("uint8", 0.5, 3))
    assert (working.total, working.formula) == (2, "3 + 4 = 7 → (7 − 3) × 0.5 = 2")


def test_a_number_is_rounded_to_a_step() -> None:
    inputs = (floats(0.7, 9), *scaling(0.5, 3))
    operation = Operation("QuantizeLinear", 17, {}, inputs, (2,))
    working = work(operation, (0,))
    assert (working.total, working.formula) == (4, "round(0.7 ÷ 0.5) + 3 = 4")
    assert [term.kind for term in working.terms] == ["value", "scale", "zero_point"]
    coarse = Operation("QuantizeLinear", 17, {}, (floats(0.7, 900), *scaling(0.5, 3)), (2,))
    assert work(coarse, (1,)).formula == "min(255, round(900 ÷ 0.5) + 3) = 255"


def test_an_integer_stands_for_a_real_number() -> None:
    working = work(Operation("DequantizeLinear", 17, {}, (uint8(1) * 0 + 5, *scaling(0.5, 3)), (1,)), (0,))
    assert (working.total, working.formula) == (1, "(5 − 3) × 0.5 = 1")


def test_the_real_numbers_of_a_quantised_convolution() -> None:
    x, weights = np.array([[[[5]], [[7]]]], np.uint8), np.array([[[[1]], [[4]]]], np.uint8)
    inputs = (x, *scaling(0.5, 3), weights, *scaling(0.25, 2), *scaling(0.1, 10), np.array([8], np.int32))
    working = work(Operation("QLinearConv", 17, {}, inputs, (1, 1, 1, 1)), (0, 0, 0, 0))
    assert working.formula == "round(1.75 ÷ 0.1) + 10 = 28"
    real, *_ = working.terms
    assert [(term.kind, term.value, term.source) for term in real.terms] == [
        ("plane", 1, Source(0, (0, 1, 0, 0))),
        ("bias", 1, Source(8, (0,))),
        ("plane", -0.25, Source(0, (0, 0, 0, 0))),
    ]
    patch = real.terms[0].patch
    assert patch is not None
    assert patch.kernel is not None
    assert (patch.inputs.tolist(), patch.kernel.tolist()) == ([[2]], [[0.5]])


def test_numbers_of_eight_bits_with_a_point_have_no_working() -> None:
    with pytest.raises(NoWorking):
        work(Operation("QuantizeLinear", 21, {"output_dtype": 17}, (floats(1), floats(1)), (1,)), (0,))


def test_scales_of_channels_and_blocks() -> None:
    x = 3 * normal(1, 3, 4, 5)
    check_with_both("QuantizeLinear", [x, *scaling(0.05, 120)], {}, 19)
    check_with_both("QuantizeLinear", [x, np.array(0.05, np.float32)], {}, 19)
    check_with_both("QuantizeLinear", [x, floats(0.1, 0.2, 0.3), np.array([1, 2, 3], np.uint8)], {}, 19)
    check_with_both("DequantizeLinear", X, {}, 19)
    check_with_both("DequantizeLinear", [int8(1, 3, 4), floats(0.1, 0.2, 0.3), np.array([1, 2, 3], np.int8)], {}, 19)
    check_with_both("DequantizeLinear", [int8(4, 6), abs(normal(4, 3))], {"axis": 1, "block_size": 2}, 21)
    check_with_both(
        "QuantizeLinear", [normal(4, 6), abs(normal(2, 6)) / 10, int8(2, 6)], {"axis": 0, "block_size": 2}, 21
    )


@pytest.mark.parametrize("attributes", [{}, {"pads": [1, 1, 1, 1]}, {"strides": [2, 2], "pads": [1, 0, 1, 0]}])
def test_convolutions(attributes: dict[str, Any]) -> None:
    one_scale = [*X, uint8(5, 3, 3, 3), *scaling(0.02, 117), *scaling(1.1, 130)]
    check_with_both("QLinearConv", one_scale, attributes)
    seven_bits = int8(5, 3, 3, 3) // 2  # without VNNI, the sum of two products of eight bits overflows in onnxruntime
    by_filter = [*X, seven_bits, *BY_COLUMN, *scaling(0.9, 130), BIAS]
    check_with_runtime("QLinearConv", by_filter, attributes)
    check_with_both("ConvInteger", [X[0], uint8(5, 3, 3, 3), X[2], np.array(100, np.uint8)], attributes)


def test_two_filters_with_a_scale_each() -> None:
    by_filter: list[Any] = [uint8(2, 3, 2, 2), floats(0.01, 0.04), np.array([117, 90], np.uint8)]
    check_with_both("QLinearConv", [*X, *by_filter, *scaling(0.9, 130)], {})


def test_a_depthwise_convolution() -> None:
    inputs = [uint8(1, 5, 6, 6), *X[1:], int8(5, 1, 3, 3), *BY_COLUMN, *scaling(0.3, 130)]
    check_with_runtime("QLinearConv", inputs, {"group": 5})


@pytest.mark.parametrize("weights", [[int8(9, 5), *scaling(0.02, 0, np.int8)], [int8(9, 5), *BY_COLUMN]])
def test_products_of_matrices(weights: list[Any]) -> None:
    check_with_runtime("QLinearMatMul", [*ROWS, *weights, *scaling(0.4, 130)], {})
    check_with_runtime("MatMulInteger", [ROWS[0], weights[0], ROWS[2], weights[2]], {})
    check_with_runtime("QGemm", [*ROWS, *weights], {}, domain=MICROSOFT)
    check_with_runtime("QGemm", [*ROWS, *weights, BIAS, *scaling(0.4, 130)], {}, domain=MICROSOFT)
    turned = [*ROWS, weights[0].T.copy(), *weights[1:], BIAS, *scaling(0.4, 130)]
    check_with_runtime("QGemm", turned, {"transB": 1, "alpha": 1.5}, domain=MICROSOFT)


@pytest.mark.parametrize("op", ["QLinearAdd", "QLinearMul"])
def test_halves_are_rounded_to_an_even_number_with_the_zero_point_in_it(op: str) -> None:
    """With scales of which one is half of another, every second result is in the middle of two."""
    for zero in (6, 7):
        numbers = [uint8(1, 3, 40), *scaling(0.5, 3), uint8(40), *scaling(1, 5)]
        check_with_runtime(op, [*numbers, *scaling(4, zero)], {}, domain=MICROSOFT)


@pytest.mark.parametrize(
    ("op", "inputs", "attributes"),
    [
        ("QLinearAdd", [*X, *X], {}),
        ("QLinearAdd", [*X, uint8(3, 1, 1), *scaling(0.02, 7)], {}),
        ("QLinearMul", [*X, *X], {}),
        ("QLinearAveragePool", X, {"kernel_shape": [2, 2], "pads": [1, 1, 0, 0]}),
        ("QLinearAveragePool", X, {"kernel_shape": [2, 2], "pads": [1, 1, 0, 0], "count_include_pad": 1}),
        ("QLinearGlobalAveragePool", X, {"channels_last": 0}),
        ("QLinearLeakyRelu", X, {"alpha": 0.1}),
        ("QLinearSigmoid", X, {}),
        ("QLinearSoftmax", X, {"axis": 1, "opset": 13}),
        ("QLinearSoftmax", X, {"axis": -1, "opset": 11}),
    ],
)
def test_operators_of_onnxruntime(op: str, inputs: list[Any], attributes: dict[str, Any]) -> None:
    result = scaling(1 / 256, 0) if op in ("QLinearSigmoid", "QLinearSoftmax") else scaling(0.07, 90)
    check_with_runtime(op, [*inputs, *result], attributes, domain=MICROSOFT)


def test_a_concatenation_of_several_scales() -> None:
    check_with_runtime(
        "QLinearConcat", [*scaling(0.07, 90), *X, uint8(1, 2, 6, 6), *scaling(0.2, 3)], {"axis": 1}, domain=MICROSOFT
    )


@pytest.mark.parametrize("x", [normal(3, 4), abs(normal(3, 4)), -abs(normal(3, 4))])
def test_a_scale_by_the_extremes_of_the_input(x: NDArray[np.float32]) -> None:
    check_with_both("DynamicQuantizeLinear", [x], {}, 17, 3)


def test_the_formulas_of_a_scale_by_extremes() -> None:
    first, second, third = (
        work(Operation("DynamicQuantizeLinear", 17, {}, (floats(-1, 50),), (2,) if not output else (), output), index)
        for output, index in enumerate([(1,), (), ()])
    )
    assert first.formula == "round(50 ÷ 0.2) + 5 = 255"
    assert second.formula == "(50 − (−1)) ÷ 255 = 0.2"
    assert third.formula == "round(1 ÷ 0.2) = 5"
    zeros = Operation("DynamicQuantizeLinear", 17, {}, (floats(0, 0),), (), 1)
    assert work(zeros, ()).total == 1  # as in onnxruntime


def test_a_zero_point_is_at_most_the_greatest_integer() -> None:
    """The least step of float32 is less than a 255th of the range: its quotient is 300."""
    least = np.nextafter(np.float32(0), np.float32(1))
    assert work(Operation("DynamicQuantizeLinear", 17, {}, (floats(-300 * least, 0),), (), 2), ()).total == 255
