"""Operators: their order, and how many there may be."""

import pytest
from onnx import helper

from app.errors import NetworkError
from app.nets.graph import read_graph
from app.nets.reading.operators import read_operators
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
