"""How many nodes a model has after its functions are expanded: counted, without expanding them."""

from collections.abc import Iterable

from onnx import FunctionProto, ModelProto, NodeProto

from app.errors import NetworkError
from app.sandbox.traversal import nodes_of

MAX_NESTED = 64  # functions that call one another
FunctionKey = tuple[str, str, str]  # domain, name and overload of a function


def key_of(node: NodeProto) -> FunctionKey:
    """What the node calls, if a function has this key."""
    return (_domain(node.domain), node.op_type, node.overload)


def functions_of(model: ModelProto) -> dict[FunctionKey, FunctionProto]:
    """The functions that the model defines.

    Raises:
        NetworkError: one is defined twice.
    """
    functions: dict[FunctionKey, FunctionProto] = {}
    for function in model.functions:
        key = (_domain(function.domain), function.name, function.overload)
        if key in functions:
            raise NetworkError("The network defines a function twice.", function=function.name[:200])
        functions[key] = function
    return functions


def count_nodes(model: ModelProto) -> int:
    """The nodes of the model with every function in the place of its calls.

    Raises:
        NetworkError: a function calls itself, or functions are nested too deep.
    """
    counted = _Expansion(functions_of(model))
    for key in counted.functions:
        counted.count_function(key, ())
    return counted.count(model.graph.node, ())


class _Expansion:
    """Counts each function once."""

    def __init__(self, functions: dict[FunctionKey, FunctionProto]) -> None:
        self.functions = functions
        self._counts: dict[FunctionKey, int] = {}

    def count(self, nodes: Iterable[NodeProto], callers: tuple[FunctionKey, ...]) -> int:
        return sum(
            self.count_function(key, callers) if (key := key_of(node)) in self.functions else 1
            for node in nodes_of(nodes)
        )

    def count_function(self, key: FunctionKey, callers: tuple[FunctionKey, ...]) -> int:
        if key in callers:
            raise NetworkError("A function of the network calls itself.", function=key[1][:200])
        if len(callers) >= MAX_NESTED:
            raise NetworkError("The network's functions are nested too deep.", limit=MAX_NESTED)
        if key not in self._counts:
            self._counts[key] = self.count(self.functions[key].node, (*callers, key))
        return self._counts[key]


def _domain(name: str) -> str:
    return "" if name == "ai.onnx" else name
