"""The filters of a layer: its weights in the form that the operator multiplies with."""

from collections.abc import Mapping

import numpy as np

from app.nets.layer import Layer
from app.nets.reading.constants import Constants
from app.nets.reading.quantisation import Array, Scaling, dequantize

PRODUCTS = {"DynamicQuantizeMatMul", "MatMul", "MatMulInteger", "MatMulIntegerToFloat", "QLinearMatMul"}
FULLY_CONNECTED = {"FusedGemm", "Gemm", "QGemm"}  # which may say that their weights are transposed
# The inputs of integer operators that are the scale and the zero point of their weights, and the axis of the outputs.
SCALINGS: Mapping[str, tuple[int | None, int, int]] = {
    "ConvInteger": (None, 3, 0),
    "DynamicQuantizeMatMul": (2, 3, -1),
    "MatMulInteger": (None, 3, -1),
    "MatMulIntegerToFloat": (3, 5, -1),
    "QGemm": (4, 5, -1),
    "QLinearConv": (4, 5, 0),
    "QLinearMatMul": (4, 5, -1),
}


def filters_of(layer: Layer, constants: Constants) -> Array:
    """The filters of a layer with weights: (C_out, C_in / groups, kH, kW), or (N_out, N_in); of a Conv1d (C, C_in, kW).

    Quantised weights are dequantised; those of an operator without a scale have the scale 1.

    Raises:
        KeyError: the file does not have them.
    """
    inputs = constants.inputs_of(layer.output)
    position = next(at for at, value in enumerate(inputs) if constants.stored(value) == layer.weights["weight"])
    weights = constants.array(inputs[position])
    if layer.op in SCALINGS:
        weights = dequantize(weights, _scaling(layer, inputs, constants))
    if layer.op == "ConvTranspose":
        return _by_output(weights, int(layer.attributes.get("group", 1)))
    is_second_factor = layer.op in PRODUCTS and position > 0
    if is_second_factor or (layer.op in FULLY_CONNECTED and not layer.attributes.get("transB")):
        weights = weights.swapaxes(-1, -2) if weights.ndim > 1 else weights
    return weights


def _by_output(weights: Array, groups: int) -> Array:
    """The weights of a transposed convolution, (C_in, C_out / groups, ...), as (C_out, C_in / groups, ...)."""
    inputs, outputs, *kernel = weights.shape
    grouped = weights.reshape(groups, inputs // groups, outputs, *kernel)
    return grouped.swapaxes(1, 2).reshape(groups * outputs, inputs // groups, *kernel)


def _scaling(layer: Layer, inputs: tuple[str, ...], constants: Constants) -> Scaling:
    scale, zero, axis = SCALINGS[layer.op]
    axis = 0 if layer.attributes.get("transB") else axis
    known = constants.array(inputs[zero]) if zero < len(inputs) and inputs[zero] else None
    return Scaling(np.ones((), np.float32) if scale is None else constants.array(inputs[scale]), known, axis)
