"""Operators: their order, and how many there may be."""

from typing import Any

import numpy as np
import pytest
from onnx import NodeProto, TensorProto, helper, numpy_helper

from app.errors import NetworkError
from app.nets.graph import read_graph
from app.nets.reading.operators import MAX_LISTED, MAX_OUTPUTS, read_operators, sort_nodes
from app.nets.reading.rewriting.nested_graphs import MAX_OPERATORS
from tests.nets.onnx_text import parse_network


def test_operators_in_any_order_are_sorted() -> None:
    model = parse_network("a = Relu (x)  b = Sigmoid (a)  y = Tanh (b)")
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(reversed(nodes))
    assert [operator.op for operator in read_operators(model).operators] == ["Relu", "Sigmoid", "Tanh"]


def test_a_network_of_too_many_operators_is_refused_also_where_they_are_within_another() -> None:
    nodes = [helper.make_node("Relu", ["x"], [f"r{number}"]) for number in range(MAX_OPERATORS)]
    branch = helper.make_graph(nodes, "branch", [], [])
    model = parse_network("y = Relu (x)")
    model.graph.node.append(helper.make_node("If", ["c"], ["z"], then_branch=branch, else_branch=branch))
    with pytest.raises(NetworkError, match="more than 20,000 operators"):
        read_operators(model)


def test_a_network_without_an_output_is_refused() -> None:
    model = parse_network("y = Relu (x)")
    del model.graph.output[:]
    with pytest.raises(NetworkError, match="has no output"):
        read_operators(model)


def test_an_unknown_shape_is_an_error_that_names_the_value() -> None:
    with pytest.raises(NetworkError, match="does not determine") as unknown:
        read_operators(parse_network("y = Relu (x)")).shape("z")
    assert unknown.value.details == {"value": "z"}


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_an_axis_that_is_a_single_number_is_a_list_of_one(axis: int) -> None:
    model = parse_network(f"a = Constant <value = int64 {{{axis}}}> ()  u = Unsqueeze (x, a)  y = Relu (u)")
    graph = read_graph(model)
    assert graph.layers[0].attributes["axes"] == [axis]
    assert 1 in graph.layers[0].shape


def test_attributes_are_what_json_has_and_short() -> None:
    attributes: dict[str, Any] = {
        "ints": [1] * MAX_LISTED, "many": [1] * (MAX_LISTED + 1), "endless": float("inf"), "text": "SAME",
        "bytes": b"\xff", "number": 1.5, "one": [1.5, float("nan")], "floats": [1.5, 2.0], "texts": ["a", "b"],
        "tensor": helper.make_tensor("t", TensorProto.FLOAT, [1], [1]),
    }  # fmt: skip
    model = parse_network("y = Relu (x)")
    model.graph.node.append(helper.make_node("Own", ["x"], ["z"], "own", **attributes))
    operator = read_operators(model).operators[-1]
    assert (operator.op, operator.name, operator.inputs, operator.outputs) == ("Own", "own", ("x",), ("z",))
    assert operator.attributes == {
        "ints": [1] * MAX_LISTED, "text": "SAME", "bytes": "\ufffd", "number": 1.5, "floats": [1.5, 2.0],
    }  # fmt: skip


@pytest.mark.parametrize(("count", "is_listed"), [(1, True), (MAX_LISTED, True), (MAX_LISTED + 1, False)])
@pytest.mark.parametrize("is_node", [False, True])
def test_a_short_constant_input_is_an_attribute(count: int, is_listed: bool, is_node: bool) -> None:
    names = ", ".join(f"p{number}" for number in range(count))
    model = parse_network(f"{names} = Split <axis = 1> (x, parts)  y = Relu (p0)", x=f"float[1, {count}, 8, 8]")
    parts = numpy_helper.from_array(np.ones(count, np.int64), "parts")
    if is_node:
        model.graph.node.insert(0, helper.make_node("Constant", [], ["parts"], value=parts))
    else:
        model.graph.initializer.append(parts)
    split = next(each for each in read_operators(model).operators if each.op == "Split")
    assert split.attributes == {"axis": 1} | ({"split": [1] * count} if is_listed else {})
    assert split.computes("split") == (not is_listed)
    assert not split.computes("axis")


