"""Files of every version of ONNX that onnxruntime takes: every value is that of plain onnxruntime."""

from pathlib import Path

import numpy as np
import pytest
from onnx import IR_VERSION, ModelProto, TensorProto, helper, numpy_helper

from tests.nets.reading.references.plain_runs import IMAGE, assert_is_plain, build, opened, plain_run, weight

node = helper.make_node


def versioned(opset: int, ir_version: int = 8) -> ModelProto:
    """Operators whose form changed over the versions: numbers that were attributes are inputs today."""
    is_reduced_by_input = opset >= 18
    constants = {"low": np.float32(-0.5), "high": np.float32(0.5), "two": np.array([2, 3]), "flat": np.array([0, -1])}
    nodes = [
        node("Conv", ["x", "w"], ["c"], "conv", pads=[1] * 4),
        node("BatchNormalization", ["c", "s", "b", "m", "v"], ["n"], "norm"),
        node("Clip", ["n", "low", "high"], ["r"], "clip")
        if opset >= 11
        else node("Clip", ["n"], ["r"], "clip", min=-0.5, max=0.5),
        node("MaxPool", ["r"], ["p"], "pool", kernel_shape=[2, 2], strides=[2, 2]),
        node("ReduceMean", ["p", "two"] if is_reduced_by_input else ["p"], ["g"], "mean", keepdims=1)
        if is_reduced_by_input
        else node("ReduceMean", ["p"], ["g"], "mean", axes=[2, 3], keepdims=1),
        node("Reshape", ["g", "flat"], ["f"], "flat"),
        node("Gemm", ["f", "d", "e"], ["z"], "dense"),
        node("Softmax", ["z"], ["y"], "softmax", axis=1),
    ]
    read = {value for each in nodes for value in each.input}
    stored = [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items() if name in read]
    shapes = {"w": (4, 3, 3, 3), "s": (4,), "b": (4,), "m": (4,), "d": (4, 3), "e": (3,)}
    weights = [weight(name, *shape) for name, shape in shapes.items()]
    weights.append(numpy_helper.from_array(np.full(4, 0.5, np.float32), "v"))
    model = build(nodes, [*weights, *stored], {"x": (TensorProto.FLOAT, ["N", 3, 8, 8])}, opset)
    model.ir_version = ir_version
    return model


@pytest.mark.parametrize("opset", range(7, 26))
def test_every_version_of_the_operators(tmp_path: Path, opset: int) -> None:
    model = versioned(opset)
    network = opened(tmp_path, model)
    assert [layer.name for layer in network.graph.layers] == [each.name for each in model.graph.node]
    assert_is_plain(network, plain_run(model, {"x": IMAGE[np.newaxis]}))
    assert network.graph.remarks == ()


@pytest.mark.parametrize("ir_version", range(4, IR_VERSION + 1))
def test_every_version_of_the_format(tmp_path: Path, ir_version: int) -> None:
    model = versioned(17, ir_version)
    assert_is_plain(opened(tmp_path, model), plain_run(model, {"x": IMAGE[np.newaxis]}))


def test_the_oldest_format_has_its_weights_among_the_inputs(tmp_path: Path) -> None:
    model = versioned(8, ir_version=3)
    model.graph.input.extend(
        helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims) for tensor in model.graph.initializer
    )
    assert_is_plain(opened(tmp_path, model), plain_run(model, {"x": IMAGE[np.newaxis]}))
