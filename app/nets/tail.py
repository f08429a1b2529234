"""ONNX surgery: the end of a network, fed with one layer's output in place of the picture."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from onnx import ModelProto, NodeProto, TensorProto, helper

from app.errors import NetworkError


@dataclass(frozen=True, slots=True)
class Tail:
    """A graph from `begin` to the outputs asked for; `beside` are values that reach it past `begin`, fed too."""

    model: ModelProto
    begin: str
    beside: tuple[str, ...]


def tail(model: ModelProto, picture: str, begin: str, outputs: Sequence[str]) -> Tail:
    """What of a model lies between the value `begin` and `outputs`; `picture` is the value that the model is fed.

    Weights that the model keeps elsewhere stay there; those that the end does not need are left out. Values beside
    `begin` must be float32, as all that a network makes of a picture is but for sizes.

    Raises:
        NetworkError: an output does not depend on `begin`.
    """
    after = _reached(model.graph.node, {begin})
    if not after.issuperset(outputs):
        raise NetworkError("The target is not computed from this layer.")
    from_picture = _reached(model.graph.node, {picture}) | {picture}
    kept, beside = _needed(model.graph.node, begin, outputs, after, from_picture)
    result = ModelProto(ir_version=model.ir_version, opset_import=model.opset_import)
    read = {value for node in kept for value in node.input}
    result.graph.name = model.graph.name
    result.graph.node.extend(kept)
    result.graph.initializer.extend(tensor for tensor in model.graph.initializer if tensor.name in read)
    result.graph.input.extend(
        helper.make_tensor_value_info(value, TensorProto.FLOAT, None) for value in (begin, *beside)
    )
    result.graph.output.extend(helper.make_empty_tensor_value_info(value) for value in outputs)
    return Tail(result, begin, beside)


def _reached(nodes: Iterable[NodeProto], start: set[str]) -> set[str]:
    """The values computed from those of `start`, which are left out. Nodes come in the order they are run in."""
    found: set[str] = set()
    for node in nodes:
        if not (start | found).isdisjoint(node.input):
            found.update(node.output)
    return found - start


def _needed(
    nodes: Sequence[NodeProto], begin: str, outputs: Sequence[str], after: set[str], from_picture: set[str]
) -> tuple[list[NodeProto], tuple[str, ...]]:
    """The nodes that compute `outputs`, in order, and the values from the picture that they take past `begin`."""
    makers: Mapping[str, NodeProto] = {value: node for node in nodes for value in node.output if value}
    wanted, waiting, beside = set[str](), list(outputs), dict[str, None]()
    while waiting:
        value = waiting.pop()
        if value in wanted or value == begin or not value:
            continue
        wanted.add(value)
        if value in from_picture and value not in after:
            beside[value] = None
        elif value in makers:
            waiting += makers[value].input
    kept = [node for node in nodes if not wanted.isdisjoint(set(node.output) - set(beside))]
    return kept, tuple(beside)
