"""ONNX surgery: the same graph with other values as its outputs, and with inputs that change values as it runs."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper

from app.errors import NetworkError
from app.nets.reading.rewriting.nested_graphs import rename_values


@dataclass(frozen=True, slots=True)
class ScaledValue:
    """A value that is multiplied by one input of the graph, `factor`, then added to another, `offset`.

    With a `reader` this holds only where the operator with that output reads the value, else wherever it is read.
    """

    value: str
    dtype: np.dtype[Any]
    reader: str = ""

    @property
    def factor(self) -> str:
        return f"{self.value} factor {self.reader}"

    @property
    def offset(self) -> str:
        return f"{self.value} offset {self.reader}"


def expose_outputs(model: ModelProto, values: Iterable[str], narrow: Container[str] = ()) -> ModelProto:
    """A copy of the model whose outputs are `values`, in their order and without duplicates.

    Those in `narrow` have a type that NumPy does not have: they are given as float32, which has all of their numbers.
    Weights that the model keeps in another file stay there. The runtime infers the type of new outputs.

    Raises:
        NetworkError: the graph computes no value of that name.
    """
    computed = {value for node in model.graph.node for value in node.output}
    outputs = [value for value in dict.fromkeys(values) if value]
    if not computed.issuperset(outputs):
        raise NetworkError("The network computes no such value.")
    result = ModelProto()
    result.CopyFrom(model)
    converted = {value: f"{value} as it is" for value in outputs if value in narrow}
    _convert(result, converted)
    declared = {value.name: value for value in model.graph.output if value.name not in converted}
    del result.graph.output[:]
    result.graph.output.extend(declared.get(value, helper.make_empty_tensor_value_info(value)) for value in outputs)
    return result


def _convert(model: ModelProto, names: Mapping[str, str]) -> None:
    """Give the values of these names other names, and convert each to float32 under its own."""
    if not names:
        return
    for node in model.graph.node:
        rename_values(node, lambda value: names.get(value, value))
    model.graph.node.extend(
        helper.make_node("Cast", [narrow], [value], to=TensorProto.FLOAT) for value, narrow in names.items()
    )
    for info in model.graph.value_info:
        info.name = names.get(info.name, info.name)


def scale_values(model: ModelProto, values: Iterable[ScaledValue]) -> ModelProto:
    """A copy of the model that scales and shifts these values. Factors and offsets have any shape that broadcasts.

    The scaled value has the name of the value, unless it has a reader. Weights that the model keeps in another file
    stay there.
    """
    result = ModelProto()
    result.CopyFrom(model)
    for scaled in values:
        nodes = [part for node in result.graph.node for part in _scale_at(node, scaled)]
        del result.graph.node[:]
        result.graph.node.extend(nodes)
        kind = helper.np_dtype_to_tensor_dtype(scaled.dtype)
        result.graph.input.extend(
            helper.make_tensor_value_info(name, kind, None) for name in (scaled.factor, scaled.offset)
        )
    return result


def _scale_at(node: NodeProto, scaled: ScaledValue) -> list[NodeProto]:
    """The operator, and with it the scaling where it computes the value, or is the one that reads it."""
    if scaled.reader and scaled.reader in node.output:
        changed = f"{scaled.value} for {scaled.reader}"
        node.input[:] = [changed if name == scaled.value else name for name in node.input]
        return [*_scaling(scaled, scaled.value, changed), node]
    if not scaled.reader and scaled.value in node.output:
        original = f"{scaled.value} before scaling"
        node.output[:] = [original if name == scaled.value else name for name in node.output]
        return [node, *_scaling(scaled, original, scaled.value)]
    return [node]


def _scaling(scaled: ScaledValue, original: str, changed: str) -> list[NodeProto]:
    product = f"{scaled.factor} product"
    return [
        helper.make_node("Mul", [original, scaled.factor], [product]),
        helper.make_node("Add", [product, scaled.offset], [changed]),
    ]
