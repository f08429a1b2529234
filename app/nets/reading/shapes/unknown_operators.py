"""Operators that ONNX has no shape inference for, and the standard operators whose output has the same shape."""

from collections.abc import Mapping, Sequence

from onnx import NodeProto, TensorProto, helper

SAME_SHAPE = {
    "BiasGelu", "FastGelu", "Gelu", "GroupNormalization", "MeanVarianceNormalization", "QLinearLeakyRelu",
    "QLinearSigmoid", "QLinearSoftmax", "QuickGelu", "SkipLayerNormalization",
}  # fmt: skip
FIRST_VERSIONS = {"LayerNormalization": 17}  # of ONNX; onnxruntime writes them for files of older versions too
QGEMM_SCALE = 7  # the place of the scale of its output, which it may leave out
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


def standard_operators(node: NodeProto, opset: int) -> list[NodeProto]:
    """Standard operators whose output has the shape and type of this one's, if it has no shape inference; else itself.

    `opset` is the version of ONNX. An operator that gives the real numbers that its products of whole numbers stand for
    is one with a Cast.
    """
    if node.op_type in SAME_SHAPE or opset < FIRST_VERSIONS.get(node.op_type, 0):
        return [helper.make_node("Identity", node.input[:1], node.output[:1])]
    if node.op_type not in STANDARD:
        return [node]
    op, places = STANDARD[node.op_type]
    standard = NodeProto()
    standard.CopyFrom(node)
    standard.op_type, standard.domain = op, ""
    del standard.input[:]
    standard.input.extend(value for place, value in enumerate(node.input) if place in places)
    if not _gives_real_numbers(node):
        return [standard]
    output = node.output[0]
    standard.output[0] = f"{output} in whole numbers"
    return [standard, helper.make_node("Cast", standard.output[:1], [output], to=TensorProto.FLOAT)]


def _gives_real_numbers(node: NodeProto) -> bool:
    return node.op_type == "MatMulIntegerToFloat" or (node.op_type == "QGemm" and not any(node.input[QGEMM_SCALE:]))
