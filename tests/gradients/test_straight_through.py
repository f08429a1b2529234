"""Quantised operators: their gradient is that of the same network with its roundings between operators."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_static

from app.gradients.differentiable import Differentiable, GradientQuery
from app.gradients.straight_through import EXPANSIONS, between_roundings
from app.gradients.targets import CellValue
from app.nets.card import read_card
from app.nets.network import Network
from app.nets.reading.operators import read_operators
from app.nets.runtime import Runtime
from app.work.stop import Stop
from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network

Array = npt.NDArray[Any]
RNG = np.random.default_rng(0)
PICTURES = RNG.standard_normal((4, 3, 8, 8)).astype(np.float32)
BODY = (
    "c = Conv <kernel_shape = [3, 3], pads = [1, 1, 1, 1]> (x, w, b)  s = Sigmoid (c)  l = LeakyRelu <alpha = 0.1> (c)"
    "  m = Mul (s, l)  a = Add (m, c)  j = Concat <axis = 1> (a, m)  p = AveragePool <kernel_shape = [2, 2]> (j)"
    "  g = GlobalAveragePool (p)  f = Flatten (g)  h = MatMul (f, k)  z = Gemm <transB = 1> (h, v, d)  y = Softmax (z)"
)
WEIGHTS = {"w": (4, 3, 3, 3), "b": (4,), "k": (8, 6), "v": (3, 6), "d": (3,)}


class Calibration(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    def __init__(self) -> None:
        self._feeds = iter([{"x": picture[np.newaxis]} for picture in PICTURES])

    def get_next(self) -> dict[str, Array] | None:
        return next(self._feeds, None)


def quantised(folder: Path, kind: QuantFormat, *, per_channel: bool) -> Network:
    folder.mkdir()
    model = parse_network(BODY, x="float[1, 3, 8, 8]")
    rng = np.random.default_rng(1)
    for name, shape in WEIGHTS.items():
        model.graph.initializer.append(numpy_helper.from_array(rng.standard_normal(shape, np.float32), name))
    onnx.save(model, folder / "float.onnx")
    quantize_static(
        folder / "float.onnx", folder / "net.onnx", Calibration(), quant_format=kind, per_channel=per_channel
    )
    path = place(folder, "network", onnx.load(folder / "net.onnx"), ["a", "b", "c"])
    return Network(read_card(path.with_suffix(".json")), path, (), Runtime("cpu", "cpu", threads=1))


def gradient(network: Network) -> Array:
    query = GradientQuery(CellValue(network.graph.scores.id, 1), ("input",))
    return Differentiable(network).run(PICTURES[:1], query, Stop()).gradients["input"]


@pytest.mark.parametrize("per_channel", [False, True])
def test_the_gradient_is_that_of_roundings_between_the_operators(tmp_path: Path, per_channel: bool) -> None:
    whole = quantised(tmp_path / "whole", QuantFormat.QOperator, per_channel=per_channel)
    between = quantised(tmp_path / "between", QuantFormat.QDQ, per_channel=per_channel)
    assert {layer.op for layer in whole.graph.layers} >= {"QLinearConv", "QGemm", "QLinearAdd", "QLinearConcat"}
    ours, theirs = gradient(whole), gradient(between)
    assert np.abs(theirs).max() > 0
    assert np.corrcoef(ours.reshape(-1), theirs.reshape(-1))[0, 1] > 0.99
    np.testing.assert_allclose(np.linalg.norm(ours), np.linalg.norm(theirs), rtol=0.2)  # the logits are rounded twice


def test_every_expansion_is_tried(tmp_path: Path) -> None:
    whole = quantised(tmp_path / "whole", QuantFormat.QOperator, per_channel=False)
    assert {layer.op for layer in whole.graph.layers} >= EXPANSIONS.keys()


def test_a_network_without_quantised_operators_stays_as_it_is() -> None:
    model = parse_network("r = Relu (x)  y = Flatten (r)")
    source = read_operators(model)
    assert between_roundings(model, source) == (model, source)


@pytest.mark.parametrize(("bias", "operands"), [((), 2), (("",), 2), (("b",), 3)], ids=["none", "left out", "a bias"])
def test_a_bias_may_be_missing(bias: tuple[str, ...], operands: int) -> None:
    numbers = {"xs": np.float32(0.1), "xz": np.uint8(9), "w": np.full((3, 3, 1, 1), 2, np.uint8), "ws": np.float32(0.5)}
    numbers |= {"wz": np.uint8(1), "ys": np.float32(0.2), "yz": np.uint8(3), "b": np.arange(3, dtype=np.int32)}
    model = parse_network("y = QLinearConv (x, xs, xz, w, ws, wz, ys, yz)", x="uint8[1, 3, 8, 8]")
    model.graph.output[0].type.tensor_type.elem_type = TensorProto.UINT8
    model.graph.initializer.extend(numpy_helper.from_array(np.asarray(each), name) for name, each in numbers.items())
    model.graph.node[0].input.extend(bias)
    expanded, _ = between_roundings(model, read_operators(model))
    (convolution,) = (node for node in expanded.graph.node if node.op_type == "Conv")
    assert len(convolution.input) == operands
    picture = RNG.integers(0, 256, (1, 3, 8, 8)).astype(np.uint8)
    before, after = (
        InferenceSession(each.SerializeToString()).run(None, {"x": picture})[0] for each in (model, expanded)
    )
    np.testing.assert_allclose(after.astype(int), before.astype(int), atol=1)


@pytest.mark.parametrize("zero", [(), ("",), ("yz",)], ids=["none", "left out", "a zero point"])
def test_a_zero_point_may_be_missing(zero: tuple[str, ...]) -> None:
    numbers = {"xs": np.float32(0.1), "xz": np.uint8(99), "ys": np.float32(0.2), "yz": np.uint8(3)}
    model = parse_network("y = QLinearLeakyRelu <alpha = 0.5> (x, xs, xz, ys)", x="uint8[1, 3, 8, 8]")
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    model.graph.output[0].type.tensor_type.elem_type = TensorProto.UINT8
    model.graph.initializer.extend(numpy_helper.from_array(np.asarray(each), name) for name, each in numbers.items())
    model.graph.node[0].domain = "com.microsoft"
    model.graph.node[0].input.extend(zero)
    expanded, _ = between_roundings(model, read_operators(model))
    assert [node.op_type for node in expanded.graph.node] == ["DequantizeLinear", "LeakyRelu", "QuantizeLinear"]
    picture = RNG.integers(0, 256, (1, 3, 8, 8)).astype(np.uint8)
    real = (picture.astype(float) - 99) * 0.1
    expected = np.clip(np.where(real > 0, real, real / 2) / 0.2 + (3 if zero == ("yz",) else 0), 0, 255)
    (rounded,) = InferenceSession(expanded.SerializeToString()).run(None, {"x": picture})
    np.testing.assert_allclose(rounded, expected, atol=0.51)
