"""Sequences of arrays: where an operator takes one by a known number, or joins those that are listed, it reads them."""

from collections.abc import Mapping

import numpy as np
from onnx import ModelProto, NodeProto, helper, numpy_helper

from app.nets.reading.model_file import Weight, inline_tensors
from app.nets.reading.rewriting.nested_graphs import values_read

MAKERS = {"SequenceConstruct", "SplitToSequence"}
READERS = {"SequenceAt", "ConcatFromSequence"}


def read_sequences(model: ModelProto) -> None:
    """Replace operators on sequences by operators on arrays, where the file fixes which ones."""
    makers = {node.output[0]: node for node in model.graph.node if node.op_type in MAKERS and node.output}
    if not makers:
        return
    writer = _Writer(model, inline_tensors(model))
    for node in model.graph.node:
        maker = makers.get(node.input[0]) if node.op_type in READERS and node.input else None
        replacement = None if maker is None else writer.replacement(node, maker)
        if replacement is not None:
            replacement.name = node.name
            node.CopyFrom(replacement)
    _remove_unread(model, makers)


class _Writer:
    """Writes the operators on arrays; the numbers that they need become constants."""

    def __init__(self, model: ModelProto, stored: Mapping[str, Weight]) -> None:
        self._model = model
        self._stored = stored

    def replacement(self, node: NodeProto, maker: NodeProto) -> NodeProto | None:
        """The operator that gives the same without the sequence; None where that depends on the run."""
        if node.op_type == "ConcatFromSequence":
            is_listed = maker.op_type == "SequenceConstruct" and not _number(node, "new_axis", 0)
            joined = helper.make_node("Concat", maker.input, node.output, axis=_number(node, "axis", 0))
            return joined if is_listed else None
        index = self._scalar(node.input[1])
        if index is None:
            return None
        if maker.op_type == "SequenceConstruct":
            is_there = -len(maker.input) <= index < len(maker.input)
            return helper.make_node("Identity", [maker.input[index]], node.output) if is_there else None
        return self._part(node.output[0], maker, index)

    def _part(self, output: str, maker: NodeProto, index: int) -> NodeProto | None:
        """One part of an array that is split into parts of the same length, 1 if none is given."""
        axis = _number(maker, "axis", 0)
        if len(maker.input) < 2 or not maker.input[1]:
            keeps_axis = bool(_number(maker, "keepdims", 1))
            at = self._constant(output, "index", [index] if keeps_axis else index)
            return helper.make_node("Gather", [maker.input[0], at], [output], axis=axis)
        length = self._scalar(maker.input[1])
        if length is None or index < 0:
            return None
        ends = [self._constant(output, name, [number]) for name, number in
                (("start", index * length), ("end", (index + 1) * length), ("axis", axis))]  # fmt: skip
        return helper.make_node("Slice", [maker.input[0], *ends], [output])

    def _scalar(self, value: str) -> int | None:
        known = self._stored.get(value)
        array = None if known is None else known.array()
        return int(array) if array is not None and array.ndim == 0 else None

    def _constant(self, output: str, name: str, number: int | list[int]) -> str:
        tensor = numpy_helper.from_array(np.array(number, np.int64), f"{name} of {output}")
        self._model.graph.initializer.append(tensor)
        return tensor.name


def _number(node: NodeProto, name: str, default: int) -> int:
    return next((attribute.i for attribute in node.attribute if attribute.name == name), default)


def _remove_unread(model: ModelProto, makers: Mapping[str, NodeProto]) -> None:
    read = {value for node in model.graph.node for value in values_read(node)}
    read |= {value.name for value in model.graph.output}
    unread = makers.keys() - read
    remaining = [node for node in model.graph.node if unread.isdisjoint(node.output)]
    nodes = [NodeProto.FromString(node.SerializeToString()) for node in remaining]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
