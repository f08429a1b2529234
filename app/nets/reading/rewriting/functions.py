"""Functions that an ONNX file defines: each call is replaced by the operators of the function."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from onnx import AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, helper

from app.errors import NetworkError
from app.nets.reading.rewriting.nested_graphs import MAX_OPERATORS, nested_graphs, rename_values

MAX_DEPTH = 64  # functions that call one another
FunctionKey = tuple[str, str, str]  # domain, name and overload of a function
DEFAULT_DOMAINS = ("", "ai.onnx")


def inline_functions(model: ModelProto) -> None:
    """Replace every call of a function of the model by the function's operators, also in graphs within operators.

    The values and operators of a call are named after it, "block/conv".

    Raises:
        NetworkError: a function calls itself or uses another version of ONNX, or there are too many operators.
    """
    if not model.functions:
        return
    _merge_opsets(model)
    nodes = list(_Inliner(model).expand(model.graph.node, ()))
    del model.graph.node[:], model.functions[:]
    model.graph.node.extend(nodes)


def _merge_opsets(model: ModelProto) -> None:
    versions = {_domain(entry.domain): entry.version for entry in model.opset_import}
    for function in model.functions:
        for entry in function.opset_import:
            domain, version = _domain(entry.domain), entry.version
            if versions.setdefault(domain, version) != version:
                raise NetworkError(
                    f"A function of the network uses version {version} of the operators {domain[:80] or 'of ONNX'}, "
                    f"the rest version {versions[domain]}. Export it with one version."
                )
    known = {_domain(entry.domain) for entry in model.opset_import}
    model.opset_import.extend(
        helper.make_opsetid(domain, version) for domain, version in versions.items() if domain not in known
    )


def _domain(name: str) -> str:
    return "" if name in DEFAULT_DOMAINS else name


class _Inliner:
    """Expands calls one after the other, and counts: functions that call one another can double without end."""

    def __init__(self, model: ModelProto) -> None:
        self._functions = {(each.domain, each.name, each.overload): each for each in model.functions}
        self._count = 0
        self._prefixes = set(_prefixes_of(model.graph))
        self._calls = Counter[str]()

    def expand(self, nodes: Iterable[NodeProto], calls: tuple[FunctionKey, ...]) -> Iterator[NodeProto]:
        """The operators in order, the functions expanded; `calls` are those that lead here."""
        for node in nodes:
            self._count += 1
            if self._count > MAX_OPERATORS:
                raise NetworkError(f"The network has more than {MAX_OPERATORS:,} operators.", limit=MAX_OPERATORS)
            key = (node.domain, node.op_type, node.overload)
            if key in self._functions:
                if key in calls or len(calls) == MAX_DEPTH:
                    raise NetworkError("A function of the network calls itself, or too many call one another.")
                yield from self.expand(self._body(node, self._functions[key]), (*calls, key))
            else:
                for graph in nested_graphs(node):
                    inner = list(self.expand(graph.node, calls))
                    del graph.node[:]
                    graph.node.extend(inner)
                yield node

    def _body(self, call: NodeProto, function: FunctionProto) -> Iterator[NodeProto]:
        prefix = self._prefix(call.name or function.name)
        names = dict(zip(function.input, [*call.input, *[""] * len(function.input)], strict=False))
        copies = []
        for value, output in zip(function.output, call.output, strict=False):
            if value in names and output:  # an input, or an output before it
                copies.append(helper.make_node("Identity", [names[value]], [output]))
            elif output:
                names[value] = output
        attributes = {each.name: each for each in (*function.attribute_proto, *call.attribute)}
        for inner in function.node:
            node = NodeProto()
            node.CopyFrom(inner)
            node.name = f"{prefix}/{inner.name}" if inner.name else ""
            rename_values(node, lambda value: names.get(value, f"{prefix}/{value}"))
            _bind_attributes(node, attributes)
            yield node
        yield from copies

    def _prefix(self, name: str) -> str:
        """The name of a call, with a number from the second of that name on."""
        prefix = name
        while prefix in self._prefixes:
            self._calls[name] += 1
            prefix = f"{name}_{self._calls[name] + 1}"
        self._prefixes.add(prefix)
        return prefix


def _prefixes_of(graph: GraphProto) -> Iterator[str]:
    """The beginnings, up to a "/", of the names of values: those of a call would not be new."""
    names = {name for node in graph.node for name in (*node.input, *node.output)}
    for name in names | {each.name for each in (*graph.input, *graph.initializer)}:
        yield from accumulate(name.split("/")[:-1][:MAX_DEPTH], "{}/{}".format)


def _bind_attributes(node: NodeProto, attributes: Mapping[str, AttributeProto]) -> None:
    """Give the attributes that refer to those of the call their values; leave out those that the call leaves out."""
    bound = []
    for attribute in node.attribute:
        value = AttributeProto()
        if not attribute.ref_attr_name:
            value.CopyFrom(attribute)
        elif attribute.ref_attr_name in attributes:
            value.CopyFrom(attributes[attribute.ref_attr_name])
            value.name = attribute.name
        else:
            continue
        bound.append(value)
    del node.attribute[:]
    node.attribute.extend(bound)
    for graph in nested_graphs(node):
        for inner in graph.node:
            _bind_attributes(inner, attributes)
