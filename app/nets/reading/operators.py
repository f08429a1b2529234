"""The operators of an ONNX graph in topological order, the shape of every value, and what depends on the input."""

import math
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

from app.errors import NetworkError
from app.nets.reading.inputs.image_input import ImageInput, read_image_input
from app.nets.reading.rewriting.nested_graphs import MAX_OPERATORS, count_operators, values_read
from app.nets.reading.shapes.shape_inference import InferShapes, TensorSpec, infer_shapes, infer_values

MAX_OUTPUTS = 64  # that are read
MAX_LISTED = 64  # entries; longer lists are data, not attributes
NO_NUMBERS = "OUSc"  # kinds of dtypes: texts, and complex numbers
SHAPE_OPERATORS = {"Shape", "Size", "ConstantOfShape"}  # their output depends on a shape, never on the input
REDUCTIONS = {
    "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd",
    "ReduceSum", "ReduceSumSquare",
}  # fmt: skip
# The constant inputs that old versions of ONNX have as attributes, by position.
ATTRIBUTE_INPUTS: Mapping[str, tuple[str, ...]] = {
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
    **dict.fromkeys(REDUCTIONS, ("", "axes")),
}


@dataclass(frozen=True, slots=True)
class Operator:
    """One node of the graph; `attributes` also has those that the file gives as constant inputs.

    The `inputs` of control flow are followed by the values that its graphs read.
    """

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]

    def computes(self, *names: str) -> bool:
        """Whether one of these attributes is an input that is no constant, so that a run alone has it."""
        inputs = zip(ATTRIBUTE_INPUTS.get(self.op, ()), self.inputs, strict=False)
        return any(value and name in names and name not in self.attributes for name, value in inputs)


@dataclass(frozen=True, slots=True)
class OperatorGraph:
    """The operators in topological order, every value's shape and dtype, and the names of the values that matter.

    `image` is the network's input, `outputs` its output tensors, `input_dependent` the values that depend on the input,
    the input included. `opset` is the version of ONNX. `constants` are those of a few numbers, by name.
    """

    image: ImageInput
    outputs: tuple[str, ...]
    opset: int
    operators: tuple[Operator, ...]
    values: Mapping[str, TensorSpec]
    input_dependent: frozenset[str]
    constants: Mapping[str, npt.NDArray[Any]]

    @property
    def input(self) -> str:
        """The name of the input tensor."""
        return self.image.name

    @property
    def output(self) -> str:
        """The name of the first output tensor."""
        return self.outputs[0]

    def is_sized(self, value: str) -> bool:
        """Whether a value is an array of numbers, not empty, whose shape is known before a run."""
        spec = self.values.get(value)
        return spec is not None and spec.dtype.kind not in NO_NUMBERS and 0 not in spec.shape

    @property
    def narrow_values(self) -> set[str]:
        """The values of a type that NumPy does not have by itself, such as float8 or int4."""
        return {name for name, spec in self.values.items() if spec.dtype.isbuiltin != 1}

    def shape(self, value: str) -> tuple[int, ...]:
        """The shape of a value, batch axis first.

        Raises:
            NetworkError: the shape is unknown.
        """
        known = self.values.get(value)
        if known is None:
            raise NetworkError("The file does not determine the size of a layer.", value=value[:200])
        return known.shape


def read_operators(
    model: ModelProto, size: tuple[int, int] | None = None, infer: InferShapes = infer_shapes
) -> OperatorGraph:
    """Read the operators of a model for an input of `size` (height, width), or of the size that the file fixes.

    No weights are needed: large tensors may be external and absent. `infer` infers the shapes.

    Raises:
        NetworkError: the network does not take one image, a size is unknown, or `size` contradicts the file.
    """
    graph = model.graph
    if count_operators(graph.node) > MAX_OPERATORS:
        raise NetworkError(f"The network has more than {MAX_OPERATORS:,} operators.", limit=MAX_OPERATORS)
    image = read_image_input(graph).resize(size)
    nodes = sort_nodes(graph)
    opset = max((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), default=1)
    values = infer_values(model, nodes, image.value_info, infer)
    constants = _small_constants(graph) | _listed(values.constants)
    operators = tuple(_operator(node, constants) for node in nodes)
    if not graph.output:
        raise NetworkError("The network has no output.")
    dependent = _input_dependent(operators, image.name)
    outputs = tuple(dict.fromkeys(value.name for value in graph.output))[:MAX_OUTPUTS]
    return OperatorGraph(image, outputs, opset, operators, values.specs, dependent, constants)


