"""Types of numbers: values are those of onnxruntime where it has the type, else of the same weights in float32."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from app.errors import NetworkError
from app.nets.layer import Layer
from app.nets.reading.rewriting.number_types import compute_in_float32, convert_to_float32
from tests.nets.reading.references.plain_runs import IMAGE, assert_is_plain, build, opened, plain_run, run, weight

KERNEL = numpy_helper.to_array(weight("w", 4, 3, 3, 3))
BIAS = numpy_helper.to_array(weight("b", 4))


def convolution(kind: int) -> ModelProto:
    """A convolution with a bias, a rectifier and a sum with a constant of the graph, all in this type."""
    dtype = helper.tensor_dtype_to_np_dtype(kind)
    one = numpy_helper.from_array(np.ones(1, dtype), "value")
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["c"], "conv"),
        helper.make_node("Relu", ["c"], ["r"], "relu"),
        helper.make_node("Constant", [], ["one"], value=one),
        helper.make_node("Add", ["r", "one"], ["a"], "sum"),
        helper.make_node("Cast", ["a"], ["half"], to=TensorProto.FLOAT16),
        helper.make_node("Cast", ["half"], ["back"], to=kind),
        helper.make_node("GlobalAveragePool", ["back"], ["y"], "mean"),
    ]
    constants = [numpy_helper.from_array(array.astype(dtype), name) for name, array in (("w", KERNEL), ("b", BIAS))]
    return build(nodes, constants, {"x": (kind, [1, 3, 8, 8])}, opset=22)


@pytest.mark.parametrize("kind", [TensorProto.BFLOAT16, TensorProto.DOUBLE])
def test_a_type_that_onnxruntime_does_not_convolve_is_computed_in_float32(tmp_path: Path, kind: int) -> None:
    network = opened(tmp_path, convolution(kind))
    name = "bfloat16" if kind == TensorProto.BFLOAT16 else "float64"
    assert network.graph.remarks == (
        f"The network computes in {name}. Its values here are computed in float32, from the same weights.",
    )
    model = convolution(TensorProto.FLOAT)
    dtype = helper.tensor_dtype_to_np_dtype(kind)
    for tensor, array in zip(model.graph.initializer, (KERNEL, BIAS), strict=True):
        tensor.CopyFrom(numpy_helper.from_array(array.astype(dtype).astype(np.float32), tensor.name))
    assert_is_plain(network, plain_run(model, {"x": IMAGE[np.newaxis]}))
    np.testing.assert_array_equal(network.weights("conv"), KERNEL.astype(dtype))


def test_what_is_within_a_branch_is_computed_in_float32_too(tmp_path: Path) -> None:
    def branch(name: str, output: str) -> GraphProto:
        nodes = [helper.make_node("Mul", ["c", "two"], ["d"]), helper.make_node(name, ["d"], [output])]
        value = helper.make_tensor_value_info(output, TensorProto.DOUBLE, None)
        return helper.make_graph(nodes, name, [], [value], [numpy_helper.from_array(np.array(2.0), "two")])

    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], "conv"),
        helper.make_node("ReduceMax", ["x"], ["m"], keepdims=0),
        helper.make_node("Cast", ["m"], ["is_not_black"], to=TensorProto.BOOL),
        helper.make_node(
            "If", ["is_not_black"], ["i"], "choice", then_branch=branch("Neg", "n"), else_branch=branch("Relu", "r")
        ),
        helper.make_node("GlobalAveragePool", ["i"], ["y"], "mean"),
    ]
    weights = [numpy_helper.from_array(KERNEL.astype(np.float64), "w")]
    model = build(nodes, weights, {"x": (TensorProto.DOUBLE, [1, 3, 8, 8])}, opset=17)
    network = opened(tmp_path, model)
    layers = run(network).layers
    np.testing.assert_allclose(layers["choice"], -2 * layers["conv"], rtol=1e-6)


def test_float64_in_float32_is_close_to_the_reference(tmp_path: Path) -> None:
    model = convolution(TensorProto.DOUBLE)
    network = opened(tmp_path, model)
    expected: Any = ReferenceEvaluator(model).run(None, {"x": IMAGE[np.newaxis].astype(np.float64)})
    np.testing.assert_allclose(run(network).layers[network.graph.scores.id], expected[0][0], 1e-3, 1e-3)


def test_float16_is_as_onnxruntime_computes_it(tmp_path: Path) -> None:
    model = convolution(TensorProto.FLOAT16)
    network = opened(tmp_path, model)
    assert network.graph.remarks == ()
    assert_is_plain(network, plain_run(model, {"x": IMAGE[np.newaxis].astype(np.float16)}), 1e-3)


def quantised(kind: int, size: float) -> ModelProto:
    """The image quantised, dequantised and convolved with quantised weights; `size` is that of the largest number."""
    dtype = helper.tensor_dtype_to_np_dtype(kind)
    scale = np.float32(np.abs(KERNEL).max() / size)
    zero = numpy_helper.from_array(np.zeros((), dtype), "zero")
    stored = numpy_helper.from_array((KERNEL / scale).astype(np.float32).round().astype(dtype), "w")
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "step", "zero"], ["q"], "quantised"),
        helper.make_node("DequantizeLinear", ["q", "step", "zero"], ["d"], "dequantised"),
        helper.make_node("DequantizeLinear", ["w", "scale"], ["weights"], "weights"),
        helper.make_node("Conv", ["d", "weights"], ["y"], "conv"),
    ]
    steps = [numpy_helper.from_array(np.array(number, np.float32), name) for name, number in
             (("scale", scale), ("step", 2 / size))]  # fmt: skip
    return build(nodes, [stored, zero, *steps], {"x": (TensorProto.FLOAT, [1, 3, 8, 8])}, opset=21)


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        (TensorProto.FLOAT8E4M3FN, 100),
        (TensorProto.FLOAT8E5M2, 100),
        (TensorProto.INT4, 7),
        (TensorProto.UINT4, 15),
        (TensorProto.INT8, 127),
        (TensorProto.UINT16, 1000),
    ],
)
def test_quantised_layers_and_weights_have_the_real_numbers(tmp_path: Path, kind: int, size: float) -> None:
    model = quantised(kind, size)
    network = opened(tmp_path, model)
    layers: dict[str, Layer] = {layer.name: layer for layer in network.graph.layers}
    assert layers.keys() == {"quantised", "dequantised", "conv"}
    assert network.graph.remarks == ()
    values = run(network).layers
    dtype = helper.tensor_dtype_to_np_dtype(kind)
    limits = (0, 15) if kind == TensorProto.UINT4 else (-8, 7) if kind == TensorProto.INT4 else (-1e6, 1e6)
    numbers = IMAGE / np.float32(2 / size)
    if "float" not in dtype.name:
        limits = limits if "4" in dtype.name else (np.iinfo(dtype).min, np.iinfo(dtype).max)
        numbers = np.rint(numbers).clip(*limits)
    expected = numbers.astype(dtype).astype(np.float32) * np.float32(2 / size)
    np.testing.assert_array_equal(values[layers["quantised"].id], expected)
    np.testing.assert_array_equal(values[layers["dequantised"].id], expected)
    stored = numpy_helper.to_array(model.graph.initializer[0]).astype(np.float32)
    scale = numpy_helper.to_array(next(each for each in model.graph.initializer if each.name == "scale"))
    np.testing.assert_allclose(network.weights(layers["conv"].id), stored * scale, 1e-6)
    plain = model.__deepcopy__()
    del plain.graph.node[:3]
    plain.graph.initializer[0].CopyFrom(numpy_helper.from_array(stored * scale, "weights"))
    plain.graph.node[0].input[0] = "x"
    convolved = plain_run(plain, {"x": expected[np.newaxis]})["y"]
    np.testing.assert_allclose(values[layers["conv"].id], convolved[0], 1e-3, 1e-3)


def test_a_constant_in_another_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """onnx would read it from the folder that the server works in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.bin").write_bytes(bytes(2))
    model = convolution(TensorProto.BFLOAT16)
    constant = model.graph.node[2].attribute[0].t
    constant.ClearField("raw_data")
    constant.data_location = TensorProto.EXTERNAL
    constant.external_data.add(key="location", value="secret.bin")
    with pytest.raises(NetworkError, match="not in its file"):
        compute_in_float32(model)


