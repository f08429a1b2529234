"""Inferred shapes against those that onnxruntime computes, in every version of ONNX."""

import itertools
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.errors import NetworkError
from app.nets.graph import read_graph
from app.nets.reading.operators import read_operators
from app.nets.taps import expose_outputs
from tests.nets.onnx_text import parse_network


def test_an_open_input_size_must_be_given() -> None:
    model = parse_network(
        "a = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (x)  y = Relu (a)", x="float[N, C, H, W]"
    )
    assert read_graph(model, (10, 12)).layers[0].shape == (3, 5, 6)
    with pytest.raises(NetworkError, match="any size"):
        read_graph(model)
    with pytest.raises(NetworkError, match="8 x 8 pixels, not 12 x 10"):
        read_graph(parse_network("y = Relu (x)"), (10, 12))


@pytest.mark.parametrize("settings", ["pads = [1, 1, 1, 1]", "pads = [0, 1, 1, 2]", 'auto_pad = "VALID"', ""])
@pytest.mark.parametrize("op", ["MaxPool", "AveragePool"])
def test_pools_in_ceil_mode_have_the_sizes_of_onnxruntime(op: str, settings: str) -> None:
    """In several of these the last window would begin beyond the input."""
    sizes = ", ".join(filter(None, ["kernel_shape = [2, 3], strides = [3, 4], ceil_mode = 1", settings]))
    model = parse_network(f"a = {op} <{sizes}> (x)  b = {op} <{sizes}> (a)  y = Relu (b)", x="float[N, C, H, W]")
    tap = expose_outputs(model, ["a", "b", "y"])
    session = ort.InferenceSession(tap.SerializeToString(), providers=["CPUExecutionProvider"])
    for height, width in itertools.product(range(8, 14), repeat=2):
        layers = read_graph(model, (height, width)).layers
        outputs = session.run(["a", "b", "y"], {"x": np.zeros((1, 3, height, width), np.float32)})
        assert [layer.shape for layer in layers] == [array.shape[1:] for array in outputs]


@pytest.mark.parametrize("mode", ["SAME_UPPER", "SAME_LOWER"])
@pytest.mark.parametrize(("op", "opset"), [("MaxPool", 12), ("MaxPool", 22), ("AveragePool", 19), ("LpPool", 18)])
@pytest.mark.parametrize("rounding", ["", ", ceil_mode = 1"])
def test_dilated_pools_with_auto_pad_have_the_sizes_of_onnxruntime(
    op: str, opset: int, mode: str, rounding: str
) -> None:
    sizes = f'kernel_shape = [2, 3], strides = [1, 2], dilations = [3, 2], auto_pad = "{mode}"{rounding}'
    body = f"a = {op} <{sizes}> (x)  b = {op} <{sizes}> (a)  y = Relu (b)"
    model = parse_network(body, opset, x="float[N, C, H, W]")
    tap = expose_outputs(model, ["a", "b", "y"])
    session = ort.InferenceSession(tap.SerializeToString(), providers=["CPUExecutionProvider"])
    for height, width in itertools.product((10, 11), range(12, 16)):
        layers = read_graph(model, (height, width)).layers
        outputs = session.run(["a", "b", "y"], {"x": np.zeros((1, 3, height, width), np.float32)})
        assert [layer.shape for layer in layers] == [array.shape[1:] for array in outputs]


@pytest.mark.parametrize("version", [18, 21])
def test_group_normalisation_keeps_the_shape_of_its_input(version: int) -> None:
    lengths = 2 if version < 21 else 4
    scale, bias = (numpy_helper.from_array(np.ones(lengths, np.float32), name) for name in ("scale", "bias"))
    nodes = [
        helper.make_node("GroupNormalization", ["x", "scale", "bias"], ["g"], num_groups=2),
        helper.make_node("MaxPool", ["g"], ["y"], kernel_shape=[2, 2]),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4, 6, 7])
    graph = helper.make_graph(nodes, "g", [x], [helper.make_empty_tensor_value_info("y")], [scale, bias])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", version)], ir_version=10)
    assert [layer.shape for layer in read_graph(model).layers] == [(4, 6, 7), (4, 5, 6)]


