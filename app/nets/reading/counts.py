"""The parameters and multiply-accumulates of a layer, and the depth of a network in weighted layers."""

import math
from collections.abc import Iterable, Mapping, Sequence

from app.nets.reading.operators import Operator, OperatorGraph

# The roles of an operator's inputs, by position; training learned or measured the constants in them.
ROLES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("Conv", "ConvTranspose", "FusedConv", "Gemm", "FusedGemm"), ("", "weight", "bias")),
    **dict.fromkeys(("ConvInteger", "MatMulInteger"), ("", "weight")),
    **dict.fromkeys(("InstanceNormalization", "LayerNormalization", "GroupNormalization"), ("", "scale", "bias")),
    "BatchNormalization": ("", "scale", "bias", "mean", "var"),
    "PRelu": ("", "slope"),
    "QLinearConv": ("", "", "", "weight", "", "", "", "", "bias"),
    "QLinearMatMul": ("", "", "", "weight"),
    "MatMul": ("weight", "weight"),
    "Add": ("bias", "bias"),
    "Mul": ("scale", "scale"),
}
STATISTICS = {"mean", "var"}
SAME_NUMBERS = {"Cast", "Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze"}
CONVOLUTIONS = {"Conv", "FusedConv", "ConvInteger", "QLinearConv"}
PRODUCTS = {"Gemm", "FusedGemm", "MatMul", "MatMulInteger", "QLinearMatMul"}
WEIGHTED = CONVOLUTIONS | PRODUCTS | {"ConvTranspose"}


def trained_constants(operator: Operator, graph: OperatorGraph, makers: Mapping[str, Operator]) -> dict[str, str]:
    """The names of the operator's trained tensors, by role.

    A constant of Add or Mul counts if it has more than one entry: a scalar is part of a formula.
    """
    found: dict[str, str] = {}
    for role, value in zip(ROLES.get(operator.op, ()), operator.inputs, strict=False):
        if role and value and value not in graph.input_dependent:
            name = _stored_tensor(value, makers)
            if operator.op not in ("Add", "Mul") or math.prod(graph.shape(name)) > 1:
                found[role] = name
    return found


def count_parameters(weights: Mapping[str, str], graph: OperatorGraph) -> dict[str, int]:
    """The number of learned parameters in `weights`, by tensor.

    As papers count them: the running mean and variance of batch normalisation are measured, not learned, and do not
    count; nor do constants of Clip, Pad, Resize and the like.
    """
    return {name: math.prod(graph.shape(name)) for role, name in weights.items() if role not in STATISTICS}


def count_macs(operator: Operator, weights: Mapping[str, str], graph: OperatorGraph) -> int:
    """The multiply-accumulates for one input.

    Conv: C_out H_out W_out (C_in / groups) kH kW. ConvTranspose: C_in H_in W_in (C_out / groups) kH kW. Gemm and
    MatMul: cells of the output times the length of the dot product. Biases, normalisation, activations, pooling
    and element-wise operators are not counted.
    """
    if operator.op in CONVOLUTIONS | {"ConvTranspose"}:
        kernel = graph.shape(weights["weight"] if "weight" in weights else operator.inputs[1])
        cells = graph.shape(operator.inputs[0] if operator.op == "ConvTranspose" else operator.outputs[0])
        return math.prod(cells) * math.prod(kernel[1:])
    if operator.op in PRODUCTS:
        first = graph.shape(operator.inputs[0])
        length = first[0 if operator.attributes.get("transA") else -1] if first else 1
        return math.prod(graph.shape(operator.outputs[0])) * length
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


def _stored_tensor(value: str, makers: Mapping[str, Operator]) -> str:
    """The stored tensor that a constant is a reshaped or cast copy of."""
    while value in makers and makers[value].op in SAME_NUMBERS:
        value = makers[value].inputs[0]
    return value
