"""The parameters and multiply-accumulates of a layer, and the depth of a network in weighted layers."""

import math
from collections.abc import Iterable, Mapping, Sequence

from app.nets.reading.operators import Operator, OperatorGraph
from app.nets.reading.roles import NOT_LEARNED, kernel_shape

CONVOLUTIONS = {"Conv", "FusedConv", "ConvInteger", "QLinearConv"}
PRODUCTS = {
    "DynamicQuantizeMatMul", "FusedGemm", "Gemm", "MatMul", "MatMulInteger", "MatMulIntegerToFloat", "QGemm",
    "QLinearMatMul",
}  # fmt: skip
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
    MatMul: cells of the output times the length of the dot product. Biases, normalisation, activations, pooling
    and element-wise operators are not counted, nor are products with a factor of unknown shape.
    """
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