@pytest.mark.parametrize("fill", ["-inf", "0.5"])
def test_what_a_pad_fills_with_may_be_endless(fill: str) -> None:
    model = parse_network("y = Pad (x, pads, fill)")
    model.graph.initializer.extend(
        [
            numpy_helper.from_array(np.array([0, 0, 1, 1] * 2), "pads"),
            numpy_helper.from_array(np.array(float(fill), np.float32), "fill"),
        ]
    )
    (pad,) = read_operators(model).operators
    assert pad.attributes == {"pads": [0, 0, 1, 1] * 2, "value": float(fill)}


def test_an_input_that_a_run_computes_is_no_attribute() -> None:
    body = "s = Shape (x)  two = Constant <value_ints = [2]> ()  i = ArgMax <axis = 0> (v)  y = Slice (x, two, i, two)"
    model = parse_network(f"v = ReduceMean <axes = [1, 2, 3], keepdims = 0> (x)  {body}")
    graph = read_operators(model, (8, 8))
    operator = graph.operators[-1]
    assert operator.attributes == {"starts": [2], "axes": [2]}
    assert [name for name in ("starts", "ends", "axes", "steps") if operator.computes(name)] == ["ends"]
    assert graph.input_dependent == {"x", "v", "i", "y"}


def test_values_that_are_no_numbers_or_empty_have_no_size() -> None:
    model = parse_network("t = Cast <to = 8> (x)  none = Slice (x, zero, zero)  h = Cast <to = 16> (x)  y = Relu (x)")
    model.graph.initializer.append(numpy_helper.from_array(np.array([0]), "zero"))
    graph = read_operators(model)
    assert {name: graph.is_sized(name) for name in ("x", "y", "h", "t", "none", "unknown")} == {
        **dict.fromkeys(("x", "y", "h"), True),
        **dict.fromkeys(("t", "none", "unknown"), False),
    }
    assert graph.narrow_values == {"h"}


def test_outputs_come_once_and_are_not_too_many() -> None:
    model = parse_network("y = Relu (x)")
    model.graph.node.extend(helper.make_node("Relu", ["x"], [f"r{number}"]) for number in range(MAX_OUTPUTS))
    names = ["y", *(f"r{number}" for number in range(MAX_OUTPUTS))]
    model.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    graph = read_operators(model)
    assert list(graph.outputs) == names[:MAX_OUTPUTS]
    assert (graph.input, graph.output, graph.opset) == ("x", "y", 17)


def relu(value: str, output: str) -> NodeProto:
    return helper.make_node("Relu", [value], [output])


@pytest.mark.parametrize(
    "nodes",
    [
        [relu("y", "y")],
        [relu("x", "a"), relu("y", "y")],
        [relu("b", "a"), relu("a", "b")],
        [relu("c", "y"), relu("b", "a"), relu("a", "b")],
    ],
)
def test_an_operator_that_depends_on_its_own_output_has_no_place(nodes: list[NodeProto]) -> None:
    with pytest.raises(NetworkError, match="depends on its own output"):
        sort_nodes(helper.make_graph(nodes, "g", [], []))


@pytest.mark.parametrize("seed", range(6))
def test_sorted_operators_come_after_what_they_read(seed: int) -> None:
    chance = np.random.default_rng(seed)
    nodes = [helper.make_node("Relu", ["x"], ["v0", ""])]
    for number in range(1, 12):
        read = [f"v{each}" for each in chance.choice(number, size=min(2, number), replace=False)]
        nodes.append(helper.make_node("Sum", [*read, read[0], ""], [f"v{number}"]))
    graph = helper.make_graph([nodes[place] for place in chance.permutation(12)], "g", [], [])
    order = [node.output[0] for node in sort_nodes(graph)]
    assert sorted(order) == sorted(node.output[0] for node in nodes)
    for node in nodes:
        assert all(order.index(value) < order.index(node.output[0]) for value in node.input if value not in ("x", ""))
    in_order = helper.make_graph(nodes, "g", [], [])
    assert sort_nodes(in_order) == nodes
