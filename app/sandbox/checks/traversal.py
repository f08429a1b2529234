"""Everything inside a model: the nodes and graphs, also those of branches, loops and functions."""

from collections.abc import Iterable, Iterator

from onnx import GraphProto, ModelProto, NodeProto


def nodes_of(nodes: Iterable[NodeProto]) -> Iterator[NodeProto]:
    """The nodes, and those of the graphs inside them."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        for graph in _inner_graphs(node):
            waiting.extend(graph.node)


def all_nodes(model: ModelProto) -> Iterator[NodeProto]:
    """The nodes of the model and of its functions."""
    for nodes in (model.graph.node, *(function.node for function in model.functions)):
        yield from nodes_of(nodes)


def all_graphs(model: ModelProto) -> Iterator[GraphProto]:
    """The graph of the model, and those inside nodes."""
    yield model.graph
    for node in all_nodes(model):
        yield from _inner_graphs(node)


def _inner_graphs(node: NodeProto) -> Iterator[GraphProto]:
    """The branches of an If, the body of a Loop."""
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.g
        yield from attribute.graphs
