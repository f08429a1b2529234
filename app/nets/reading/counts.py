"""The parameters and multiply-accumulates of a layer, and the depth of a network in weighted layers."""

import math
from collections.abc import Iterable, Mapping, Sequence

from app.nets.reading.equation import read_equation
from app.nets.reading.operators import Operator, OperatorGraph
from app.nets.reading.roles import NOT_LEARNED, kernel_shape

CONVOLUTIONS = {"Conv", "FusedConv", "ConvInteger", "QLinearConv"}
PRODUCTS = {
    "DynamicQuantizeMatMul", "FusedGemm", "Gemm", "MatMul", "MatMulInteger", "MatMulIntegerToFloat", "QGemm",
    "QLinearMatMul",
}  # fmt: skip
RECURRENT = {"DynamicQuantizeLSTM", "GRU", "LSTM", "RNN"}
WEIGHTED = CONVOLUTIONS | PRODUCTS | {"ConvTranspose"}


def count_parameters(weights: Mapping[str, str], graph: OperatorGraph) -> dict[str, int]:
    """The number of learned parameters in `weights`, by tensor.

    As papers count them: the running mean and variance of batch normalisation are measured, not learned, and do not
    count; nor do a scale and bias that were not learned, nor constants of Clip, Pad, Resize and the like.
    """
    return {name: math.prod(graph.shape(name)) for role, name in weights.items() if role not in NOT_LEARNED}


def count_macs(operator: Operator, graph: OperatorGraph) -> int:
    """The multiply-accumulates for one input.

    Conv: C_out H_out W_out (C_in / groups) kH kW. ConvTranspose: C_in H_in W_in (C_out / groups) kH kW. Gemm and
    MatMul: cells of the output times the length of the dot product. Einsum of two factors: the product of all lengths.
    GRU, LSTM and RNN: the weights of the inputs and of the state, in each step. Biases, normalisation, activations,
    pooling and element-wise operators are not counted, nor are products with a factor of unknown shape.
    """
    if operator.op in RECURRENT | {"Einsum"}:
        if any(name not in graph.values for name in operator.inputs[:3]):
            return 0
        shapes = [graph.shape(name) for name in operator.inputs[:3]]
        count = _contraction(operator, shapes) if operator.op == "Einsum" else _recurrence(*shapes)
        return count // graph.image.batch
    if operator.op in CONVOLUTIONS | {"ConvTranspose"}:
        kernel = kernel_shape(operator, graph)
        cells = graph.shape(operator.inputs[0] if operator.op == "ConvTranspose" else operator.outputs[0])
        return math.prod(cells) * math.prod(kernel[1:]) // graph.image.batch
    if operator.op in PRODUCTS:
        if operator.inputs[0] not in graph.values:
            return 0
        first = graph.shape(operator.inputs[0])
        length = first[0 if operator.attributes.get("transA") else -1] if first else 1
        return math.prod(graph.shape(operator.outputs[0])) * length // graph.image.batch
    return 0


def _contraction(operator: Operator, shapes: Sequence[Sequence[int]]) -> int:
    """The products of an Einsum: a letter's length is the greatest, as the others are broadcast to it."""
    if len(shapes) != 2:
        return 0
    lengths: dict[str, int] = {}
    equation = read_equation(str(operator.attributes["equation"]), [len(shape) for shape in shapes])
    for letters, shape in zip(equation.operands, shapes, strict=True):
        for letter, length in zip(letters, shape, strict=True):
            lengths[letter] = max(length, lengths.get(letter, 1))
    return math.prod(lengths.values())


def _recurrence(x: Sequence[int], weight: Sequence[int], recurrent_weight: Sequence[int]) -> int:
    """The products in all steps of a sequence; both weights have those of every direction and gate."""
    return math.prod(x[:2]) * (math.prod(weight) + math.prod(recurrent_weight))


def is_weighted(op: str, weights: Mapping[str, str]) -> bool:
    """Whether papers count the layer: Conv, ConvTranspose, and Gemm or MatMul with a weight."""
    return op in WEIGHTED and "weight" in weights


def count_depth(layers: Iterable[tuple[str, Sequence[str], bool]]) -> int:
    """The most weighted layers on any path: 16 in VGG-16, 22 in GoogLeNet.

    Args:
        layers: (id, ids of its inputs, whether it is weighted) of every layer, in topological order.
    """
    deepest: dict[str, int] = {}
    for layer, inputs, weighted in layers:
        deepest[layer] = max((deepest.get(source, 0) for source in inputs), default=0) + weighted
    return max(deepest.values(), default=0)
