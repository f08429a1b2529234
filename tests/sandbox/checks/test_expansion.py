"""Counting nodes after functions are expanded, compared with onnx's own inliner."""

import pytest
from onnx import ModelProto, inliner, parser

from app.errors import NetworkError
from app.nets.reading.rewriting.functions import MAX_DEPTH, inline_functions
from app.sandbox.checks.expansion import Expansion, expansion_of

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
    assert expansion_of(model).nodes == len(inliner.inline_local_functions(model).graph.node) == 5


def test_a_function_that_is_never_called_counts_nothing() -> None:
    assert expansion_of(network("y = Relu (x)", idle="c = Relu (a) b = Relu (c)")).nodes == 1


def test_nodes_of_branches_count() -> None:
    branch = "{name} () => (float[N] {name}_y) {{ {name}_y = own.twice (x) }}"
    branches = ", ".join(f"{name}_branch = {branch.format(name=name)}" for name in ("then", "else"))
    model = network(f"go = Constant <value_int = 1> () y = If (go) <{branches}>", twice="c = Relu (a) b = Relu (c)")
    assert expansion_of(model).nodes == 2 + 2 * 2


def test_doubling_is_counted_and_not_expanded() -> None:
    doubling = {f"f{level}": f"c = own.f{level + 1} (a) b = own.f{level + 1} (c)" for level in range(40)}
    model = network("y = own.f0 (x)", **doubling, f40="b = Relu (a)")
    assert expansion_of(model).nodes == 2**40


def test_a_long_chain_of_functions_is_refused() -> None:
    chain = {f"f{level}": f"b = own.f{level + 1} (a)" for level in range(MAX_DEPTH + 1)}
    with pytest.raises(NetworkError, match="nested too deep"):
        expansion_of(network("y = own.f0 (x)", **chain))


def test_bytes_are_at_least_those_of_the_expanded_nodes() -> None:
    model = network("u = own.outer (x) y = own.outer (u)", inner="b = Relu (a)", outer="c = own.inner (a) b = Neg (c)")
    counted = expansion_of(model)
    inline_functions(model)
    nbytes = sum(node.ByteSize() for node in model.graph.node)
    assert counted.nodes == len(model.graph.node)
    assert nbytes <= counted.nbytes < 3 * nbytes


def test_each_name_in_a_call_begins_with_that_of_the_call() -> None:
    """An operator has a name, even an empty one, and one for each of its inputs and outputs."""
    body = "[neg] c = Neg (a) b = Max (a, c, a)"
    inside = sum(node.ByteSize() for node in network("y = own.f (x)", f=body).functions[0].node)
    own, call = Expansion(2, 3 + 5, inside), len("block/")
    assert expansion_of(network("[block] y = own.f (x)", f=body)) == Expansion(2, own.names, inside + call * own.names)
    assert expansion_of(network("y = own.f (x)", f=body)).nbytes == inside + len("f/") * own.names
    assert own.called("é") == Expansion(2, own.names, inside + len("é/".encode()) * own.names)


def test_a_function_that_calls_itself_is_refused_even_if_nobody_calls_it() -> None:
    name = "f" * 201
    with pytest.raises(NetworkError) as refusal:
        expansion_of(network("y = Relu (x)", **{name: f"b = own.{name} (a)"}))
    assert refusal.value.message == "A function of the network calls itself."
    assert refusal.value.details == {"function": name[:200]}
