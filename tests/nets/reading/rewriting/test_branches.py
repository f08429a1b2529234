"""Control flow: a branch on a known condition is its operators, any other control flow is one layer."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import GraphProto, ModelProto, TensorProto, helper, numpy_helper

from app.nets.reading.rewriting.branches import conditions_of, take_branches
from app.nets.subgraph import subgraph_from
from tests.nets.reading.references.plain_runs import IMAGE, assert_is_plain, build, opened, plain_run, weight

X = {"x": (TensorProto.FLOAT, [1, 3, 8, 8])}
FEEDS = {"x": IMAGE[np.newaxis]}


def branch(name: str, nodes: list[onnx.NodeProto], output: str, *constants: TensorProto) -> GraphProto:
    return helper.make_graph(nodes, name, [], [helper.make_empty_tensor_value_info(output)], constants)


def deciding(is_stored: bool) -> ModelProto:
    """A convolution that a branch doubles and the other turns round, on a constant or on the mean of the image."""
    double = branch("double", [helper.make_node("Mul", ["c", "two"], ["d"])], "d", numpy_helper.from_array(TWO, "two"))
    turn = branch("turn", [helper.make_node("Neg", ["c"], ["n"])], "n")
    condition = [
        helper.make_node("ReduceMean", ["x"], ["m"], keepdims=0),
        helper.make_node("Less", ["m", "limit"], ["is_low"]),
    ]
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], "conv"),
        *([] if is_stored else condition),
        helper.make_node("If", ["is_low"], ["i"], "choice", then_branch=double, else_branch=turn),
        helper.make_node("Relu", ["i"], ["y"], "relu"),
    ]
    stored = numpy_helper.from_array(np.array(True), "is_low")
    limit = numpy_helper.from_array(np.array(1e3, np.float32), "limit")
    return build(nodes, [weight("w", 4, 3, 3, 3), stored if is_stored else limit], X)


TWO = np.array(2, np.float32)


def test_a_branch_on_a_stored_condition_is_its_operators(tmp_path: Path) -> None:
    model = deciding(is_stored=True)
    network = opened(tmp_path, model)
    values = plain_run(model, FEEDS)
    assert [layer.op for layer in network.graph.layers] == ["Conv", "Mul", "Relu"]
    assert network.graph.remarks == ()
    assert_is_plain(network, values)


def test_a_branch_on_the_image_is_one_layer_and_a_remark_says_so(tmp_path: Path) -> None:
    model = deciding(is_stored=False)
    network = opened(tmp_path, model)
    layers = {layer.name: layer for layer in network.graph.layers}
    assert layers["choice"].op == "If"
    assert layers["conv"].id in layers["choice"].inputs
    assert layers["choice"].shape == (4, 6, 6)
    assert network.graph.remarks == (
        "The layers within If choice are not shown: they run on a condition or repeatedly.",
    )
    assert_is_plain(network, plain_run(model, FEEDS))


def looping(kind: str) -> ModelProto:
    """Five times the mean of a value and its rectified half, or the sum of the rows so far."""
    value = helper.make_tensor_value_info("h", TensorProto.FLOAT, [1, 3, 8, 8])
    if kind == "Loop":
        flags = [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
        ]
        nodes = [
            helper.make_node("Mul", ["h", "half"], ["part"]),
            helper.make_node("Add", ["part", "r"], ["next"]),
            helper.make_node("Identity", ["go"], ["on"]),
        ]
        outputs = [
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next", TensorProto.FLOAT, [1, 3, 8, 8]),
        ]
        body = helper.make_graph(nodes, "body", [*flags, value], outputs)
        call = helper.make_node("Loop", ["times", "", "x"], ["l"], "loop", body=body)
    else:
        row = helper.make_tensor_value_info("row", TensorProto.FLOAT, [3, 8, 8])
        start = helper.make_tensor_value_info("sum", TensorProto.FLOAT, [3, 8, 8])
        nodes = [helper.make_node("Add", ["sum", "row"], ["total"]), helper.make_node("Identity", ["total"], ["each"])]
        outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [3, 8, 8]) for name in ("total", "each")]
        body = helper.make_graph(nodes, "body", [start, row], outputs)
        call = helper.make_node("Scan", ["zeros", "x"], ["last", "l"], "scan", body=body, num_scan_inputs=1)
    constants = [
        numpy_helper.from_array(np.array(5), "times"),
        numpy_helper.from_array(np.array(0.5, np.float32), "half"),
        numpy_helper.from_array(np.zeros((3, 8, 8), np.float32), "zeros"),
    ]
    nodes = [helper.make_node("Relu", ["x"], ["r"], "relu"), call, helper.make_node("Tanh", ["l"], ["y"], "tanh")]
    return build(nodes, constants, X)


@pytest.mark.parametrize("kind", ["Loop", "Scan"])
def test_a_loop_is_one_layer_with_the_values_of_its_end(tmp_path: Path, kind: str) -> None:
    model = looping(kind)
    network = opened(tmp_path, model)
    layers = [layer.op for layer in network.graph.layers]
    assert layers == ["Relu", kind, "Tanh"]
    assert kind in network.graph.remarks[0]
    assert_is_plain(network, plain_run(model, FEEDS))


def test_an_output_that_a_branch_only_passes_on_is_that_value() -> None:
    twice = helper.make_graph(
        [helper.make_node("Identity", ["c"], ["d"])], "twice", [], [helper.make_empty_tensor_value_info("d")] * 2
    )
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], "conv"),
        helper.make_node("If", ["yes"], ["a", "b"], "choice", then_branch=twice, else_branch=twice),
        helper.make_node("Add", ["a", "b"], ["y"], "sum"),
    ]
    model = build(nodes, [weight("w", 4, 3, 3, 3)], X)
    assert take_branches(model.graph, {"yes": True})
    assert [node.op_type for node in model.graph.node] == ["Conv", "Identity", "Identity", "Add"]
    values = plain_run(model, FEEDS)
    np.testing.assert_array_equal(values["y"], 2 * values["c"])


def test_all_that_a_branch_gives_is_the_same_without_it() -> None:
    """A value that it computes, a constant of it, and the first again."""
    nodes = [helper.make_node("Neg", ["c"], ["n"], "minus"), helper.make_node("Mul", ["n", "two"], ["m"])]
    given = [helper.make_empty_tensor_value_info(name) for name in ("m", "two", "m")]
    many = helper.make_graph(nodes, "many", [], given, [numpy_helper.from_array(TWO, "two")])
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], "conv"),
        helper.make_node("If", ["yes"], ["p", "q", "r"], then_branch=many, else_branch=many),
        helper.make_node("Sum", ["p", "q", "r"], ["y"], "sum"),
    ]
    model = build(nodes, [weight("w", 4, 3, 3, 3), numpy_helper.from_array(np.array(True), "yes")], X)
    assert not take_branches(model.graph, {"no": True})
    assert [node.op_type for node in model.graph.node] == ["Conv", "If", "Sum"]
    assert take_branches(model.graph, {"yes": True})
    values = plain_run(model, FEEDS)
    np.testing.assert_array_equal(values["p"], -2 * values["c"])
    np.testing.assert_array_equal(values["q"], TWO)
    np.testing.assert_array_equal(values["r"], values["p"])
    assert [node.name for node in model.graph.node if node.op_type in ("Neg", "Mul")] == ["p/minus", ""]
    assert {"p/n", "p/two"} <= {value for node in model.graph.node for value in (*node.input, *node.output)}


def test_an_operator_without_a_condition_is_left() -> None:
    graph = helper.make_graph([helper.make_node("If", [], ["y"]), helper.make_node("Not", ["yes"], ["n"])], "g", [], [])
    assert conditions_of(graph) == set()
    assert not take_branches(graph, {"yes": True})
    assert [node.op_type for node in graph.node] == ["If", "Not"]


def test_a_branch_on_a_shape_is_decided_for_the_size_of_the_images(tmp_path: Path) -> None:
    """As PyTorch exports `squeeze`, which depends on whether an axis has the length 1."""
    squeeze = branch("squeeze", [helper.make_node("Squeeze", ["g", "axis"], ["s"])], "s")
    keep = branch("keep", [helper.make_node("Relu", ["g"], ["k"])], "k")
    nodes = [
        helper.make_node("AveragePool", ["x"], ["g"], "pool", kernel_shape=[8, 4], strides=[8, 4]),
        helper.make_node("Shape", ["g"], ["shape"]),
        helper.make_node("Gather", ["shape", "last"], ["length"]),
        helper.make_node("Equal", ["length", "one"], ["is_one"]),
        helper.make_node("If", ["is_one"], ["i"], "choice", then_branch=squeeze, else_branch=keep),
        helper.make_node("Tanh", ["i"], ["y"], "tanh"),
    ]
    numbers = {"last": np.array(3), "one": np.array(1), "axis": np.array([3])}
    constants = [numpy_helper.from_array(array, name) for name, array in numbers.items()]
    model = build(nodes, constants, {"x": (TensorProto.FLOAT, [1, 3, 8, "W"])})
    network = opened(tmp_path, model)
    assert [(layer.op, layer.shape) for layer in network.graph.layers] == [
        ("AveragePool", (3, 1, 2)), ("Relu", (3, 1, 2)), ("Tanh", (3, 1, 2)),
    ]  # fmt: skip
    assert_is_plain(network, plain_run(model, FEEDS))
    assert [layer.op for layer in network.graph_for((8, 4)).layers] == ["AveragePool", "Squeeze", "Tanh"]


def test_a_part_of_the_network_has_what_only_a_graph_within_an_operator_reads(tmp_path: Path) -> None:
    """The loop adds the rectified image, which is no input of it."""
    model = looping("Loop")
    network = opened(tmp_path, model)
    values = plain_run(model, FEEDS)
    part = subgraph_from(network.model, "x", "r", ["y"])
    assert [node.op_type for node in part.model.graph.node] == ["Loop", "Tanh"]
    assert part.side_inputs == ("x",)
    del part.model.graph.output[:]
    part.model.graph.output.append(helper.make_empty_tensor_value_info("y"))
    feeds = {"r": values["r"], **FEEDS}
    np.testing.assert_array_equal(plain_run(part.model, feeds)["y"], values["y"])
