"""How large a model is after its functions are expanded: counted, without expanding them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onnx import FunctionProto, ModelProto, NodeProto

from app.errors import NetworkError
from app.nets.reading.rewriting.functions import MAX_DEPTH, FunctionKey
from app.sandbox.checks.traversal import nodes_of


@dataclass(frozen=True, slots=True)
class Expansion:
    """How many nodes, how many names in them, and how many bytes of both."""

    nodes: int = 0
    names: int = 0
    nbytes: int = 0

    def __add__(self, other: "Expansion") -> "Expansion":
        return Expansion(self.nodes + other.nodes, self.names + other.names, self.nbytes + other.nbytes)

    def called(self, name: str) -> "Expansion":
        """The same in the place of a call: every name begins with that of the call."""
        return Expansion(self.nodes, self.names, self.nbytes + self.names * (len(name.encode()) + 1))


def key_of(node: NodeProto) -> FunctionKey:
    """What the node calls, if a function has this key."""
    return (node.domain, node.op_type, node.overload)


def functions_of(model: ModelProto) -> Mapping[FunctionKey, FunctionProto]:
    """The functions that the model defines.

    Raises:
        NetworkError: one is defined twice.
    """
    functions = {(each.domain, each.name, each.overload): each for each in model.functions}
    if len(functions) < len(model.functions):
        raise NetworkError("The network defines a function twice.")
    return functions


def expansion_of(model: ModelProto) -> Expansion:
    """The size of the model with every function in the place of its calls.

    Raises:
        NetworkError: a function calls itself, or functions are nested too deep.
    """
    counter = _Counter(functions_of(model))
    for key in counter.functions:
        counter.function(key, ())
    return counter.nodes(model.graph.node, ())


class _Counter:
    """Counts each function once."""

    def __init__(self, functions: Mapping[FunctionKey, FunctionProto]) -> None:
        self.functions = functions
        self._counted: dict[FunctionKey, Expansion] = {}

    def nodes(self, nodes: Iterable[NodeProto], callers: tuple[FunctionKey, ...]) -> Expansion:
        total = Expansion()
        for node in nodes_of(nodes):
            if (key := key_of(node)) in self.functions:
                total += self.function(key, callers).called(node.name or node.op_type)
            else:
                total += Expansion(1, 1 + len(node.input) + len(node.output), node.ByteSize())
        return total

    def function(self, key: FunctionKey, callers: tuple[FunctionKey, ...]) -> Expansion:
        if key in callers:
            raise NetworkError("A function of the network calls itself.", function=key[1][:200])
        if len(callers) >= MAX_DEPTH:
            raise NetworkError("The network's functions are nested too deep.", limit=MAX_DEPTH)
        if key not in self._counted:
            self._counted[key] = self.nodes(self.functions[key].node, (*callers, key))
        return self._counted[key]
