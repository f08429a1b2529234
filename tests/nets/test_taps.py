"""The same graph with other outputs."""

import numpy as np
import onnx
import pytest
from onnx import parser
from onnx.reference import ReferenceEvaluator

from app.errors import NetworkError
from app.nets.taps import ScaledValue, expose_outputs, scale_values


def model() -> onnx.ModelProto:
    return parser.parse_model(
        '<ir_version: 8, opset_import: ["": 17]> g (float[1, 1, 2, 2] x) => (float[1, 1, 2, 2] y)'
        "{ a = Relu (x)  b, mask = Dropout (a)  y = Neg (b) }"
    )


def test_the_outputs_are_the_requested_values_in_order() -> None:
    x = np.array([[[[-1, 2], [3, -4]]]], np.float32)
    a, y = ReferenceEvaluator(expose_outputs(model(), ["a", "y"])).run(None, {"x": x})
    np.testing.assert_array_equal(a, np.maximum(x, 0))
    np.testing.assert_array_equal(y, -np.maximum(x, 0))


def test_duplicates_and_empty_names_are_ignored() -> None:
    assert [value.name for value in expose_outputs(model(), ["y", "a", "", "y", "a"]).graph.output] == ["y", "a"]


def test_the_model_itself_is_unchanged() -> None:
    given = model()
    expose_outputs(given, ["a"])
    assert given == model()


def test_an_unknown_value_is_refused() -> None:
    with pytest.raises(NetworkError):
        expose_outputs(model(), ["a", "none"])


def test_a_value_is_scaled_and_shifted_wherever_it_is_read_and_keeps_its_name() -> None:
    scaled = ScaledValue("a", np.dtype(np.float32))
    session = ReferenceEvaluator(expose_outputs(scale_values(model(), [scaled]), ["a", "y"]))
    x, factor = np.array([[[[1, 2], [3, 4]]]], np.float32), np.array([[10], [0]], np.float32)
    a, y = session.run(None, {"x": x, scaled.factor: factor, scaled.offset: np.float32(1)})
    np.testing.assert_array_equal(a, [[[[11, 21], [1, 1]]]])
    np.testing.assert_array_equal(y, [[[[-11, -21], [-1, -1]]]])


def test_with_a_reader_the_value_itself_stays() -> None:
    scaled = ScaledValue("x", np.dtype(np.float32), reader="a")
    x = np.array([[[[1, 2], [3, 4]]]], np.float32)
    session = ReferenceEvaluator(expose_outputs(scale_values(model(), [scaled]), ["a", "b"]))
    a, b = session.run(None, {"x": x, scaled.factor: np.float32(0), scaled.offset: np.float32(5)})
    np.testing.assert_array_equal(a, np.full_like(x, 5))
    np.testing.assert_array_equal(b, a)
