"""The shape and dtype of every value of an ONNX graph, inferred without its weights for the input's batch."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from onnx import (
    GraphProto,
    ModelProto,
    NodeProto,
    TensorProto,
    ValueInfoProto,
    helper,
    shape_inference,
)

from app.errors import ConvScopeError, NetworkError
from app.nets.reading.rewriting.nested_graphs import nested_graphs
from app.nets.reading.shapes.runtime_sizes import RuntimeSizes
from app.nets.reading.shapes.shape_values import Constant, ShapeValues
from app.nets.reading.shapes.unknown_operators import standard_operators

OLDEST_INFERRED = 6  # most operators of older versions have no shape inference
MAX_AXES = 8
MAX_OPERATORS_INFERRED = 300_000  # in all rounds, each for the sizes that follow from those of the round before
MAX_ELEMENTS = 1 << 40
InferShapes = Callable[[ModelProto], ModelProto]  # the model with the shapes of its values


def infer_shapes(model: ModelProto) -> ModelProto:
    """The model with the shapes that onnx infers, in this process: its library is in C++, so only for trusted files."""
    return shape_inference.infer_shapes(model, data_prop=True)


class BoundedInference:
    """Infers shapes as `infer` does, until all its models together have too many operators.

    A small file can make the sizes of its layers follow from one another hundreds of times.
    """

    def __init__(self, infer: InferShapes) -> None:
        self._infer = infer
        self._operators = 0

    def __call__(self, model: ModelProto) -> ModelProto:
        """The model with the shapes of its values; raises what `infer` does, and NetworkError."""
        self._operators += len(model.graph.node)
        if self._operators > MAX_OPERATORS_INFERRED:
            raise NetworkError("The sizes of the network's layers follow from one another too many times.")
        return self._infer(model)


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """The shape of a tensor, batch axis first, and its dtype."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]


@dataclass(frozen=True, slots=True)
class InferredValues:
    """The shape and dtype of every value that can be inferred, and the constants that follow from shapes, by name."""

    specs: Mapping[str, TensorSpec]
    constants: Mapping[str, Constant]


def infer_values(
    model: ModelProto, nodes: Sequence[NodeProto], image: ValueInfoProto, infer: InferShapes = infer_shapes
) -> InferredValues:
    """The values of a model's operators, which are in topological order, for this image; `infer` infers shapes.

    Raises:
        NetworkError: the graph contradicts itself.
    """
    stripped = _without_shapes(model, nodes, image)
    try:
        inferred, constants = _infer(stripped, BoundedInference(infer))
    except ConvScopeError:
        raise
    except Exception as error:  # onnx raises errors of several unrelated types
        raise NetworkError("The sizes of the network's layers contradict each other.") from error
    declared = {value.name: value for value in (*model.graph.value_info, *model.graph.output)}
    infos = {value.name: value for value in (image, *inferred.value_info, *inferred.output)}
    values = {name: _spec(info) or _spec(declared.get(name, info)) for name, info in infos.items()}
    for tensor in model.graph.initializer:
        values[tensor.name] = _tensor_spec(tensor)
    return InferredValues({name: value for name, value in values.items() if value is not None}, constants)


def _without_shapes(model: ModelProto, nodes: Sequence[NodeProto], image: ValueInfoProto) -> ModelProto:
    """A model of the same operators in which only the input has a shape, and what loops compute, as they say it."""
    outputs = [
        helper.make_tensor_value_info(value.name, value.type.tensor_type.elem_type, None)
        for value in model.graph.output
    ]
    opset = _version(model)
    standard = [each for node in nodes for each in standard_operators(node, opset)]
    graph = helper.make_graph(standard, "shapes", [image], outputs, model.graph.initializer)
    graph.value_info.extend(_results_of_loops(model, nodes))
    opsets = [helper.make_opsetid(entry.domain, entry.version) for entry in model.opset_import]
    for entry in opsets:
        if entry.domain in ("", "ai.onnx") and entry.version < OLDEST_INFERRED:
            _upgrade(graph, entry.version)
            entry.version = OLDEST_INFERRED
    return helper.make_model(graph, opset_imports=opsets, ir_version=max(model.ir_version, 4))


