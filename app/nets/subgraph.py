"""ONNX surgery: the part of a network from one layer on, with that layer's output as its input, or up to a value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from onnx import ModelProto, NodeProto, TensorProto, helper

from app.errors import InvalidRequest
from app.nets.reading.rewriting.nested_graphs import values_read


@dataclass(frozen=True, slots=True)
class Subgraph:
    """A model with the inputs `start` and `side_inputs`: the values that reach its outputs without passing `start`."""

    model: ModelProto
    start: str
    side_inputs: tuple[str, ...]


def subgraph_from(model: ModelProto, network_input: str, start: str, outputs: Sequence[str]) -> Subgraph:
    """The part of a model between the value `start` and `outputs`.

    Weights that the model keeps in another file stay there; weights that the part does not need are left out. Side
    inputs must be float32, as all activations are; values computed from shapes are not.

    Args:
        model: the whole network.
        network_input: the name of its input tensor.
        start: the name of a value that it computes.
        outputs: the names of the values that the subgraph computes.

    Raises:
        InvalidRequest: an output does not depend on `start`, or is `start` itself.
    """
    after_start = _descendants(model.graph.node, {start})
    if not after_start.issuperset(outputs):
        raise InvalidRequest("The target is not computed from this layer.")
    after_input = _descendants(model.graph.node, {network_input}) | {network_input}
    nodes, side_inputs = _needed_nodes(model.graph.node, start, outputs, after_input - after_start)
    result = ModelProto(ir_version=model.ir_version, opset_import=model.opset_import)
    read = {value for node in nodes for value in values_read(node)}
    result.graph.name = model.graph.name
    result.graph.node.extend(nodes)
    result.graph.initializer.extend(tensor for tensor in model.graph.initializer if tensor.name in read)
    result.graph.input.extend(
        helper.make_tensor_value_info(value, TensorProto.FLOAT, None) for value in (start, *side_inputs)
    )
    result.graph.output.extend(helper.make_empty_tensor_value_info(value) for value in outputs)
    return Subgraph(result, start, side_inputs)


def subgraph_before(model: ModelProto, output: str) -> ModelProto:
    """The part of a model that computes `output`, with those of its inputs that this reads.

    Weights that the model keeps in another file stay there; weights that the part does not need are left out.
    """
    makers: Mapping[str, NodeProto] = {value: node for node in model.graph.node for value in node.output if value}
    needed, waiting = set[str](), [output]
    while waiting:
        value = waiting.pop()
        if value not in needed:
            needed.add(value)
            waiting += values_read(makers[value]) if value in makers else []
    result = ModelProto(ir_version=model.ir_version, opset_import=model.opset_import, functions=model.functions)
    result.graph.name = model.graph.name
    result.graph.node.extend(node for node in model.graph.node if not needed.isdisjoint(node.output))
    result.graph.initializer.extend(tensor for tensor in model.graph.initializer if tensor.name in needed)
    result.graph.input.extend(value for value in model.graph.input if value.name in needed)
    result.graph.output.append(helper.make_empty_tensor_value_info(output))
    return result


def _descendants(nodes: Iterable[NodeProto], values: set[str]) -> set[str]:
    """The values computed from `values`, those excluded. Nodes come in topological order."""
    dependent: set[str] = set()
    for node in nodes:
        if not (values | dependent).isdisjoint(values_read(node)):
            dependent.update(node.output)
    return dependent - values


def _needed_nodes(
    nodes: Sequence[NodeProto], start: str, outputs: Sequence[str], bypassing: set[str]
) -> tuple[list[NodeProto], tuple[str, ...]]:
    """The nodes that compute `outputs` from `start`, in order, and those values of `bypassing` that they read."""
    makers: Mapping[str, NodeProto] = {value: node for node in nodes for value in node.output if value}
    needed, waiting, side_inputs = set[str](), list(outputs), dict[str, None]()
    while waiting:
        value = waiting.pop()
        if value in needed or value == start or not value:
            continue
        needed.add(value)
        if value in bypassing:
            side_inputs[value] = None
        elif value in makers:
            waiting += values_read(makers[value])
    needed_nodes = [node for node in nodes if not needed.isdisjoint(set(node.output) - set(side_inputs))]
    return needed_nodes, tuple(side_inputs)
