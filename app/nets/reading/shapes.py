"""The shape of every value of an ONNX graph, inferred without its weights for one picture of one size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, shape_inference

from app.errors import NetworkError

OLDEST_INFERRED = 6  # before this version most operators' schemas can't tell their output's shape
DEFAULT_CHANNELS = 3
POOLS = {"MaxPool", "AveragePool", "LpPool"}
MAX_AXES = 8
MAX_ELEMENTS = 1 << 40


@dataclass(frozen=True, slots=True)
class Value:
    """What a tensor of the graph is: its shape, batch axis first, and its dtype."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]


def picture_input(graph: GraphProto, size: tuple[int, int] | None) -> ValueInfoProto:
    """The graph's one input for a picture, its shape made (1, C, H, W): `size` is (height, width) where it is open.

    Raises:
        NetworkError: there is none, or more than one, or it is not channels first, or has another size.
    """
    constants = {tensor.name for tensor in graph.initializer}
    inputs = [value for value in graph.input if value.name not in constants]
    pictures = [value for value in inputs if len(value.type.tensor_type.shape.dim) == 4]
    if len(pictures) != 1:
        raise NetworkError("The network must take one picture, as an array (batch, channels, height, width).")
    dims = [dim.dim_value for dim in pictures[0].type.tensor_type.shape.dim]
    if dims[3] in (1, 3) and dims[1] not in (1, 3):
        raise NetworkError("The network takes pictures with the channels last. Export it with the channels first.")
    height, width = size or (dims[2], dims[3])
    if height <= 0 or width <= 0:
        raise NetworkError("The network takes pictures of any size: say which.")
    if (dims[2] or height, dims[3] or width) != (height, width):
        raise NetworkError(
            f"The network takes pictures of {dims[3]} x {dims[2]} pixels, not {width} x {height}.",
            width=dims[3], height=dims[2],
        )  # fmt: skip
    channels = dims[1] or _channels(graph, pictures[0].name)
    return helper.make_tensor_value_info(
        pictures[0].name, pictures[0].type.tensor_type.elem_type, [1, channels, height, width]
    )


def values_of(model: ModelProto, nodes: Sequence[NodeProto], picture: ValueInfoProto) -> Mapping[str, Value]:
    """The shape and dtype of every value that the graph lets one tell, by the value's name.

    Raises:
        NetworkError: the graph contradicts itself.
    """
    stripped = _stripped(model, nodes, picture)
    try:
        inferred = _inferred(stripped)
    except Exception as error:  # onnx raises errors of several unrelated kinds
        raise NetworkError("The sizes of the network's layers contradict each other.") from error
    declared = {value.name: value for value in (*model.graph.value_info, *model.graph.output)}
    found = {value.name: value for value in (picture, *inferred.value_info, *inferred.output)}
    values = {name: _value(info) or _value(declared.get(name, info)) for name, info in found.items()}
    for tensor in model.graph.initializer:
        values[tensor.name] = _tensor(tensor)
    return {name: value for name, value in values.items() if value is not None}


def _channels(graph: GraphProto, picture: str) -> int:
    weights = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Conv" and node.input[0] == picture and node.input[1] in weights:
            groups = next((attribute.i for attribute in node.attribute if attribute.name == "group"), 1)
            return int(weights[node.input[1]].dims[1] * groups)
    return DEFAULT_CHANNELS


def _stripped(model: ModelProto, nodes: Sequence[NodeProto], picture: ValueInfoProto) -> ModelProto:
    """A model of the same operators whose shapes, but for the input's, are all left to inference."""
    outputs = [
        helper.make_tensor_value_info(value.name, value.type.tensor_type.elem_type, None)
        for value in model.graph.output
    ]
    graph = helper.make_graph(nodes, "shapes", [picture], outputs, model.graph.initializer)
    opsets = [helper.make_opsetid(entry.domain, entry.version) for entry in model.opset_import]
    for entry in opsets:
        if entry.domain in ("", "ai.onnx") and entry.version < OLDEST_INFERRED:
            _modernise(graph, entry.version)
            entry.version = OLDEST_INFERRED
    return helper.make_model(graph, opset_imports=opsets, ir_version=max(model.ir_version, 4))


def _modernise(graph: GraphProto, version: int) -> None:
    """Write what versions 1 to 4 of ONNX had as attributes the way version 6 has it."""
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


def _inferred(model: ModelProto) -> GraphProto:
    """The graph with its shapes. In the model pools are written anew that were counted a window too many."""
    while True:
        graph = shape_inference.infer_shapes(model, data_prop=True).graph
        known = (*graph.input, *graph.value_info, *graph.output)
        shapes = {value.name: [dim.dim_value for dim in value.type.tensor_type.shape.dim] for value in known}
        if not any(_mended(node, shapes) for node in model.graph.node):  # one at a time: the next may depend on it
            return graph


def _mended(node: NodeProto, shapes: Mapping[str, Sequence[int]]) -> bool:
    """Whether a pool that rounds up has windows that begin beyond the map: then it is made one that rounds down.

    Such windows are left out: ONNX says so since version 22, and onnxruntime does so for files of every version, but
    the shapes that older versions of ONNX infer count them. https://onnx.ai/onnx/operators/onnx__MaxPool.html
    """
    settings = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    if node.op_type not in POOLS or not settings.get("ceil_mode") or b"SAME" in settings.get("auto_pad", b""):
        return False
    kernel, lengths = settings["kernel_shape"], shapes.get(node.input[0], [])[2:]
    if not lengths or 0 in lengths:  # not known
        return False
    ones, zeros = [1] * len(kernel), [0] * len(kernel)
    pads = [*zeros, *zeros] if settings.get("auto_pad") == b"VALID" else settings.get("pads", [*zeros, *zeros])
    strides, dilations = settings.get("strides", ones), settings.get("dilations", ones)
    ends, beyond = [], False
    for axis, (length, size, step, gap) in enumerate(zip(lengths, kernel, strides, dilations, strict=True)):
        before, after, extent = pads[axis], pads[axis + len(kernel)], (size - 1) * gap + 1
        last = -(-(length + before + after - extent) // step) * step  # where the last window begins, rounded up
        if last >= length + before:
            last, beyond = last - step, True
        ends.append(max(0, last + extent - length - before))
    if beyond:
        del node.attribute[:]
        node.attribute.extend(
            helper.make_attribute(name, value)
            for name, value in {"kernel_shape": kernel, "strides": strides, "dilations": dilations}.items()
        )
        node.attribute.append(helper.make_attribute("pads", [*pads[: len(kernel)], *ends]))
    return beyond


def _value(info: ValueInfoProto) -> Value | None:
    kind = info.type.tensor_type
    if not kind.HasField("shape") or len(kind.shape.dim) > MAX_AXES:
        return None
    if any(not dim.HasField("dim_value") or dim.dim_value < 0 for dim in kind.shape.dim):
        return None
    return _checked(tuple(dim.dim_value for dim in kind.shape.dim), kind.elem_type)


def _tensor(tensor: TensorProto) -> Value:
    return _checked(tuple(tensor.dims), tensor.data_type)


def _checked(shape: tuple[int, ...], data_type: int) -> Value:
    elements = 1
    for length in shape:
        elements *= length
        if length < 0 or elements > MAX_ELEMENTS:
            raise NetworkError("A tensor of the network has an impossible shape.")
    try:
        return Value(shape, helper.tensor_dtype_to_np_dtype(data_type))
    except KeyError as error:
        raise NetworkError("The network has values of an unknown type.") from error
