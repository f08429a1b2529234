"""Quantised numbers against onnxruntime."""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
import pytest
from onnx import helper, numpy_helper

from app.nets.reading.quantisation import Quantisation, Scaling, dequantize, quantize

RANDOM = np.random.default_rng(1)
INTEGERS = RANDOM.integers(-128, 128, (4, 6, 3)).astype(np.int8)
UNSIGNED = RANDOM.integers(0, 256, (4, 6, 3)).astype(np.uint8)
SCALES = RANDOM.uniform(0.01, 0.1, 6).astype(np.float32)
CASES: dict[str, tuple[npt.NDArray[Any], Scaling]] = {
    "signed": (INTEGERS, Scaling(np.float32(0.02) * np.ones((), np.float32), np.array(3, np.int8))),
    "unsigned": (UNSIGNED, Scaling(np.array(0.5, np.float32), np.array(128, np.uint8))),
    "without a zero point": (INTEGERS, Scaling(np.array(0.02, np.float32))),
    "of an axis": (INTEGERS, Scaling(SCALES, np.arange(6, dtype=np.int8))),
    "of the first axis": (UNSIGNED, Scaling(SCALES[:4], np.arange(4, dtype=np.uint8), axis=0)),
    "of the last axis": (INTEGERS, Scaling(SCALES[:3], np.zeros(3, np.int8), axis=-1)),
    "of blocks": (INTEGERS, Scaling(RANDOM.uniform(0.1, 1, (4, 3, 3)).astype(np.float32), axis=1, block=2)),
    "of one entry": (INTEGERS, Scaling(np.array([0.5], np.float32), np.array([3], np.int8))),
    "of an axis of two": (INTEGERS[:, :2], Scaling(SCALES[:2], np.arange(2, dtype=np.int8))),
    "of blocks of one": (INTEGERS, Scaling(RANDOM.uniform(0.1, 1, (4, 6, 3)).astype(np.float32), block=1)),
    "of one block": (INTEGERS, Scaling(RANDOM.uniform(0.1, 1, (4, 1, 3)).astype(np.float32), block=6)),
    "of blocks of the last axis": (
        UNSIGNED,
        Scaling(RANDOM.uniform(0.1, 1, (4, 6, 2)).astype(np.float32), np.full((4, 6, 2), 7, np.uint8), axis=2, block=2),
    ),
    "32 bits": (RANDOM.integers(-(2**20), 2**20, (4, 6)).astype(np.int32), Scaling(np.array(1e-4, np.float32))),
}


def in_onnxruntime(op: str, array: npt.NDArray[Any], scaling: Scaling) -> npt.NDArray[Any]:
    parts = {"x": array, "scale": scaling.scale, "zero": scaling.zero}
    tensors = [numpy_helper.from_array(part, name) for name, part in parts.items() if part is not None]
    attributes: dict[str, Any] = {"axis": scaling.axis} | ({"block_size": scaling.block} if scaling.block else {})
    node = helper.make_node(op, [tensor.name for tensor in tensors], ["y"], **attributes)
    graph = helper.make_graph([node], "q", [], [helper.make_empty_tensor_value_info("y")], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {})[0])


@pytest.mark.parametrize("case", CASES)
def test_dequantised_numbers(case: str) -> None:
    array, scaling = CASES[case]
    found = dequantize(array, scaling)
    expected = in_onnxruntime("DequantizeLinear", array, scaling)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("case", sorted(CASES.keys() - {"32 bits"}))
def test_quantised_numbers(case: str) -> None:
    array, scaling = CASES[case]
    numbers = RANDOM.standard_normal(array.shape).astype(np.float32) * 4
    found = quantize(numbers, scaling)
    expected = in_onnxruntime("QuantizeLinear", numbers, scaling)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "scaling",
    [
        Scaling(np.ones(1000, np.float32)),
        Scaling(np.ones((4, 2), np.float32), axis=1, block=1 << 40),
        Scaling(np.ones((4, 2), np.float32), axis=1, block=-1),
        Scaling(np.ones((1000, 2), np.float32), axis=1, block=2),
    ],
    ids=["another length", "huge blocks", "negative blocks", "another shape"],
)
def test_a_scale_for_other_numbers_is_an_error(scaling: Scaling) -> None:
    for compute in (quantize, dequantize):
        with pytest.raises(ValueError, match=r"scale|blocks|shape"):
            compute(np.ones((4, 1), np.int8) if scaling.block == 0 else np.ones((4, 3), np.int8), scaling)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16])
def test_every_quantised_number_comes_back_from_the_real_one(dtype: type[np.integer[Any]]) -> None:
    limits = np.iinfo(dtype)
    numbers = np.arange(limits.min, limits.max + 1).astype(dtype)
    for scale in np.float32(2.0) ** np.linspace(-100, 99, 300, dtype=np.float32):
        zero = int(RANDOM.integers(limits.min, limits.max + 1))
        quantisation = Quantisation(numbers.dtype.name, float(scale), zero)
        real = quantisation.real(numbers)
        assert real.dtype == np.float32
        np.testing.assert_array_equal(quantisation.quantised(real), numbers)
    np.testing.assert_array_equal(
        real, in_onnxruntime("DequantizeLinear", numbers, Scaling(np.array(scale), np.array(zero, dtype)))
    )


def test_numbers_with_fractions_stay_between_those_of_float8() -> None:
    real = np.array([0.5, 0.75, -1.0], np.float32)
    np.testing.assert_array_equal(Quantisation("float8e4m3fn", 0.5, 0).quantised(real), [1, 1.5, -2])
    np.testing.assert_array_equal(Quantisation("int8", 0.5, 3).quantised(real), [4, 5, 1])


def test_a_single_number_has_no_axis() -> None:
    one = np.array(3, np.int8)
    assert dequantize(one, Scaling(np.array([0.5], np.float32), axis=0)) == 1.5
