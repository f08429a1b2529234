"""Graphs within an operator, as those of If, Loop and Scan: what they read from outside, and renaming their values."""

from collections.abc import Callable, Iterable, Iterator, MutableSequence

from onnx import AttributeProto, GraphProto, NodeProto

MAX_OPERATORS = 20_000  # of a network, those of its functions and of graphs within operators included
CONTROL_FLOW = {"If", "Loop", "Scan", "SequenceMap"}


def nested_graphs(node: NodeProto) -> Iterator[GraphProto]:
    """The graphs that an operator has as attributes."""
    for attribute in node.attribute:
        if attribute.type == AttributeProto.GRAPH:
            yield attribute.g
        elif attribute.type == AttributeProto.GRAPHS:
            yield from attribute.graphs


def values_read(node: NodeProto) -> list[str]:
    """The values that an operator reads: its inputs in their places, then those that only its graphs read."""
    inputs = list(node.input)
    read = dict.fromkeys(value for graph in nested_graphs(node) for value in _values_from_outside(graph))
    return [*inputs, *(value for value in read if value not in inputs)]


def count_operators(nodes: Iterable[NodeProto]) -> int:
    """The operators of a graph and of all graphs within them."""
    return sum(1 + sum(count_operators(graph.node) for graph in nested_graphs(node)) for node in nodes)


def rename_values(node: NodeProto, rename: Callable[[str], str]) -> None:
    """Give all values of an operator and of its graphs other names; a value left out has no name and gets none."""
    _rename_all(node.input, rename)
    _rename_all(node.output, rename)
    for graph in nested_graphs(node):
        for value in (*graph.input, *graph.output, *graph.value_info):
            value.name = rename(value.name)
        for tensor in graph.initializer:
            tensor.name = rename(tensor.name)
        for inner in graph.node:
            rename_values(inner, rename)


def _rename_all(names: MutableSequence[str], rename: Callable[[str], str]) -> None:
    names[:] = [rename(name) if name else "" for name in names]


def _values_from_outside(graph: GraphProto) -> Iterator[str]:
    known = {value.name for value in graph.input} | {tensor.name for tensor in graph.initializer} | {""}
    for node in graph.node:
        yield from (value for value in values_read(node) if value not in known)
        known.update(node.output)
    yield from (value.name for value in graph.output if value.name not in known)