def sort_nodes(graph: GraphProto) -> list[NodeProto]:
    """The nodes in topological order (Kahn, 1962): in the file's order, if that is one.

    Raises:
        NetworkError: a node depends on its own output.
    """
    makers = {value: index for index, node in enumerate(graph.node) for value in node.output if value}
    users: dict[int, list[int]] = defaultdict(list)
    waiting = [0] * len(graph.node)
    for index, node in enumerate(graph.node):
        for maker in {makers[value] for value in values_read(node) if value in makers}:
            users[maker].append(index)
            waiting[index] += 1
    if not any(maker > user for maker, indices in users.items() for user in indices):
        if any(maker == user for maker, indices in users.items() for user in indices):
            raise NetworkError("An operator of the network depends on its own output.")
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
        raise NetworkError("An operator of the network depends on its own output.")
    return order


def _input_dependent(operators: Iterable[Operator], network_input: str) -> frozenset[str]:
    dependent = {network_input}
    for operator in operators:
        if operator.op not in SHAPE_OPERATORS and not dependent.isdisjoint(operator.inputs):
            dependent.update(value for value in operator.outputs if value)
    return frozenset(dependent)


def _small_constants(graph: GraphProto) -> dict[str, npt.NDArray[Any]]:
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    constants: dict[str, npt.NDArray[Any]] = {}
    for node in graph.node:
        if node.op_type == "Constant" and node.output:
            for attribute in node.attribute:
                if attribute.name == "value":
                    tensors[node.output[0]] = attribute.t
                elif attribute.name.startswith("value_"):
                    constants[node.output[0]] = np.asarray(helper.get_attribute_value(attribute))
    for name, tensor in tensors.items():
        if len(tensor.dims) <= 1 and sum(tensor.dims) <= MAX_LISTED and tensor.data_location != TensorProto.EXTERNAL:
            try:
                constants[name] = numpy_helper.to_array(tensor)
            except (TypeError, ValueError) as error:
                raise NetworkError("The ONNX file is broken: a tensor's shape does not fit its bytes.") from error
    return constants


def _listed(constants: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    return {name: array for name, array in constants.items() if array.ndim <= 1 and array.size <= MAX_LISTED}


def _operator(node: NodeProto, constants: Mapping[str, npt.NDArray[Any]]) -> Operator:
    attributes = {attribute.name: _read_attribute(attribute) for attribute in node.attribute}
    for name, value in zip(ATTRIBUTE_INPUTS.get(node.op_type, ()), node.input, strict=False):
        if name and value in constants:
            numbers = constants[value]
            attributes[name] = (numbers.reshape(-1) if name == "axes" else numbers).tolist()  # one axis may be a scalar
    known = {name: value for name, value in attributes.items() if _is_json(value) or _is_fill(node, name, value)}
    return Operator(node.op_type, node.name, tuple(values_read(node)), tuple(node.output), known)


def _is_fill(node: NodeProto, name: str, value: Any) -> bool:
    """Whether it is what a Pad fills with: often minus infinity, before a maximum."""
    return node.op_type == "Pad" and name == "value" and isinstance(value, float)


def _is_json(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_json(part) for part in value)
    return isinstance(value, str) or (isinstance(value, int | float) and math.isfinite(value))


def _read_attribute(attribute: AttributeProto) -> Any:
    """The attribute as a JSON value: a number, a text or a short list of them; None for anything else."""
    if attribute.type in (AttributeProto.FLOAT, AttributeProto.INT, AttributeProto.STRING):
        value = helper.get_attribute_value(attribute)
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    if attribute.type in (AttributeProto.FLOATS, AttributeProto.INTS):
        numbers: Sequence[float] = helper.get_attribute_value(attribute)
        return list(numbers) if len(numbers) <= MAX_LISTED else None
    return None
