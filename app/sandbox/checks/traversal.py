"""Everything inside a model: the nodes and graphs, also those of branches, loops and functions."""

from collections.abc import Iterable, Iterator

from onnx import AttributeProto, GraphProto, ModelProto, NodeProto


def nodes_of(nodes: Iterable[NodeProto]) -> Iterator[NodeProto]:
    """The nodes, and those of the graphs inside them."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        for graph in _graphs_in(node.attribute):
            waiting.extend(graph.node)


def all_nodes(model: ModelProto) -> Iterator[NodeProto]:
    """The nodes of the model and of its functions, and those in the default attributes of functions."""
    for nodes in (model.graph.node, *(function.node for function in model.functions)):
        yield from nodes_of(nodes)
    for function in model.functions:
        for graph in _graphs_in(function.attribute_proto):
            yield from nodes_of(graph.node)


def all_attributes(model: ModelProto) -> Iterator[AttributeProto]:
    """The attributes of all nodes, and the default ones of functions."""
    for node in all_nodes(model):
        yield from node.attribute
    for function in model.functions:
        yield from function.attribute_proto


def all_graphs(model: ModelProto) -> Iterator[GraphProto]:
    """The graph of the model, and those in attributes."""
    yield model.graph
    yield from _graphs_in(all_attributes(model))


def _graphs_in(attributes: Iterable[AttributeProto]) -> Iterator[GraphProto]:
    """The branches of an If, the body of a Loop: whatever type their attributes say they are of."""
    for attribute in attributes:
        if attribute.HasField("g"):
            yield attribute.g
        yield from attribute.graphs
