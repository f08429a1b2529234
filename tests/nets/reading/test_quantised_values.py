"""Which values are quantised, and what their numbers stand for, in small networks of one or two operators."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.nets.graph import Graph, read_graph
from app.nets.reading.quantisation import Quantisation
from tests.arithmetic.runs import open_network, operands_of
from tests.nets.onnx_text import parse_network
from tests.nets.reading.references.plain_runs import build, plain_run, weight

SCALE = "s = Constant <value = float {0.25}> ()  n = Constant <value = int8 {-3}> ()"
QUARTERS = Quantisation("int8", 0.25, -3)
MICROSOFT = {"domain": "com.microsoft"}
QLINEAR: dict[str, tuple[list[str], dict[str, Any]]] = {
    "QLinearAdd": (["q", "s", "n", "q", "s", "n", "t", "n"], MICROSOFT),
    "QLinearAveragePool": (["q", "s", "n", "t", "n"], MICROSOFT | {"kernel_shape": [2, 2]}),
    "QLinearConcat": (["t", "n", "q", "s", "n", "q", "s", "n"], MICROSOFT | {"axis": 1}),
    "QLinearConv": (["q", "s", "n", "w", "s", "n", "t", "n"], {}),
    "QLinearGlobalAveragePool": (["q", "s", "n", "t", "n"], MICROSOFT),
    "QLinearLeakyRelu": (["q", "s", "n", "t", "n"], MICROSOFT),
    "QLinearMatMul": (["q", "s", "n", "q", "s", "n", "t", "n"], {}),
    "QLinearMul": (["q", "s", "n", "q", "s", "n", "t", "n"], MICROSOFT),
    "QLinearSigmoid": (["q", "s", "n", "t", "n"], MICROSOFT),
    "QLinearSoftmax": (["q", "s", "n", "t", "n"], MICROSOFT | {"opset": 13}),
}
MOVES = {
    "Clip": "v = Clip (q, n)",
    "Concat": "v = Concat <axis = 1> (q, q)",
    "Flatten": "v = Flatten (q)",
    "Gather": "i = Constant <value_ints = [1]> ()  v = Gather <axis = 1> (q, i)",
    "MaxPool": "v = MaxPool <kernel_shape = [2, 2]> (q)",
    "Pad": "p = Constant <value_ints = [0, 0, 1, 1, 0, 0, 1, 1]> ()  v = Pad (q, p, n)",
    "Reshape": "p = Constant <value_ints = [1, 3, 64]> ()  v = Reshape (q, p)",
    "Slice": "a = Constant <value_ints = [1]> ()  e = Constant <value_ints = [3]> ()  v = Slice (q, a, e, a)",
    "Transpose": "v = Transpose <perm = [0, 2, 3, 1]> (q)",
}


def graph_of(body: str) -> Graph:
    """A network that computes `v`; its output `y` is another value."""
    return read_graph(parse_network(f"{body}  y = Relu (x)", x="float[1, 3, 8, 8]"))


def quantisation_of(body: str) -> Quantisation | None:
    """That of `v`."""
    return next(layer for layer in graph_of(f"{SCALE}  {body}").layers if layer.output == "v").quantisation


@pytest.mark.parametrize("op", QLINEAR)
def test_every_quantised_operator_is_read_as_onnxruntime_computes_it(op: str, tmp_path: Path) -> None:
    inputs, attributes = QLINEAR[op]
    filters = numpy_helper.from_array(np.arange(-4, 5, dtype=np.int8).reshape(3, 3, 1, 1), "w")
    scales: dict[str, Any] = {
        "s": np.array(0.02, np.float32),
        "t": np.array(0.031, np.float32),
        "n": np.array(7, np.int8),
    }
    constants = [filters, *(numpy_helper.from_array(array, name) for name, array in scales.items())]
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "s", "n"], ["q"]),
        helper.make_node(op, inputs, ["y"], **attributes),
    ]
    model = build(nodes, constants, {"x": (TensorProto.FLOAT, [1, 3, 8, 8])})
    network = open_network(model, tmp_path)
    operands = operands_of(network)
    plain = plain_run(model, {"x": operands.value("x")})
    for layer in network.graph.layers:
        scale = scales["t" if layer.output == "y" else "s"]
        assert layer.quantisation == Quantisation("int8", float(scale), 7)
        real = (plain[layer.output].astype(np.int32) - 7).astype(np.float32) * scale
        assert np.ptp(real) > 0
        np.testing.assert_array_equal(layer.real(plain[layer.output]), real)
        np.testing.assert_array_equal(operands.value(layer.output), plain[layer.output])
    assert network.graph.remarks == ()


@pytest.mark.parametrize("op", MOVES)
def test_what_moves_quantised_numbers_leaves_what_they_stand_for(op: str) -> None:
    assert quantisation_of(f"q = QuantizeLinear (x, s, n)  {MOVES[op]}") == QUARTERS


def test_without_a_zero_point_it_is_zero() -> None:
    assert quantisation_of("v = QuantizeLinear (x, s)") == Quantisation("uint8", 0.25, 0)


@pytest.mark.parametrize(
    "body",
    [
        "q = QuantizeLinear (x, s, n)  v = DequantizeLinear (q, s, n)",
        "q = QuantizeLinear (x, s, n)  c = Cast <to = 1> (q)  v = Relu (c)",
        "q = QuantizeLinear (x, s, n)  p, i = MaxPool <kernel_shape = [2, 2]> (q)  v = Transpose (i)",
    ],
)
def test_real_numbers_and_indices_are_not_quantised(body: str) -> None:
    assert quantisation_of(body) is None


def test_numbers_of_two_scales_side_by_side_are_not_read() -> None:
    body = "t = Constant <value = float {0.5}> ()  q = QuantizeLinear (x, s, n)  r = QuantizeLinear (x, t, n)"
    assert quantisation_of(f"{body}  v = Concat <axis = 1> (q, r)") is None


@pytest.mark.parametrize("scale", ["float[3] {1, 2, 3}", "float {0}", "float {-1}", "float {1e-38}", "float {1e38}"])
def test_a_scale_that_gives_no_exact_number_leaves_the_numbers_with_a_remark(scale: str) -> None:
    graph = graph_of(f"s = Constant <value = {scale}> ()  v = QuantizeLinear (x, s)")
    assert graph.layers[0].quantisation is None
    assert "whole numbers of a quantised network" in graph.remarks[0]


def test_a_scale_that_follows_from_the_input_leaves_the_numbers_with_a_remark() -> None:
    graph = graph_of("v, s, z = DynamicQuantizeLinear (x)")
    assert graph.layers[0].quantisation is None
    assert "whole numbers of a quantised network" in graph.remarks[0]


def test_a_scale_in_a_file_that_is_not_here_is_not_read() -> None:
    scale = weight("s", 1)
    scale.ClearField("raw_data")
    scale.data_location = TensorProto.EXTERNAL
    scale.external_data.add(key="location", value="elsewhere.bin")
    node = helper.make_node("QuantizeLinear", ["x", "s"], ["y"])
    model = build([node], [scale], {"x": (TensorProto.FLOAT, [1, 3, 8, 8])})
    assert read_graph(model).layers[0].quantisation is None
