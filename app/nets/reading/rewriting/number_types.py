"""Types of numbers that onnxruntime does not compute with on a processor: such networks are computed in float32."""

from collections.abc import Iterable, Iterator

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from app.nets.reading.model_file import InlineTensor
from app.nets.reading.rewriting.nested_graphs import nested_graphs, rename_values

BFLOAT16, FLOAT64 = TensorProto.BFLOAT16, TensorProto.DOUBLE
NAMES: dict[int, str] = {BFLOAT16: "bfloat16", FLOAT64: "float64"}
TYPE_ATTRIBUTES = {"to", "dtype", "output_dtype", "stash_type", "softmax_precision"}
CONVOLUTIONS = {"Conv", "ConvTranspose"}


def compute_in_float32(model: ModelProto) -> tuple[str, ...]:
    """Rewrite a model that computes in bfloat16, or convolves in float64; gives a remark on it.

    Weights stay as they are and are converted as the network is loaded.
    """
    kinds = {kind for kind in _kinds(model) if kind == BFLOAT16 or _has_weights_of(model, kind)}
    if not kinds:
        return ()
    convert_to_float32(model, kinds)
    listed = ", ".join(sorted(NAMES[kind] for kind in kinds))
    return (f"The network computes in {listed}. Its values here are computed in float32, from the same weights.",)


def convert_to_float32(model: ModelProto, kinds: Iterable[int]) -> dict[str, str]:
    """Rewrite a model so that what it computes in these types is computed in float32.

    The values keep their names. Stored constants stay as they are; what reads one reads it converted, by a name that is
    given for the name of each.
    """
    for value in (*model.graph.input, *model.graph.output, *model.graph.value_info):
        _convert_value(value, kinds)
    stored = [tensor.name for tensor in model.graph.initializer if tensor.data_type in kinds]
    names = {name: f"{name} as float32" for name in stored}
    for node in model.graph.node:
        rename_values(node, lambda value: names.get(value, value))
        _convert_node(node, kinds)
    nodes = [helper.make_node("Cast", [name], [names[name]], to=TensorProto.FLOAT) for name in stored]
    nodes += [NodeProto.FromString(node.SerializeToString()) for node in model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return names


def _kinds(model: ModelProto) -> Iterator[int]:
    """The types among `NAMES` of the model's inputs, weights and conversions."""
    yield from (value.type.tensor_type.elem_type for value in model.graph.input)
    yield from (tensor.data_type for tensor in model.graph.initializer if tensor.data_type in NAMES)
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.name in TYPE_ATTRIBUTES and attribute.i in NAMES:
                yield attribute.i


def _has_weights_of(model: ModelProto, kind: int) -> bool:
    """Whether a convolution has weights of this type, which is one of `NAMES`."""
    weights = {tensor.name for tensor in model.graph.initializer if tensor.data_type == kind}
    return kind in NAMES and any(
        node.op_type in CONVOLUTIONS and not weights.isdisjoint(node.input) for node in model.graph.node
    )


def _convert_value(value: ValueInfoProto, kinds: Iterable[int]) -> None:
    if value.type.tensor_type.elem_type in kinds:
        value.type.tensor_type.elem_type = TensorProto.FLOAT


def _convert_node(node: NodeProto, kinds: Iterable[int]) -> None:
    """Convert the types that the attributes name, the constants in them and the graphs."""
    for attribute in node.attribute:
        if attribute.name in TYPE_ATTRIBUTES and attribute.i in kinds:
            attribute.i = TensorProto.FLOAT
        elif attribute.t.data_type in kinds:
            array = InlineTensor(attribute.t).array().astype(np.float32)
            attribute.t.CopyFrom(numpy_helper.from_array(array, attribute.t.name))
    for graph in nested_graphs(node):
        for value in (*graph.input, *graph.output, *graph.value_info):
            _convert_value(value, kinds)
        for tensor in graph.initializer:
            if tensor.data_type in kinds:
                array = InlineTensor(tensor).array().astype(np.float32)
                tensor.CopyFrom(numpy_helper.from_array(array, tensor.name))
        for inner in graph.node:
            _convert_node(inner, kinds)
