"""The kinds of ONNX operators: what an operator is for, as textbooks group them."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "convolution": "Conv ConvTranspose ConvInteger FusedConv QLinearConv",
    "activation": "Relu Clip LeakyRelu PRelu Elu Selu Gelu Sigmoid HardSigmoid HardSwish Tanh Softplus Softmax "
    "QLinearLeakyRelu QLinearSigmoid QLinearSoftmax",
    "pooling": "MaxPool AveragePool LpPool GlobalAveragePool GlobalMaxPool ReduceMean QLinearAveragePool "
    "QLinearGlobalAveragePool",
    "normalisation": "BatchNormalization LRN InstanceNormalization LayerNormalization GroupNormalization",
    "merge": "Add Sum Concat Mul Sub Max Mean QLinearAdd QLinearConcat QLinearMul",
    "dense": "Gemm MatMul FusedGemm MatMulInteger QGemm QLinearMatMul",
    "passthrough": "Dropout Identity",  # their output is their input
}
_KIND_OF = {op: kind for kind, ops in KINDS.items() for op in ops.split()}


def operator_kind(op: str) -> str:
    """The kind of an ONNX operator, `other` for those without a kind."""
    return _KIND_OF.get(op, "other")