def _version(model: ModelProto) -> int:
    """The version of ONNX."""
    return max((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), default=1)


def _results_of_loops(model: ModelProto, nodes: Sequence[NodeProto]) -> Iterator[ValueInfoProto]:
    """The values that loops carry from turn to turn, of the shape that the loop's graph gives them."""
    outputs = {value.name for value in model.graph.output}
    for node in nodes:
        if node.op_type == "Loop":
            carried = [value for graph in nested_graphs(node) for value in graph.output[1:]]
            for name, value, _ in zip(node.output, carried, node.input[2:], strict=False):
                if name and name not in outputs and value.type.tensor_type.HasField("shape"):
                    yield ValueInfoProto(name=name, type=value.type)


def _upgrade(graph: GraphProto, version: int) -> None:
    """Rewrite attributes of ONNX versions 1 to 4 in the form of version 6."""
    for index, node in enumerate(graph.node):
        attributes = {attribute.name: attribute for attribute in node.attribute}
        if node.op_type == "Reshape" and version < 5 and "shape" in attributes:
            name = f"shape of reshape {index}"
            target = list(attributes["shape"].ints)
            graph.initializer.append(helper.make_tensor(name, TensorProto.INT64, [len(target)], target))
            node.input.append(name)
        elif node.op_type == "Pad" and "paddings" in attributes:
            attributes["paddings"].name = "pads"
        elif node.op_type == "Concat" and "axis" not in attributes:
            node.attribute.append(helper.make_attribute("axis", 1))


def _infer(model: ModelProto, infer: InferShapes) -> tuple[GraphProto, Mapping[str, Constant]]:
    """The graph with its shapes, and the constants that follow from them, which the model gets.

    Operators for which onnxruntime computes another size are rewritten in the model.
    """
    arithmetic, constants = ShapeValues(model.graph, model.opset_import), dict[str, Constant]()
    sizes = RuntimeSizes(model.graph, arithmetic, _version(model))
    while True:
        graph = infer(model).graph
        known = (*graph.input, *graph.value_info, *graph.output, *graph.initializer)
        if sizes.is_needed and sizes.rewrite_next({value.name: _lengths(value) for value in known}):
            continue
        specs = {value.name: _spec(value) for value in known if isinstance(value, ValueInfoProto)}
        computed = arithmetic.compute({name: spec.shape for name, spec in specs.items() if spec is not None})
        constants |= computed
        if not computed:
            return graph, constants


def _lengths(value: ValueInfoProto | TensorProto) -> Sequence[int]:
    """The lengths of a value's axes, 0 where they are not known."""
    return value.dims if isinstance(value, TensorProto) else [dim.dim_value for dim in value.type.tensor_type.shape.dim]


def _spec(info: ValueInfoProto) -> TensorSpec | None:
    kind = info.type.tensor_type
    if not kind.HasField("shape") or len(kind.shape.dim) > MAX_AXES:
        return None
    shape = tuple(dim.dim_value for dim in kind.shape.dim)
    is_known = all(shape) or all(dim.HasField("dim_value") for dim in kind.shape.dim)
    if not is_known or min(shape, default=0) < 0:
        return None
    return _checked_spec(shape, kind.elem_type)


def _tensor_spec(tensor: TensorProto) -> TensorSpec:
    return _checked_spec(tuple(tensor.dims), tensor.data_type)


def _checked_spec(shape: tuple[int, ...], data_type: int) -> TensorSpec:
    elements = 1
    for length in shape:
        elements *= length
        if length < 0 or elements > MAX_ELEMENTS:
            raise NetworkError("A tensor of the network has an impossible shape.")
    try:
        return TensorSpec(shape, helper.tensor_dtype_to_np_dtype(data_type))
    except KeyError as error:
        raise NetworkError("The network has values of an unknown type.") from error
