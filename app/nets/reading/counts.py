"""What a layer costs: its parameters, its multiply-accumulates, and how many weighted layers deep a network is."""

import math
from collections.abc import Iterable, Mapping, Sequence

from app.nets.reading.operators import Operator, Source

# The constants of an operator that were learned or measured in training, by the position of its inputs.
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


def weights_of(operator: Operator, source: Source, makers: Mapping[str, Operator]) -> dict[str, str]:
    """The operator's trained constants by role, each by the name of the tensor that its numbers come from.

    A constant that Add or Mul takes counts if it has more than one number: a lone number is part of the formula.
    """
    found: dict[str, str] = {}
    for role, value in zip(ROLES.get(operator.op, ()), operator.inputs, strict=False):
        if role and value and value not in source.carried:
            name = _origin(value, makers)
            if operator.op not in ("Add", "Mul") or math.prod(source.shape(name)) > 1:
                found[role] = name
    return found


def parameters(weights: Mapping[str, str], source: Source) -> dict[str, int]:
    """How many numbers of `weights` training learned, by tensor.

    The published convention: the running mean and variance of batch normalisation are measured, not learned, and do
    not count; constants of Clip, Pad, Resize and the like do not either.
    """
    return {name: math.prod(source.shape(name)) for role, name in weights.items() if role not in STATISTICS}


def macs(operator: Operator, weights: Mapping[str, str], source: Source) -> int:
    """Multiply-accumulates for one picture.

    Conv: C_out H_out W_out (C_in / groups) kH kW. ConvTranspose: C_in H_in W_in (C_out / groups) kH kW. Gemm and
    MatMul: cells of the output times the length of the sum behind each. Biases, normalisation, activations, pooling
    and element-wise operators are not counted.
    """
    if operator.op in CONVOLUTIONS | {"ConvTranspose"}:
        kernel = source.shape(weights["weight"] if "weight" in weights else operator.inputs[1])
        cells = source.shape(operator.inputs[0] if operator.op == "ConvTranspose" else operator.outputs[0])
        return math.prod(cells) * math.prod(kernel[1:])
    if operator.op in PRODUCTS:
        first = source.shape(operator.inputs[0])
        summed = first[0 if operator.attributes.get("transA") else -1] if first else 1
        return math.prod(source.shape(operator.outputs[0])) * summed
    return 0


def is_weighted(op: str, weights: Mapping[str, str]) -> bool:
    """Whether papers count such a layer: Conv, ConvTranspose, and Gemm or MatMul with a weight."""
    return op in WEIGHTED and "weight" in weights


def depth(chain: Iterable[tuple[str, Sequence[str], bool]]) -> int:
    """The most weighted layers on any path, given (id, ids of its inputs, weighted) of every layer, inputs first.

    VGG-16 has 16 of them, GoogLeNet 22.
    """
    deepest: dict[str, int] = {}
    for layer, inputs, weighted in chain:
        deepest[layer] = max((deepest.get(source, 0) for source in inputs), default=0) + weighted
    return max(deepest.values(), default=0)


def _origin(value: str, makers: Mapping[str, Operator]) -> str:
    while value in makers and makers[value].op in SAME_NUMBERS:
        value = makers[value].inputs[0]
    return value
