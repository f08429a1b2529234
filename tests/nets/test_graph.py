"""Reading graphs: the published networks of the onnx package, and what is no layer, odd, old or hostile."""

import itertools
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper, parser

from app.errors import NetworkError
from app.nets.graph import Graph, read_graph
from app.nets.taps import expose_outputs

LIGHT = Path(onnx.__file__).parent / "backend/test/data/light"
# Parameters, depth and multiply-accumulates, in thousand millions. The DenseNet and Inception files follow each batch
# normalisation with a Mul and an Add of their own, so DenseNet has 2 x 41,824 more than the published 7,978,856.
PUBLISHED = {
    "bvlc_alexnet": (60_965_224, 8, 0.65),
    "densenet121": (7_978_856 + 2 * 41_824, 121, 2.83),
    "inception_v1": (6_998_552, 22, 1.43),
    "inception_v2": (11_214_888, 34, 2.02),
    "resnet50": (25_557_032, 50, 4.09),
    "shufflenet": (1_393_320, 50, 0.12),
    "squeezenet": (1_235_496, 18, 0.35),
    "vgg19": (143_667_240, 19, 19.63),
    "zfnet512": (87_250_536, 8, 1.48),
}


@cache
def light(name: str) -> tuple[onnx.ModelProto, Graph]:
    model = onnx.load(LIGHT / f"light_{name}.onnx")
    return model, read_graph(model)


def parsed(body: str, opset: int = 17, x: str = "float[N, 3, 8, 8]") -> onnx.ModelProto:
    model = parser.parse_model(
        f'<ir_version: 8, opset_import: ["": {opset}]> g ({x} x) => (float[N, M] y) {{ {body} }}'
    )
    model.graph.output[0].type.tensor_type.ClearField("shape")
    return model


@pytest.mark.parametrize("name", PUBLISHED)
def test_counts_are_the_published_ones(name: str) -> None:
    params, depth, giga_macs = PUBLISHED[name]
    graph = light(name)[1]
    assert (graph.params, graph.depth) == (params, depth)
    assert graph.macs / 1e9 == pytest.approx(giga_macs, abs=0.006)


@pytest.mark.parametrize("name", sorted(set(PUBLISHED) - {"vgg19", "zfnet512", "bvlc_alexnet"}))
def test_every_shape_is_what_onnxruntime_makes(name: str) -> None:
    model, graph = light(name)
    options = ort.SessionOptions()
    options.log_severity_level = 4
    session = ort.InferenceSession(
        expose_outputs(model, [layer.output for layer in graph.layers]).SerializeToString(), options
    )
    outputs = session.run(None, {graph.input.name: np.zeros((1, *graph.input.shape), graph.input.dtype)})
    assert [layer.shape for layer in graph.layers] == [output.shape[1:] for output in outputs]
    assert graph.activation_bytes == sum(output.nbytes for output in outputs)


