"""Layers are the operators that depend on the input; those whose output has no size before a run are only named."""

from pathlib import Path

import numpy as np
import pytest
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from app.errors import NetworkError
from app.nets.graph import read_graph
from tests.nets.onnx_text import parse_network
from tests.nets.reading.references.brute_force import HEIGHT, WIDTH, changes, covers, surroundings
from tests.nets.reading.references.brute_force import network as of_places
from tests.nets.reading.references.plain_runs import IMAGE, assert_is_plain, build, opened, plain_run, weight

FEEDS = {"x": IMAGE[np.newaxis]}
X = {"x": (TensorProto.FLOAT, [1, 3, 8, 8])}


def network(*end: NodeProto) -> ModelProto:
    """A convolution, what `end` makes of its output `c`, and the constants that it may read."""
    first = helper.make_node("Conv", ["x", "w"], ["c"], "conv")
    numbers = {"rows": [-1, 4], "flat": [1, -1], "limit": [100], "overlap": [0.5], "one": [1]}
    constants = [
        numpy_helper.from_array(np.array(value, np.float32 if name == "overlap" else np.int64), name)
        for name, value in numbers.items()
    ]
    read = {value for node in end for value in node.input}
    return build([first, *end], [weight("w", 4, 3, 3, 3), *(each for each in constants if each.name in read)], X)


def detector() -> ModelProto:
    """As detectors end: the boxes that overlap too much are left out, the others looked up."""
    return network(
        helper.make_node("Relu", ["c"], ["r"], "relu"),
        helper.make_node("Transpose", ["r"], ["t"], "moved", perm=[0, 2, 3, 1]),
        helper.make_node("Reshape", ["t", "rows"], ["b"], "boxes"),
        helper.make_node("Unsqueeze", ["b", "axis"], ["boxes"], "batch"),
        helper.make_node("ReduceMax", ["boxes"], ["m"], "best", axes=[2], keepdims=0),
        helper.make_node("Unsqueeze", ["m", "one"], ["scores"], "classes"),
        helper.make_node("NonMaxSuppression", ["boxes", "scores", "limit", "overlap"], ["selected"], "nms"),
        helper.make_node("Gather", ["selected", "column"], ["index"], "index", axis=1),
        helper.make_node("Gather", ["boxes", "index"], ["y"], "chosen", axis=1),
    )


def test_a_detector_opens_up_to_the_boxes_that_it_leaves_out(tmp_path: Path) -> None:
    model = detector()
    for name, value in (("axis", [0]), ("column", 2)):
        model.graph.initializer.append(numpy_helper.from_array(np.array(value), name))
    opened_network = opened(tmp_path, model)
    graph = opened_network.graph
    assert [layer.name for layer in graph.layers][-1] == "classes"
    assert graph.remarks == (
        "Not shown, as their size depends on the image or they give no numbers: "
        "NonMaxSuppression nms, Gather index, Gather chosen.",
    )
    assert graph.head.kind == "vector"
    assert graph.scores.name == "classes"
    assert graph.outputs == ()
    assert_is_plain(opened_network, plain_run(model, FEEDS))