def of_nodes(*nodes: NodeProto, kind: int = TensorProto.FLOAT, **weights: int) -> ModelProto:
    """A network of these operators on an image of a type, with a constant of a type for each name."""
    constants = [numpy_helper.from_array(KERNEL.astype(helper.tensor_dtype_to_np_dtype(each)), name)
                 for name, each in weights.items()]  # fmt: skip
    return build(nodes, constants, {"x": (kind, [1, 3, 8, 8])}, opset=22)


CAST = helper.make_node("Cast", ["x"], ["y"], to=TensorProto.BFLOAT16)
CONV = helper.make_node("Conv", ["x", "w"], ["y"])


@pytest.mark.parametrize(
    ("model", "types"),
    [
        (of_nodes(CAST), "bfloat16"),
        (of_nodes(helper.make_node("RandomNormal", [], ["y"], shape=[1], dtype=TensorProto.BFLOAT16)), "bfloat16"),
        (of_nodes(helper.make_node("Relu", ["x"], ["y"]), w=TensorProto.BFLOAT16), "bfloat16"),
        (of_nodes(helper.make_node("Relu", ["x"], ["y"]), kind=TensorProto.BFLOAT16), "bfloat16"),
        (of_nodes(CONV, w=TensorProto.DOUBLE), "float64"),
        (of_nodes(CONV, w=TensorProto.DOUBLE, v=TensorProto.BFLOAT16), "bfloat16, float64"),
        (of_nodes(CONV, kind=TensorProto.DOUBLE, w=TensorProto.BFLOAT16), "bfloat16"),
        (of_nodes(CONV, v=TensorProto.DOUBLE, w=TensorProto.FLOAT), ""),
        (of_nodes(helper.make_node("Add", ["x", "w"], ["y"]), kind=TensorProto.DOUBLE, w=TensorProto.DOUBLE), ""),
        (of_nodes(helper.make_node("Concat", ["x"], ["y"], axis=TensorProto.BFLOAT16)), ""),
        (of_nodes(CONV, kind=TensorProto.FLOAT16, w=TensorProto.FLOAT16), ""),
    ],
)
def test_which_types_are_computed_in_float32(model: ModelProto, types: str) -> None:
    said = f"The network computes in {types}. Its values here are computed in float32, from the same weights."
    assert compute_in_float32(model) == ((said,) if types else ())


