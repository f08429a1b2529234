"""Operators on constants, by onnx's reference evaluator: only those whose time and memory are known before they run."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from math import prod
from typing import Any, cast

import numpy as np
from onnx import NodeProto, OperatorSetIdProto, TensorProto, helper
from onnx.reference import ReferenceEvaluator

from app.nets.reading.quantisation import Array

# What arithmetic with shapes consists of: no loops, no windows, no products of matrices.
ARITHMETIC = {
    "Abs", "Add", "And", "Cast", "Ceil", "Clip", "Concat", "Constant", "ConstantOfShape", "Div", "Equal", "Expand",
    "Flatten", "Floor", "Gather", "Greater", "GreaterOrEqual", "Identity", "Less", "LessOrEqual", "Max", "Min", "Mod",
    "Mul", "Neg", "Not", "Or", "Pow", "Range", "Reciprocal", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceSum",
    "Reshape", "Round", "Slice", "Split", "Sqrt", "Squeeze", "Sub", "Tile", "Transpose", "Unsqueeze", "Where",
}  # fmt: skip


def compute_operator(
    node: NodeProto, inputs: Mapping[str, Array], opsets: Sequence[OperatorSetIdProto], limit: int
) -> Mapping[str, Array]:
    """The outputs of an operator on these inputs, by name; none if they have more entries than `limit`, or can't be.

    An operator outside of the list is not computed, nor is any with texts: they grow as they are added.
    """
    arrays = [inputs[name] for name in node.input if name]
    if node.domain not in ("", "ai.onnx") or node.op_type not in ARITHMETIC or _has_texts(node, arrays):
        return {}
    outputs = [name for name in node.output if name]
    graph = helper.make_graph(
        [node], "constant", _infos(inputs), [helper.make_empty_tensor_value_info(name) for name in outputs]
    )
    try:
        if not _most_entries(node.op_type, arrays) <= limit:  # or it is NaN
            return {}
        with np.errstate(all="ignore"):  # a network may divide by zero
            results = ReferenceEvaluator(helper.make_model(graph, opset_imports=opsets)).run(None, dict(inputs))
    except Exception:  # the evaluator raises errors of many types; the values are then unknown
        return {}
    computed = dict(zip(outputs, map(np.asarray, cast("list[Array]", results)), strict=True))
    return computed if all(array.size <= limit for array in computed.values()) else {}


def _has_texts(node: NodeProto, inputs: Sequence[Array]) -> bool:
    makes_texts = any(attribute.name == "to" and attribute.i == TensorProto.STRING for attribute in node.attribute)
    return makes_texts or any(array.dtype.kind in "OSU" for array in inputs)


def _infos(inputs: Mapping[str, Array]) -> list[Any]:
    return [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
        for name, array in inputs.items()
    ]


def _most_entries(op: str, inputs: Sequence[Array]) -> float:
    """At least as many entries as the output has, and every array on the way to it."""
    if op in ("ConstantOfShape", "Expand", "Range", "Tile"):
        return _asked_entries(op, inputs)
    if op == "Concat":
        return sum(array.size for array in inputs)
    if op == "Gather":
        return inputs[0].size * max(1, inputs[1].size)
    axes = zip_longest(*(reversed(array.shape) for array in inputs), fillvalue=1)
    return float(prod(max(lengths) for lengths in axes))  # broadcast to one another


def _asked_entries(op: str, inputs: Sequence[Array]) -> float:
    """The entries of an operator whose inputs say how large its output is."""
    numbers = [np.abs(array.real.astype(np.float64)) for array in inputs]
    if op == "ConstantOfShape":
        return float(numbers[0].prod())
    if op == "Range":
        return float((numbers[0] + numbers[1]).max() / max(float(numbers[2].max()), 1e-9))
    return max(1, inputs[0].size) * float(np.maximum(numbers[1], 1).prod())
