"""The operators for which onnxruntime computes another size than ONNX infers."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
from onnx import GraphProto, NodeProto, TensorProto, helper

from app.nets.reading.shapes.shape_values import ShapeValues
from app.nets.resizing import FIRST_RESIZE
from app.nets.window import SAME, read_corrected_pool_window, transposed_output_size

POOLS = {"MaxPool", "AveragePool", "LpPool"}
RESIZES = {"Resize", "Upsample"}
InferredShapes = Mapping[str, Sequence[int]]


class RuntimeSizes:
    """Rewrites the operators of a graph so that those sizes are inferred for them that onnxruntime computes.

    `values` are the numbers that the graph computes from shapes, `opset` is the version of ONNX.
    """

    def __init__(self, graph: GraphProto, values: ShapeValues, opset: int) -> None:
        self._graph, self._values, self._opset = graph, values, opset
        self._nodes = [node for node in graph.node if node.op_type in POOLS | RESIZES | {"ConvTranspose"}]

    @property
    def is_needed(self) -> bool:
        """Whether the graph has such operators."""
        return bool(self._nodes)

    def rewrite_next(self, shapes: InferredShapes) -> bool:
        """Rewrite the next operator, one at a time: the size of another may depend on it; False if all are right.

        `shapes` are the inferred ones, by the value's name.
        """
        return any(self._rewrite(node, shapes) for node in self._nodes)

    def _rewrite(self, node: NodeProto, shapes: InferredShapes) -> bool:
        lengths = shapes.get(node.input[0], [])
        if not prod(lengths[2:]) or len(lengths) < 3:  # not known
            return False
        if node.op_type in POOLS:
            return _rewrite_pool(node, lengths[2:])
        if node.op_type in RESIZES:
            size = self._resized(node, lengths)
        elif node.op_type == "ConvTranspose":
            size = _transposed(node, lengths, shapes.get(node.input[1], []))
        else:  # rewritten before
            return False
        if size is None or list(shapes.get(node.output[0], [])) == size:
            return False
        name = f"size of {node.output[0]}"
        self._graph.initializer.append(helper.make_tensor(name, TensorProto.INT64, [len(size)], size))
        node.CopyFrom(helper.make_node("Reshape", [node.input[0], name], node.output[:1]))
        return True

    def _resized(self, node: NodeProto, lengths: Sequence[int]) -> list[int] | None:
        """The size after a Resize by scales, rounded down from a product in float32; None if they are not known."""
        attributes = _attributes(node)
        scales = attributes.get("scales")
        place = 1 if node.op_type == "Upsample" or self._opset <= FIRST_RESIZE else 2
        if scales is None and len(node.input) > place and node.input[place]:
            known = self._values.value(node.input[place])
            scales = None if known is None else known.reshape(-1).tolist()
        if not scales:
            return None
        axes = [axis % len(lengths) for axis in attributes.get("axes", range(len(lengths)))]
        if len(axes) != len(scales):
            return None
        size = list(lengths)
        for axis, scale in zip(axes, scales, strict=True):
            size[axis] = int(np.float32(lengths[axis]) * np.float32(scale))
        return size if min(size) > 0 else None


def _attributes(node: NodeProto) -> dict[str, Any]:
    values = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in values.items()}


def _transposed(node: NodeProto, lengths: Sequence[int], kernel: Sequence[int]) -> list[int] | None:
    """The size after a ConvTranspose whose padding follows from that size; None if it does not, or is not known."""
    attributes = _attributes(node)
    if attributes.get("auto_pad") not in SAME and "output_shape" not in attributes:
        return None
    if len(kernel) != len(lengths) or 0 in kernel:
        return None
    channels = kernel[1] * attributes.get("group", 1)
    return [lengths[0], channels, *transposed_output_size(attributes, kernel[2:], lengths[2:])]


def _rewrite_pool(pool: NodeProto, size: Sequence[int]) -> bool:
    """Rewrite a pool with explicit padding and no `ceil_mode`, if its size is inferred too large; whether it is."""
    window = read_corrected_pool_window(_attributes(pool), size)
    if window is None:
        return False
    del pool.attribute[:]
    geometry = {"kernel_shape": window.kernel, "strides": window.strides, "dilations": window.dilations}
    for name, value in (geometry | {"pads": window.pads}).items():
        pool.attribute.append(helper.make_attribute(name, value))
    return True