def test_all_that_names_a_type_names_the_other_also_within_a_branch() -> None:
    number = numpy_helper.from_array(np.array(2.0), "two")
    inside = [
        helper.make_node("Constant", [], ["k"], value=number),
        helper.make_node("Cast", ["x"], ["d"], to=TensorProto.DOUBLE),
        helper.make_node("Cast", ["x"], ["h"], to=TensorProto.FLOAT16),
        helper.make_node("Sum", ["d", "k", "w", "two"], ["s"]),
    ]
    value = helper.make_tensor_value_info("s", TensorProto.DOUBLE, None)
    branch = helper.make_graph(inside, "branch", [], [value], [number])
    node = helper.make_node("If", ["yes"], ["y"], then_branch=branch, else_branch=branch)
    model = of_nodes(node, w=TensorProto.DOUBLE)
    model.graph.value_info.append(helper.make_tensor_value_info("y", TensorProto.DOUBLE, None))
    assert convert_to_float32(model, {TensorProto.DOUBLE}) == {"w": "w as float32"}
    cast, changed = model.graph.node
    assert (cast.op_type, list(cast.input), list(cast.output)) == ("Cast", ["w"], ["w as float32"])
    assert model.graph.initializer[0].data_type == TensorProto.DOUBLE
    assert model.graph.value_info[0].type.tensor_type.elem_type == TensorProto.FLOAT
    for attribute in changed.attribute:
        graph = attribute.g
        constant, double, half, total = graph.node
        assert numpy_helper.to_array(constant.attribute[0].t) == np.float32(2)
        assert constant.attribute[0].t.data_type == graph.initializer[0].data_type == TensorProto.FLOAT
        assert (double.attribute[0].i, half.attribute[0].i) == (TensorProto.FLOAT, TensorProto.FLOAT16)
        assert list(total.input) == ["d", "k", "w as float32", "two"]
        assert graph.output[0].type.tensor_type.elem_type == TensorProto.FLOAT