@pytest.mark.parametrize("name", PUBLISHED)
def test_ids_are_unique_and_safe_and_edges_name_them(name: str) -> None:
    graph = light(name)[1]
    assert len(graph.by_id) == len(graph.layers)
    assert all(re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*", layer) for layer in graph.by_id)
    assert {end for edge in graph.edges for end in edge} == {"input", *graph.by_id}
    assert [layer.id for layer in graph.layers if layer.inputs == ("input",)] == [graph.layers[0].id]


def test_blocks_of_googlenet_and_resnet() -> None:
    blocks = dict.fromkeys(layer.block for layer in light("inception_v1")[1].layers)
    assert [name for name in blocks if name and name.startswith("inc")] == [f"inception_{x}" for x in
            ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")]  # fmt: skip
    inception = [layer.op for layer in light("inception_v1")[1].layers if layer.block == "inception_3a"]
    assert (inception.count("Conv"), inception.count("MaxPool"), inception[-1]) == (6, 1, "Concat")
    residual = [layer for layer in light("resnet50")[1].layers if layer.block]
    assert list(dict.fromkeys(layer.block for layer in residual)) == [f"residual {n}" for n in range(1, 17)]


def test_the_answer_and_its_logits() -> None:
    graph = light("resnet50")[1]
    assert (graph.scores.op, graph.logits.op, graph.logits.shape) == ("Softmax", "Gemm", (1000,))
    graph = light("densenet121")[1]
    assert graph.scores is graph.logits
    assert graph.scores.shape == (1000, 1, 1)
    graph = read_graph(
        parsed("a = GlobalAveragePool (x)  b = Softmax <axis = 1> (a)  c = Flatten (b)  y = Identity (c)")
    )
    assert (graph.scores.op, graph.logits.op) == ("Flatten", "GlobalAveragePool")


def test_only_what_carries_the_picture_is_a_layer() -> None:
    graph = read_graph(
        parsed("""s = Shape (x)  zero = Constant <value_int = 0> ()  n = Gather (s, zero)
        axes = Constant <value_ints = [0]> ()  m = Unsqueeze (n, axes)  rest = Constant <value_ints = [-1]> ()
        to = Concat <axis = 0> (m, rest)  c = Cast <to = 1> (x)  r = Relu (c)  d, mask = Dropout (r)  i = Identity (d)
        f = Reshape (i, to)  k = Constant <value_floats = [1.0, 2.0]> ()  e = Exp (k)  y = Softmax (f)""")
    )
    assert [layer.op for layer in graph.layers] == ["Relu", "Dropout", "Reshape", "Softmax"]
    assert [layer.shape for layer in graph.layers] == [(3, 8, 8), (3, 8, 8), (192,), (192,)]
    assert graph.edges[0] == ("input", graph.layers[0].id)


def test_size_is_given_where_the_file_leaves_it_open() -> None:
    model = parsed("a = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (x)  y = Relu (a)", x="float[N, C, H, W]")
    assert read_graph(model, (10, 12)).layers[0].shape == (3, 5, 6)
    with pytest.raises(NetworkError, match="any size"):
        read_graph(model)
    with pytest.raises(NetworkError, match="8 x 8 pixels, not 12 x 10"):
        read_graph(parsed("y = Relu (x)"), (10, 12))


@pytest.mark.parametrize("settings", ["pads = [1, 1, 1, 1]", "pads = [0, 1, 1, 2]", 'auto_pad = "VALID"', ""])
@pytest.mark.parametrize("op", ["MaxPool", "AveragePool"])
def test_pools_that_round_up_have_the_sizes_that_onnxruntime_gives_them(op: str, settings: str) -> None:
    """For several of these the last window would begin beyond the map."""
    sizes = ", ".join(filter(None, ["kernel_shape = [2, 3], strides = [3, 4], ceil_mode = 1", settings]))
    model = parsed(f"a = {op} <{sizes}> (x)  b = {op} <{sizes}> (a)  y = Relu (b)", x="float[N, C, H, W]")
    for height, width in itertools.product(range(8, 14), repeat=2):
        layers = read_graph(model, (height, width)).layers
        tap = expose_outputs(model, [layer.output for layer in layers])
        session = ort.InferenceSession(tap.SerializeToString(), providers=["CPUExecutionProvider"])
        found = session.run(None, {"x": np.zeros((1, 3, height, width), np.float32)})
        assert [layer.shape for layer in layers] == [array.shape[1:] for array in found]


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


def test_operators_in_any_order_are_sorted() -> None:
    model = parsed("a = Relu (x)  b = Sigmoid (a)  y = Tanh (b)")
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(reversed(nodes))
    assert [layer.op for layer in read_graph(model).layers] == ["Relu", "Sigmoid", "Tanh"]


@pytest.mark.parametrize(
    "model",
    [
        parsed("y = Relu (y)"),
        parsed("a = Add (x, b)  b = Relu (a)  y = Relu (b)"),
        parsed("y = Constant <value_float = 1.0> ()"),
        parsed("y = Identity (x)"),
        parsed("y = Relu (x)", x="float[N, 8, 8, 3]"),
        parsed("y = Relu (x)", x="float[N, 3]"),
        parsed("y = Relu (x)", x="float[N, 3, 8, 8] x2, float[N, 3, 8, 8]"),
        parsed("y = Unheard (x)"),
        parsed("y = MatMul (x, x)", x="float[N, 3, 8, 7]"),
        parsed("s = Constant <value_ints = [4611686018427387904]> ()  k = ConstantOfShape (s)  y = Add (x, k)"),
        parsed("m = NonZero (x)  y = Relu (m)"),
        parsed('a = Relu (x)  y = Concat <axis = "b"> (a, a)'),
    ],
    ids=[
        "itself",
        "cycle",
        "constant",
        "nothing",
        "channels last",
        "no picture",
        "two",
        "unknown",
        "clash",
        "huge",
        "open",
        "setting",
    ],
)
def test_what_is_no_network_of_one_picture_is_refused(model: onnx.ModelProto) -> None:
    with pytest.raises(NetworkError) as caught:
        read_graph(model)
    assert "onnx" not in caught.value.message.lower().replace("onnx file", "")


def test_control_flow_and_functions_are_refused() -> None:
    branch = helper.make_graph([], "b", [], [])
    model = parsed("y = Relu (x)")
    model.graph.node.append(helper.make_node("If", ["c"], ["z"], then_branch=branch, else_branch=branch))
    with pytest.raises(NetworkError, match="branches or loops"):
        read_graph(model)
    model = parsed("y = Relu (x)")
    model.functions.add(name="f", domain="own")
    with pytest.raises(NetworkError, match="functions"):
        read_graph(model)
