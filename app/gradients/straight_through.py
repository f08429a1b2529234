"""Operators on quantised numbers, rewritten as the operators on real numbers that they stand for, between roundings.

Their gradient is then the straight-through one of `app.gradients.rules.quantisation`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, helper

from app.nets.reading.operators import Operator, OperatorGraph
from app.nets.reading.shapes.shape_inference import TensorSpec

FLOAT32 = np.dtype(np.float32)


@dataclass(frozen=True, slots=True)
class RealOperator:
    """The operator on real numbers, and where the quantised one has its numbers.

    Each of `operands` is the position of a number that its scale and its zero point follow; `scale` is that of the
    result's scale. A `bias` has the product of the operands' scales. `axis` is the axis of a scale for each channel of
    the second operand.
    """

    op: str
    operands: Sequence[int]
    scale: int
    bias: int | None = None
    axis: int = 0


def _of_two(op: str) -> RealOperator:
    return RealOperator(op, (0, 3), 6)


def _of_one(op: str) -> RealOperator:
    return RealOperator(op, (0,), 3)


EXPANSIONS: Mapping[str, RealOperator] = {
    "QLinearConv": RealOperator("Conv", (0, 3), 6, bias=8),
    "QLinearMatMul": RealOperator("MatMul", (0, 3), 6, axis=1),
    "QGemm": RealOperator("Gemm", (0, 3), 7, bias=6),
    "QLinearAdd": _of_two("Add"),
    "QLinearMul": _of_two("Mul"),
    "QLinearSigmoid": _of_one("Sigmoid"),
    "QLinearLeakyRelu": _of_one("LeakyRelu"),
    "QLinearSoftmax": _of_one("Softmax"),
    "QLinearAveragePool": _of_one("AveragePool"),
    "QLinearGlobalAveragePool": _of_one("GlobalAveragePool"),
    "QLinearConcat": RealOperator("Concat", range(2, 100_000, 3), 0),
}
OWN_ATTRIBUTES = {"channels_last", "opset"}  # that only the quantised operators have


def between_roundings(model: ModelProto, source: OperatorGraph) -> tuple[ModelProto, OperatorGraph]:
    """A model and its operators with every operator of `EXPANSIONS` expanded; the same two if there are none.

    The model is not changed, and its values keep their names.
    """
    if not any(operator.op in EXPANSIONS for operator in source.operators):
        return model, source
    nodes = {next(filter(None, node.output), ""): node for node in model.graph.node}
    writer = _Rewriting(source)
    for operator in source.operators:
        node = nodes[next(filter(None, operator.outputs), "")]
        if operator.op in EXPANSIONS:
            writer.expand(operator, EXPANSIONS[operator.op])
        else:
            writer.nodes.append(node)
            writer.operators.append(operator)
    result = ModelProto()
    result.CopyFrom(model)
    del result.graph.node[:]
    result.graph.node.extend(writer.nodes)
    return result, replace(
        source,
        operators=tuple(writer.operators),
        values=writer.values,
        input_dependent=frozenset(writer.input_dependent),
    )


class _Rewriting:
    """Collects nodes and what is known of their values."""

    def __init__(self, source: OperatorGraph) -> None:
        self.nodes: list[NodeProto] = []
        self.operators: list[Operator] = []
        self.values = dict(source.values)
        self.input_dependent = set(source.input_dependent)

    def expand(self, operator: Operator, expansion: RealOperator) -> None:
        inputs, (output, *_) = operator.inputs, operator.outputs
        operands = [
            self._real(inputs[place : place + 3], output, expansion.axis if number else 1)
            for number, place in enumerate(place for place in expansion.operands if place < len(inputs))
        ]
        if expansion.bias is not None and expansion.bias < len(inputs) and inputs[expansion.bias]:
            operands.append(self._bias(inputs, expansion.bias, output))
        attributes = {name: value for name, value in operator.attributes.items() if name not in OWN_ATTRIBUTES}
        scale = inputs[expansion.scale : expansion.scale + 2]
        if not scale or not scale[0]:
            self._add(expansion.op, operands, output, attributes)
            return
        real = self._add(expansion.op, operands, f"{output} before rounding", attributes)
        self.values[real] = TensorSpec(self.values[output].shape, FLOAT32)
        self._add("QuantizeLinear", [real, *filter(None, scale)], output, {})

    def _real(self, triple: Sequence[str], output: str, axis: int) -> str:
        value, scale, *zero = triple
        real = self._add(
            "DequantizeLinear", [value, scale, *filter(None, zero)], f"{value} for {output}", {"axis": axis}
        )
        self.values[real] = TensorSpec(self.values[value].shape, FLOAT32)
        return real

    def _bias(self, inputs: Sequence[str], place: int, output: str) -> str:
        scale = self._add("Mul", [inputs[1], inputs[4]], f"scale of the bias of {output}", {})
        self.values[scale] = TensorSpec(self.values[inputs[4]].shape, FLOAT32)
        return self._real((inputs[place], scale), output, 0)

    def _add(self, op: str, inputs: Sequence[str], output: str, attributes: Mapping[str, Any]) -> str:
        self.nodes.append(helper.make_node(op, inputs, [output], **attributes))
        self.operators.append(Operator(op, output, tuple(inputs), (output,), attributes))
        if not self.input_dependent.isdisjoint(inputs):
            self.input_dependent.add(output)
        return output
