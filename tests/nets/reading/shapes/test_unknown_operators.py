"""The sizes of operators that ONNX knows nothing of, against those of plain onnxruntime."""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper

from app.nets.graph import read_graph
from app.nets.reading.operators import read_operators
from app.nets.taps import expose_outputs
from tests.nets.onnx_text import parse_network
from tests.nets.reading.references.rearrangements import weight

MICROSOFT = "com.microsoft"


def network(op: str, *inputs: str, **attributes: Any) -> ModelProto:
    """A picture as uint8, and one operator of onnxruntime's own on it; `s` is a scale, `z` a zero point."""
    image = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 8, 16, 16])
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"]),
        helper.make_node(op, inputs, ["out"], domain=MICROSOFT, **attributes),
    ]
    constants = [
        numpy_helper.from_array(np.array(0.1, np.float32), "s"),
        numpy_helper.from_array(np.array(128, np.uint8), "z"),
        numpy_helper.from_array(np.ones((1, 8, 1, 1), np.uint8), "row"),
        weight("w", 16, 12),
    ]
    graph = helper.make_graph(nodes, "g", [image], [helper.make_empty_tensor_value_info("out")], constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


CASES = [
    network("QLinearAdd", *"qszqszsz"),
    network("QLinearMul", "q", "s", "z", "row", "s", "z", "s", "z"),
    network("QLinearConcat", *"szqszqsz", axis=1),
    network("QLinearSigmoid", *"qszsz"),
    network("QLinearLeakyRelu", *"qszsz", alpha=0.1),
    network("QLinearGlobalAveragePool", *"qszsz", channels_last=0),
    network("DynamicQuantizeMatMul", "x", "w8", "s8", "z8"),
    network("QuickGelu", "x"),
    network("MatMulIntegerToFloat", "q", "w8", "s", "s8", "z", "z8"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.graph.node[1].op_type)
def test_the_size_is_that_of_plain_onnxruntime(case: ModelProto) -> None:
    for name, array in (
        ("w8", np.ones((16, 12), np.int8)),
        ("s8", np.ones(1, np.float32)),
        ("z8", np.zeros(1, np.int8)),
    ):
        case.graph.initializer.append(numpy_helper.from_array(np.asarray(array), name))
    session = ort.InferenceSession(expose_outputs(case, ["out"]).SerializeToString())
    (output,) = session.run(None, {"x": np.zeros((1, 8, 16, 16), np.float32)})
    operators = read_operators(case)
    assert (operators.shape("out"), operators.values["out"].dtype) == (output.shape, output.dtype)


@pytest.mark.parametrize("scale", [[], ["s", "z"]], ids=["real", "quantised"])
def test_a_quantised_product_gives_real_numbers_where_no_scale_is_stated_for_it(scale: list[str]) -> None:
    model = network("QGemm", "f", "s", "z", "w8", "s", "z8", "", *scale)
    model.graph.node.insert(1, helper.make_node("Flatten", ["q"], ["f"]))
    for name, array in (("w8", np.ones((2048, 5), np.int8)), ("z8", np.zeros((), np.int8))):
        model.graph.initializer.append(numpy_helper.from_array(array, name))
    session = ort.InferenceSession(model.SerializeToString())
    (output,) = session.run(None, {"x": np.zeros((1, 8, 16, 16), np.float32)})
    operators = read_operators(model)
    assert (operators.shape("out"), operators.values["out"].dtype) == (output.shape, output.dtype)


@pytest.mark.parametrize("version", [11, 16, 17])
def test_onnxruntime_normalises_layers_in_files_older_than_that_operator(version: int) -> None:
    model = parse_network(
        """one = Constant <value = float[6] {1, 2, 3, 4, 5, 6}> ()
        n = LayerNormalization (x, one, one)  y = MaxPool <kernel_shape = [2, 2]> (n)""",
        version,
        "float[1, 3, 8, 6]",
    )
    session = ort.InferenceSession(expose_outputs(model, ["n", "y"]).SerializeToString())
    outputs = session.run(["n", "y"], {"x": np.zeros((1, 3, 8, 6), np.float32)})
    assert [layer.shape for layer in read_graph(model).layers] == [each.shape[1:] for each in outputs]


def test_the_sizes_of_a_quantised_recurrence_are_those_of_plain_onnxruntime() -> None:
    """Rows of the picture as steps of 256 numbers, with 5 units in each of two directions."""
    weights: dict[str, npt.NDArray[Any]] = {
        "w": np.ones((2, 256, 20), np.int8),
        "r": np.ones((2, 5, 20), np.int8),
        "scale": np.full(2, 0.1, np.float32),
        "zero": np.zeros(2, np.int8),
        "steps": np.array([8, 1, 256]),
    }
    inputs = ["rows", "w", "r", *[""] * 5, "scale", "zero", "scale", "zero"]
    nodes = [
        helper.make_node("Reshape", ["x", "steps"], ["rows"]),
        helper.make_node(
            "DynamicQuantizeLSTM", inputs, ["out", "last"], domain=MICROSOFT, hidden_size=5, direction="bidirectional"
        ),
    ]
    image = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 8, 16, 16])
    constants = [numpy_helper.from_array(array, name) for name, array in weights.items()]
    graph = helper.make_graph(nodes, "g", [image], [helper.make_empty_tensor_value_info("out")], constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    session = ort.InferenceSession(expose_outputs(model, ["out", "last"]).SerializeToString())
    outputs = session.run(None, {"x": np.zeros((1, 8, 16, 16), np.float32)})
    assert [read_operators(model).shape(name) for name in ("out", "last")] == [each.shape for each in outputs]
    layer = read_graph(model).layers[-1]
    assert (layer.params, layer.macs) == (2 * 20 * (256 + 5), 8 * 2 * 20 * (256 + 5))
