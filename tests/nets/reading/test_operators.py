"""Operators: their order, and networks that are not fixed graphs."""

import pytest
from onnx import helper

from app.errors import NetworkError
from app.nets.reading.operators import read_operators
from tests.nets.onnx_text import parse_network


def test_operators_in_any_order_are_sorted() -> None:
    model = parse_network("a = Relu (x)  b = Sigmoid (a)  y = Tanh (b)")
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(reversed(nodes))
    assert [operator.op for operator in read_operators(model).operators] == ["Relu", "Sigmoid", "Tanh"]


def test_control_flow_and_functions_are_refused() -> None:
    branch = helper.make_graph([], "b", [], [])
    model = parse_network("y = Relu (x)")
    model.graph.node.append(helper.make_node("If", ["c"], ["z"], then_branch=branch, else_branch=branch))
    with pytest.raises(NetworkError, match="branches or loops"):
        read_operators(model)
    model = parse_network("y = Relu (x)")
    model.functions.add(name="f", domain="own")
    with pytest.raises(NetworkError, match="functions"):
        read_operators(model)
