"""The snippets by ONNX operator."""

from collections.abc import Mapping

from app.arithmetic.scripts.axes import REDUCTIONS, reduction, softmax
from app.arithmetic.scripts.formulas import FUNCTIONS, SIGNS, combination, function
from app.arithmetic.scripts.movement import concatenation, padding, reshaping, slicing, transposition
from app.arithmetic.scripts.normalisation import (
    batch_normalisation,
    group_normalisation,
    instance_normalisation,
    layer_normalisation,
    response_normalisation,
)
from app.arithmetic.scripts.products import fully_connected, matrix_product
from app.arithmetic.scripts.snippet import Snippet
from app.arithmetic.scripts.windows import average_pooling, convolution, max_pooling, transposed_convolution

SNIPPETS: Mapping[str, Snippet] = {
    "AveragePool": average_pooling,
    "BatchNormalization": batch_normalisation,
    "Concat": concatenation,
    "Conv": convolution,
    "ConvTranspose": transposed_convolution,
    "Gemm": fully_connected,
    "GroupNormalization": group_normalisation,
    "InstanceNormalization": instance_normalisation,
    "LRN": response_normalisation,
    "LayerNormalization": layer_normalisation,
    "MatMul": matrix_product,
    "MaxPool": max_pooling,
    "Pad": padding,
    "Slice": slicing,
    "Transpose": transposition,
    **dict.fromkeys(FUNCTIONS, function),
    **dict.fromkeys(SIGNS, combination),
    **dict.fromkeys(REDUCTIONS, reduction),
    **dict.fromkeys(("Flatten", "Reshape", "Squeeze", "Unsqueeze"), reshaping),
    **dict.fromkeys(("LogSoftmax", "Softmax"), softmax),
}
# What stands above a snippet in the script; for the others it is the operator's name.
COMMENTS: Mapping[str, str] = {
    "AveragePool": "The mean of the window; NaN stands for padding that does not count.",
    "BatchNormalization": "The mean of the training is taken off, the result divided by its standard deviation.",
    "Concat": "The channels of the parts, one part after the other.",
    "Conv": "The window times the filter, added up, and the bias.",
    "ConvTranspose": "Each input cell adds its number times the filter to the output; the padding is cut off.",
    "Gemm": "The inputs times the weights of the unit, added up, and the bias.",
    "GlobalAveragePool": "The mean of the channel's map.",
    "GlobalMaxPool": "The maximum of the channel's map.",
    "LRN": "The number, divided by a power of the squares at its place in the neighbouring channels.",
    "MatMul": "A row times a column, added up.",
    "MaxPool": "The maximum of the window.",
    "Softmax": "The exponential of each number, the maximum taken off, divided by their sum.",
}
