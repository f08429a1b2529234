"""Counting nodes after functions are expanded, compared with onnx's own inliner."""

import pytest
from onnx import ModelProto, inliner, parser

from app.errors import NetworkError
from app.sandbox.expansion import MAX_NESTED, count_nodes

HEADER = '<ir_version: 10, opset_import: ["": 21, "own": 1]> g (float[N] x) => (float[N] y)'
FUNCTION = '<domain: "own", opset_import: ["": 21, "own": 1]>'


def network(body: str, **functions: str) -> ModelProto:
    """A network whose graph has this body, and its functions from `a` to `b`, by name."""
    parts = [f"{FUNCTION} {name} (a) => (b) {{ {inside} }}" for name, inside in functions.items()]
    return parser.parse_model("\n".join([f"{HEADER} {{ {body} }}", *parts]))


def test_each_call_counts_all_nodes_of_its_function() -> None:
    model = network(
        "u = own.outer (x) v = own.inner (u) y = Relu (v)",
        inner="b = Relu (a)",
        outer="c = own.inner (a) d = Neg (c) b = own.inner (d)",
    )
    assert count_nodes(model) == len(inliner.inline_local_functions(model).graph.node) == 5


def test_a_function_that_is_never_called_counts_nothing() -> None:
    assert count_nodes(network("y = Relu (x)", idle="c = Relu (a) b = Relu (c)")) == 1


def test_nodes_of_branches_count() -> None:
    branch = "{name} () => (float[N] {name}_y) {{ {name}_y = own.twice (x) }}"
    branches = ", ".join(f"{name}_branch = {branch.format(name=name)}" for name in ("then", "else"))
    model = network(f"go = Constant <value_int = 1> () y = If (go) <{branches}>", twice="c = Relu (a) b = Relu (c)")
    assert count_nodes(model) == 2 + 2 * 2


def test_doubling_is_counted_and_not_expanded() -> None:
    doubling = {f"f{level}": f"c = own.f{level + 1} (a) b = own.f{level + 1} (c)" for level in range(40)}
    model = network("y = own.f0 (x)", **doubling, f40="b = Relu (a)")
    assert count_nodes(model) == 2**40


def test_a_long_chain_of_functions_is_refused() -> None:
    chain = {f"f{level}": f"b = own.f{level + 1} (a)" for level in range(MAX_NESTED + 1)}
    with pytest.raises(NetworkError, match="nested too deep"):
        count_nodes(network("y = own.f0 (x)", **chain))
