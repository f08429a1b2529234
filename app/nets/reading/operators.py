"""An ONNX graph read and checked: its operators in order, the shape of every value, and where the picture flows."""

import math
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

from app.errors import NetworkError
from app.nets.reading.shapes import Value, picture_input, values_of

MAX_OPERATORS = 20_000
MAX_LISTED = 64  # longer attributes are data, not settings
CONTROL_FLOW = {"If", "Loop", "Scan", "SequenceMap"}
CUTS = {"Shape", "Size", "ConstantOfShape"}  # what they make depends on a shape, never on the picture
# The constant inputs that are settings of the operator, by position: old versions of ONNX have them as attributes.
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "Clip": ("", "min", "max"),
    "Dropout": ("", "ratio"),
    "Pad": ("", "pads", "value", "axes"),
    "Reshape": ("", "shape"),
    "Resize": ("", "roi", "scales", "sizes"),
    "Slice": ("", "starts", "ends", "axes", "steps"),
    "Split": ("", "split"),
    "Squeeze": ("", "axes"),
    "Unsqueeze": ("", "axes"),
    "Upsample": ("", "scales"),
    **dict.fromkeys(("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2"), ("", "axes")),
}


@dataclass(frozen=True, slots=True)
class Operator:
    """One node of the graph; `attributes` are its settings, whether the file has them as attributes or as inputs."""

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """The graph's operators, inputs before users; its values; and `carried`, the values that depend on the picture.

    `picture` is the input the picture goes into, `output` the value that the network answers with, `opset` the version
    of ONNX it is written in.
    """

    picture: str
    output: str
    opset: int
    operators: tuple[Operator, ...]
    values: Mapping[str, Value]
    carried: frozenset[str]

    def shape(self, value: str) -> tuple[int, ...]:
        """The shape of a value, batch axis first.

        Raises:
            NetworkError: the file leaves it open.
        """
        known = self.values.get(value)
        if known is None:
            raise NetworkError("The size of a layer can't be told from the file.", value=value[:200])
        return known.shape


def read_source(model: ModelProto, size: tuple[int, int] | None = None) -> Source:
    """Read the graph of a model for a picture of `size` (height, width), or of the size that the file fixes.

    No weights are needed: big tensors may be external and absent.

    Raises:
        NetworkError: not a network of one picture in and layers of known size, or `size` contradicts the file.
    """
    _refuse_what_has_no_layers(model)
    graph = model.graph
    picture = picture_input(graph, size)
    nodes = _sorted(graph)
    opset = max((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), default=1)
    values = values_of(model, nodes, picture)
    constants = _small_constants(graph)
    operators = tuple(_operator(node, constants) for node in nodes)
    if not graph.output:
        raise NetworkError("The network has no output.")
    carried = _carried(operators, picture.name)
    return Source(picture.name, graph.output[0].name, opset, operators, values, carried)


def _refuse_what_has_no_layers(model: ModelProto) -> None:
    nodes = model.graph.node
    if len(nodes) > MAX_OPERATORS:
        raise NetworkError(f"The network has more than {MAX_OPERATORS} operators.", limit=MAX_OPERATORS)
    if model.functions:
        raise NetworkError("The network is written in functions of its own. Export it with its functions inlined.")
    if any(node.op_type in CONTROL_FLOW for node in nodes):
        raise NetworkError("The network branches or loops as it runs. Only fixed graphs can be shown.")


def _sorted(graph: GraphProto) -> list[NodeProto]:
    """The nodes so that each comes after those that feed it (Kahn, 1962); in the file's order where that is so."""
    makers = {value: index for index, node in enumerate(graph.node) for value in node.output if value}
    users: dict[int, list[int]] = defaultdict(list)
    waiting = [0] * len(graph.node)
    for index, node in enumerate(graph.node):
        for maker in {makers[value] for value in node.input if value in makers}:
            users[maker].append(index)
            waiting[index] += 1
    if not any(maker > user for maker, found in users.items() for user in found):
        if any(maker == user for maker, found in users.items() for user in found):
            raise NetworkError("The network feeds an operator with its own output.")
        return list(graph.node)
    ready = deque(index for index, count in enumerate(waiting) if count == 0)
    order: list[NodeProto] = []
    while ready:
        index = ready.popleft()
        order.append(graph.node[index])
        for user in users[index]:
            waiting[user] -= 1
            if waiting[user] == 0:
                ready.append(user)
    if len(order) < len(graph.node):
        raise NetworkError("The network feeds an operator with its own output.")
    return order


def _carried(operators: Iterable[Operator], picture: str) -> frozenset[str]:
    carried = {picture}
    for operator in operators:
        if operator.op not in CUTS and not carried.isdisjoint(operator.inputs):
            carried.update(value for value in operator.outputs if value)
    return frozenset(carried)


def _small_constants(graph: GraphProto) -> dict[str, npt.NDArray[Any]]:
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    plain: dict[str, npt.NDArray[Any]] = {}
    for node in graph.node:
        if node.op_type == "Constant" and node.output:
            for attribute in node.attribute:
                if attribute.name == "value":
                    tensors[node.output[0]] = attribute.t
                elif attribute.name.startswith("value_"):
                    plain[node.output[0]] = np.asarray(helper.get_attribute_value(attribute))
    for name, tensor in tensors.items():
        if len(tensor.dims) <= 1 and sum(tensor.dims) <= MAX_LISTED and tensor.data_location != TensorProto.EXTERNAL:
            try:
                plain[name] = numpy_helper.to_array(tensor)
            except (TypeError, ValueError) as error:
                raise NetworkError("The ONNX file is broken: a tensor's shape does not fit its bytes.") from error
    return plain


def _operator(node: NodeProto, constants: Mapping[str, npt.NDArray[Any]]) -> Operator:
    attributes = {attribute.name: _setting(attribute) for attribute in node.attribute}
    for name, value in zip(SETTINGS.get(node.op_type, ()), node.input, strict=False):
        if name and value in constants:
            attributes[name] = constants[value].tolist()
    known = {name: value for name, value in attributes.items() if _is_json(value)}
    return Operator(node.op_type, node.name, tuple(node.input), tuple(node.output), known)


def _is_json(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_json(part) for part in value)
    return isinstance(value, str) or (isinstance(value, int | float) and math.isfinite(value))


def _setting(attribute: AttributeProto) -> Any:
    """The attribute as JSON has it: a number, a text or a short list of them; None for anything else."""
    if attribute.type in (AttributeProto.FLOAT, AttributeProto.INT, AttributeProto.STRING):
        value = helper.get_attribute_value(attribute)
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    if attribute.type in (AttributeProto.FLOATS, AttributeProto.INTS):
        numbers: Sequence[float] = helper.get_attribute_value(attribute)
        return list(numbers) if len(numbers) <= MAX_LISTED else None
    return None