@pytest.mark.parametrize("opset", [3, 4, 5, 6, 7, 9, 11, 12, 13, 17, 18, 21])
def test_every_version_of_onnx(opset: int) -> None:
    old: dict[str, Any] = {"consumed_inputs": [0]} if opset < 6 else {}
    axis: dict[str, Any] = {"axis": 1} if opset >= 4 else {}
    weight = numpy_helper.from_array(np.ones((4, 3, 3, 3), np.float32), "conv.weight")
    nodes = [
        helper.make_node("Conv", ["x", "conv.weight"], ["c"], kernel_shape=[3, 3]),
        helper.make_node("Relu", ["c"], ["r"], **old),
        helper.make_node("Dropout", ["r"], ["d"]),
        helper.make_node("Add", ["d", "r"], ["a"]),
        helper.make_node("Concat", ["a", "r"], ["k"], **axis),
        helper.make_node("Reshape", ["k"], ["f"], shape=[1, -1])
        if opset < 5
        else helper.make_node("Reshape", ["k", "to"], ["f"]),
        helper.make_node("Softmax", ["f"], ["y"]),
    ]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
    to = [] if opset < 5 else [numpy_helper.from_array(np.array([1, -1]), "to")]
    graph = helper.make_graph(nodes, "g", inputs, outputs, [weight, *to])
    read = read_graph(helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)]))
    shapes = [(4, 6, 6), (4, 6, 6), (4, 6, 6), (4, 6, 6), (8, 6, 6), (288,), (288,)]
    assert [layer.shape for layer in read.layers] == shapes


def test_sizes_that_follow_from_one_another_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each round of inference makes one more of these sizes known."""
    monkeypatch.setattr("app.nets.reading.shapes.shape_inference.MAX_OPERATORS_INFERRED", 200)

    def chain(length: int) -> str:
        steps = (f"s{n} = Shape (v{n}) a{n} = Abs (s{n}) v{n + 1} = Reshape (v{n}, a{n})" for n in range(length))
        return f"v0 = Relu (x) {' '.join(steps)} y = Flatten (v{length})"

    assert read_graph(parse_network(chain(3), x="float[1, 3, 8, 8]")).layers[-1].shape == (192,)
    with pytest.raises(NetworkError, match="too many times"):
        read_graph(parse_network(chain(20), x="float[1, 3, 8, 8]"))


def test_pools_whose_sizes_are_corrected_one_after_the_other_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.nets.reading.shapes.shape_inference.MAX_OPERATORS_INFERRED", 200)
    pools = (f"v{n + 1} = MaxPool <kernel_shape = [1, 1], strides = [7, 7], ceil_mode = 1, pads = [0, 0, 6, 6]> (x)"
             for n in range(30))  # fmt: skip
    with pytest.raises(NetworkError, match="too many times"):
        read_graph(parse_network(f"{' '.join(pools)} y = Relu (v30)", x="float[1, 3, 8, 8]"))


@pytest.mark.parametrize(("axes", "is_known"), [(7, True), (8, True), (9, False)])
def test_a_value_of_very_many_axes_has_no_known_shape(axes: int, is_known: bool) -> None:
    lengths = ", ".join(["1"] * (axes - 3) + ["3", "8", "8"])
    model = parse_network(f"s = Constant <value_ints = [{lengths}]> ()  y = Reshape (x, s)", x="float[1, 3, 8, 8]")
    assert ("y" in read_operators(model).values) == is_known


@pytest.mark.parametrize(
    ("dims", "kind", "message"),
    [
        ([1 << 20, 1 << 20], TensorProto.FLOAT, None),
        ([(1 << 20) + 1, 1 << 20], TensorProto.FLOAT, "impossible shape"),
        ([1 << 41, 0], TensorProto.FLOAT, "impossible shape"),
        ([0, 1 << 41], TensorProto.FLOAT, None),
        ([-1], TensorProto.FLOAT, "impossible shape"),
        ([2], 99, "unknown type"),
    ],
)
def test_a_stored_tensor_has_a_possible_shape_and_type(dims: list[int], kind: int, message: str | None) -> None:
    model = parse_network("y = Relu (x)")
    tensor = TensorProto(name="w", dims=dims, data_type=kind, data_location=TensorProto.EXTERNAL)
    model.graph.initializer.append(tensor)
    if message is None:
        spec = read_operators(model).values["w"]
        assert (spec.shape, spec.dtype) == (tuple(dims), np.dtype(np.float32))
    else:
        with pytest.raises(NetworkError, match=message):
            read_operators(model)


@pytest.mark.parametrize(("declared", "shape"), [([1, 5], (1, 5)), ([1, "N"], None), ([], ()), (None, None)])
def test_the_shape_of_an_output_that_can_not_be_inferred_is_the_declared_one(
    declared: list[int | str] | None, shape: tuple[int, ...] | None
) -> None:
    model = parse_network("u = Unheard (x)  y = Relu (x)")
    model.graph.output.append(helper.make_tensor_value_info("u", TensorProto.FLOAT, declared))
    model.graph.value_info.append(helper.make_tensor_value_info("y", TensorProto.FLOAT, [9, 9]))
    values = read_operators(model).values
    assert (values["u"].shape if "u" in values else None) == shape
    assert values["y"].shape == (1, 3, 8, 8)


def test_the_padding_of_the_oldest_version_has_another_name() -> None:
    pad = helper.make_node("Pad", ["x"], ["y"], paddings=[0, 0, 1, 2, 0, 0, 3, 4])
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])
    graph = helper.make_graph([pad], "g", [x], [helper.make_empty_tensor_value_info("y")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 1)])
    assert read_operators(model).shape("y") == (1, 3, 12, 14)
