"""Operators that ONNX has no shape inference for, and the standard operators whose output has the same shape."""

from collections.abc import Mapping, Sequence

from onnx import NodeProto, helper

SAME_SHAPE = {
    "BiasGelu", "FastGelu", "Gelu", "GroupNormalization", "MeanVarianceNormalization", "QLinearLeakyRelu",
    "QLinearSigmoid", "QLinearSoftmax", "QuickGelu", "SkipLayerNormalization",
}  # fmt: skip
# The standard operator, and the places of the inputs that it takes: those of a quantised one have scales between them.
STANDARD: Mapping[str, tuple[str, Sequence[int]]] = {
    "DynamicQuantizeLSTM": ("LSTM", (0, 1, 2)),
    "DynamicQuantizeMatMul": ("MatMul", (0, 1)),
    "FusedConv": ("Conv", (0, 1)),
    "FusedGemm": ("Gemm", (0, 1)),
    "MatMulIntegerToFloat": ("MatMul", (0, 1)),
    "QGemm": ("Gemm", (0, 3)),
    "QLinearAdd": ("Add", (0, 3)),
    "QLinearAveragePool": ("AveragePool", (0,)),
    "QLinearConcat": ("Concat", range(2, 100_000, 3)),
    "QLinearGlobalAveragePool": ("GlobalAveragePool", (0,)),
    "QLinearMul": ("Mul", (0, 3)),
}


def replace_unknown(node: NodeProto) -> None:
    """Turn an operator without shape inference into one whose output has the same shape; leave all others."""
    if node.op_type in SAME_SHAPE:
        node.CopyFrom(helper.make_node("Identity", node.input[:1], node.output[:1]))
    elif node.op_type in STANDARD:
        node.op_type, places = STANDARD[node.op_type]
        node.domain = ""
        inputs = [value for place, value in enumerate(node.input) if place in places]
        del node.input[:]
        node.input.extend(inputs)