def test_what_is_computed_after_it_has_a_size_again(tmp_path: Path) -> None:
    model = network(
        helper.make_node("NonZero", ["c"], ["places"], "places"),
        helper.make_node("Cast", ["places"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["numbers"], ["mean"], "mean", axes=[1], keepdims=1),
        helper.make_node("ReduceMax", ["c"], ["m"], "best", keepdims=0),
        helper.make_node("Add", ["mean", "m"], ["y"], "sum"),
    )
    opened_network = opened(tmp_path, model)
    layers = {layer.name: layer for layer in opened_network.graph.layers}
    assert layers.keys() == {"conv", "mean", "best", "sum"}
    assert layers["mean"].inputs == (layers["conv"].id,)
    assert layers["mean"].shape == (4, 1)
    assert_is_plain(opened_network, plain_run(model, FEEDS))


def test_a_table_of_labels_and_texts_are_no_layers(tmp_path: Path) -> None:
    model = network(
        helper.make_node("ReduceMean", ["c"], ["m"], "mean", axes=[2, 3], keepdims=0),
        helper.make_node("Softmax", ["m"], ["p"], "softmax"),
        helper.make_node("ZipMap", ["p"], ["y"], "table", domain="ai.onnx.ml", classlabels_int64s=[0, 1, 2, 3]),
    )
    kind = helper.make_map_type_proto(TensorProto.INT64, helper.make_tensor_type_proto(TensorProto.FLOAT, []))
    model.graph.output[0].type.CopyFrom(helper.make_sequence_type_proto(kind))
    opened_network = opened(tmp_path, model)
    assert [layer.name for layer in opened_network.graph.layers] == ["conv", "mean", "softmax"]
    assert "ZipMap table" in opened_network.graph.remarks[0]
    assert opened_network.graph.scores.name == "softmax"
    plain = ModelProto.FromString(model.SerializeToString())
    del plain.graph.node[-1]
    plain.graph.output[0].CopyFrom(helper.make_empty_tensor_value_info("p"))
    assert_is_plain(opened_network, plain_run(plain, FEEDS))


def test_sizes_that_do_not_go_together_are_an_error_that_names_the_operator(tmp_path: Path) -> None:
    """As in a recogniser of text for images of one height, whose file leaves the height open."""
    nodes = [
        helper.make_node("AveragePool", ["x"], ["p"], "pool", kernel_shape=[8, 1], strides=[8, 1]),
        helper.make_node("AveragePool", ["x"], ["q"], "other", kernel_shape=[4, 1], strides=[8, 1]),
        helper.make_node("Concat", ["p", "q"], ["y"], "join", axis=1),
    ]
    model = build(nodes, [], {"x": (TensorProto.FLOAT, ["N", 3, "H", "W"])})
    assert read_graph(model, (8, 8)).scores.shape == (6, 1, 8)
    with pytest.raises(NetworkError, match="do not fit images of 6 x 12 pixels: the sizes at Concat join"):
        read_graph(model, (12, 6))


def test_a_reshape_to_another_number_of_entries_is_an_error_that_names_it(tmp_path: Path) -> None:
    """As PyTorch exports a network for one size that it says is open."""
    model = build(
        [helper.make_node("Reshape", ["x", "shape"], ["y"], "rows")],
        [numpy_helper.from_array(np.array([1, 3, 64]), "shape")],
        {"x": (TensorProto.FLOAT, ["N", 3, "H", "W"])},
    )
    assert read_graph(model, (8, 8)).scores.shape == (3, 64)
    with pytest.raises(NetworkError, match="images of 9 x 8 pixels: the sizes at Reshape rows"):
        read_graph(model, (8, 9))


def test_only_operators_that_depend_on_the_input_are_layers() -> None:
    graph = read_graph(
        parse_network("""s = Shape (x)  zero = Constant <value_int = 0> ()  n = Gather (s, zero)
        axes = Constant <value_ints = [0]> ()  m = Unsqueeze (n, axes)  rest = Constant <value_ints = [-1]> ()
        to = Concat <axis = 0> (m, rest)  c = Cast <to = 1> (x)  r = Relu (c)  d, mask = Dropout (r)  i = Identity (d)
        f = Reshape (i, to)  k = Constant <value_floats = [1.0, 2.0]> ()  e = Exp (k)  y = Softmax (f)""")
    )
    assert [layer.op for layer in graph.layers] == ["Relu", "Dropout", "Reshape", "Softmax"]
    assert [layer.shape for layer in graph.layers] == [(3, 8, 8), (3, 8, 8), (192,), (192,)]
    assert graph.edges[0] == ("input", graph.layers[0].id)


@pytest.mark.parametrize("op", ["Conv", "ConvTranspose"])
def test_a_kernel_whose_size_the_file_leaves_to_its_weight_has_one(op: str) -> None:
    weight = "k = Constant <value = float[3, 3, 2, 5] {" + ", ".join(["0"] * 90) + "}> ()  "
    stated, left_out = (
        read_graph(parse_network(f"{weight} y = {op} <{attributes}> (x, k)")).layers[0].attributes["kernel_shape"]
        for attributes in ("group = 1, kernel_shape = [2, 5]", "group = 1")
    )
    assert list(stated) == list(left_out) == [2, 5]


LAST = f"""t = Transpose <perm = [0, 2, 3, 1]> (x)  one = Constant <value_floats = [1.0, 1.0]> ()
    sr = Constant <value_ints = [{WIDTH}, 2]> ()  row = ConstantOfShape <value = float[1] {{1.0}}> (sr)
    sm = Constant <value_ints = [2, 2]> ()  mix = ConstantOfShape <value = float[1] {{0.5}}> (sm)
    sw = Constant <value_ints = [{WIDTH}, {WIDTH}]> ()  wide = ConstantOfShape <value = float[1] {{0.5}}> (sw)
    zero = Constant <value_ints = [0]> ()  rows = Constant <value_ints = [5, 8]> ()"""
PLACE, WHOLE = (1, 1), (HEIGHT, WIDTH)


@pytest.mark.parametrize(
    ("body", "size"),
    [
        ("y = Relu (t)", PLACE),
        ("y = Add (t, t)", PLACE),
        ("y = Add (t, one)", PLACE),
        ("m = ReduceMean <axes = [1]> (t)  y = Add (t, m)", WHOLE),
        ("m = ReduceMean <axes = [3]> (t)  y = Mul (t, m)", WHOLE),
        ("y = Softmax <axis = 3> (t)", WHOLE),
        ("y = Concat <axis = 3> (t, t)", WHOLE),
        ("y = LayerNormalization (t, one)", PLACE),
        ("y = LayerNormalization <axis = 3> (t, one)", PLACE),
        ("y = LayerNormalization <axis = 2> (t, row)", WHOLE),
        ("y = MatMul (t, mix)", PLACE),
        ("y = MatMul (wide, t)", WHOLE),
        ("c = Gemm (mix, mix)  y = MatMul (t, c)", PLACE),
        ("b = Transpose <perm = [0, 1, 3, 2]> (t)  p = MatMul (t, b)  y = MatMul (p, t)", WHOLE),
        ("r = Relu (t)  y = Transpose <perm = [0, 3, 1, 2]> (r)", PLACE),
        ("r = Relu (t)  b = Transpose <perm = [0, 3, 1, 2]> (r)  y = Conv (b, k3)", (3, 3)),
        ("y = Transpose <perm = [0, 2, 1, 3]> (t)", WHOLE),
        ("a, b = Split <axis = 2> (x, rows)  y = MaxPool <kernel_shape = [2, 3]> (a)", (HEIGHT, 3)),
        ("a, b = Split <axis = 2> (x, rows)  y = MaxPool <kernel_shape = [2, 3]> (b)", (HEIGHT, 3)),
        ("a, b = Split <axis = 2> (x, rows)  i = Identity (b)  y = Relu (i)", (HEIGHT, 1)),
        ("a, b = Split <axis = 1> (x)  y = Relu (b)", PLACE),
        ("a, b = Split <axis = 1> (t, rows)  y = Relu (b)", (HEIGHT, 1)),
    ],
)
def test_which_part_of_the_map_a_layer_reads_wherever_its_channels_are(body: str, size: tuple[int, int]) -> None:
    model = of_places(f"{LAST}  {body}")
    graph = read_graph(model)
    layer = graph.layers[-1]
    assert layer.receptive_field.size == size
    places = layer.map_size if layer.moves_over_input else (1, 1)
    if layer.axes == ("channel", "height", "width"):
        cells = changes(model, graph)[layer.id]
        for y, x in np.ndindex(*places):
            assert covers(graph.box(layer.id, y, x), surroundings(cells[:, y, x])), f"({y}, {x})"
