"""Normalisation: batch normalisation with constant statistics, and local response normalisation."""

import numpy as np
import numpy.typing as npt

from app.gradients.call import Call
from app.gradients.rules.rule import Rule


def _check_constant(call: Call) -> None:
    if call.attribute("training_mode", 0) or any(call.depends_on_input(position) for position in range(1, 5)):
        raise call.refusal("its statistics depend on the input")
    if call.opset < 9 and not call.attribute("spatial", 1):
        raise call.refusal("it has statistics per cell")


def _batch_norm(call: Call, _: int) -> str:
    """g scale / sqrt(variance + epsilon)."""
    _check_constant(call)
    epsilon = call.float32_constant(float(call.attribute("epsilon", 1e-5)))
    deviation = call.add("Sqrt", call.add("Add", call.input(4), epsilon))
    factor = call.add("Div", call.input(1), deviation)
    shape = call.int64_constant([-1, *[1] * (len(call.shape()) - 2)])
    return call.add("Mul", call.gradient, call.add("Reshape", factor, shape))


def _batch_norm_forward(call: Call) -> None:
    """Old versions have outputs and attributes for training only."""
    _check_constant(call)
    epsilon = float(call.attribute("epsilon", 1e-5))
    call.writer.add_node("BatchNormalization", call.operator.inputs, call.operator.outputs[:1], epsilon=epsilon)


def _neighbours(call: Call) -> npt.NDArray[np.float64]:
    """(C, C): 1 where the second channel is in the window around the first."""
    size, channels = int(call.attribute("size", 1)), call.shape()[1]
    distance = np.arange(channels) - np.arange(channels)[:, None]
    return np.asarray((distance >= -((size - 1) // 2)) & (distance <= size // 2), np.float64)


def _mixed(call: Call, value: str, matrix: npt.NDArray[np.float64], *bias: str) -> str:
    """Each channel as a weighted sum of all channels: a 1 x 1 convolution."""
    ones = [1] * (len(call.shape()) - 2)
    return call.add("Conv", value, call.float32_constant(matrix.reshape(*matrix.shape, *ones)), *bias)


def _power(call: Call) -> tuple[str, str]:
    """s^-b and s, with s = k + a/n (sum of x^2 over neighbours)."""
    bias, size = float(call.attribute("bias", 1.0)), int(call.attribute("size", 1))
    alpha, beta = float(call.attribute("alpha", 1e-4)), float(call.attribute("beta", 0.75))
    x, biases = call.input(), call.float32_constant(np.full(call.shape()[1], bias))
    s = _mixed(call, call.add("Mul", x, x), _neighbours(call) * (alpha / size), biases)
    return call.add("Pow", s, call.float32_constant(-beta)), s


def _lrn_forward(call: Call) -> None:
    """As elementary operators: onnxruntime's LRN runs on one core only and takes four times as long there."""
    call.writer.add_node("Mul", [call.input(), _power(call)[0]], call.operator.outputs)


def _lrn(call: Call, _: int) -> str:
    """y = x s^-b with s = k + a/n (sum of x^2 over neighbours): dx = g s^-b - 2ab/n x (sum of g y / s over the same).

    A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet classification with deep convolutional neural networks",
    NeurIPS 2012, section 3.3.
    """
    alpha, beta = float(call.attribute("alpha", 1e-4)), float(call.attribute("beta", 0.75))
    x, (power, s) = call.input(), _power(call)
    straight = call.add("Mul", call.gradient, power)
    shares = call.add("Div", call.add("Mul", straight, x), s)
    across = _mixed(call, shares, _neighbours(call).T * (2 * alpha * beta / int(call.attribute("size", 1))))
    return call.add("Sub", straight, call.add("Mul", x, across))


RULES = {"BatchNormalization": Rule(_batch_norm, _batch_norm_forward), "LRN": Rule(_lrn, _lrn_forward)}
