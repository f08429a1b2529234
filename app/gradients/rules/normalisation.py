"""Normalisation by constant statistics, by those of a map, of a group or of a cell's channels, and by neighbours."""

from collections.abc import Sequence
from math import prod

import numpy as np
import numpy.typing as npt

from app.gradients.call import Call
from app.gradients.rules.function import reciprocal_or_zero
from app.gradients.rules.rule import Rule, copy_operator, has_batch_axis

SCALE_BY_CHANNEL = 21  # from this version on GroupNormalization has a scale for each channel


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
    """Old versions have outputs and attributes for training only.

    A weight is normalised by statistics of its own: that is a constant.
    """
    if not call.depends_on_input(0):
        copy_operator(call)
        return
    _check_constant(call)
    epsilon = float(call.attribute("epsilon", 1e-5))
    call.writer.add_node("BatchNormalization", call.operator.inputs, call.operator.outputs[:1], epsilon=epsilon)


def _standardised_gradient(call: Call, gradient: str, shape: Sequence[int], axes: Sequence[int]) -> str:
    """The gradient through z = (x - mean) / sqrt(variance + epsilon) over some axes of x in the given shape.

    d (g - mean(g) - z mean(g z)) with d = 1 / sqrt(variance + epsilon) and the gradient g with respect to z, after
    S. Ioffe, C. Szegedy, "Batch normalization", ICML 2015, section 3.
    """
    over = call.int64_constant(axes)

    def mean(value: str) -> str:
        return call.add("ReduceMean", value, over, keepdims=1)

    x, gradient = (call.reshape(value, shape) for value in (call.input(), gradient))
    centred = call.add("Sub", x, mean(x))
    variance = mean(call.add("Mul", centred, centred))
    epsilon = call.float32_constant(float(call.attribute("epsilon", 1e-5)))
    deviation = call.add("Sqrt", call.add("Add", variance, epsilon))
    z = call.add("Div", centred, deviation)
    along = call.add("Mul", z, mean(call.add("Mul", gradient, z)))
    rest = call.add("Sub", call.add("Sub", gradient, mean(gradient)), along)
    return call.reshape(call.add("Div", rest, deviation), call.shape())


def _scaled(call: Call, gradient: str, shape: Sequence[int]) -> str:
    """The gradient times the scale in the given shape."""
    if any(call.depends_on_input(position) for position in (1, 2)):
        raise call.refusal("its scale or bias depends on the input")
    return call.add("Mul", gradient, call.add("Reshape", call.input(1), call.int64_constant(shape)))


def _by_channel(call: Call) -> list[int]:
    """The shape of one number for each channel."""
    return [-1, *[1] * (len(call.shape()) - 2)]


def _instance_norm(call: Call, _: int) -> str:
    """Each channel's map by its own mean and variance."""
    gradient = _scaled(call, call.gradient, _by_channel(call))
    return _standardised_gradient(call, gradient, call.shape(), range(2, len(call.shape())))


def _group_norm(call: Call, _: int) -> str:
    """Each group of channels by its own mean and variance; before version 21 the scale is one of each group."""
    groups = int(call.operator.attributes["num_groups"])
    grouped = [1, groups, prod(call.shape()[1:]) // groups]
    if call.opset >= SCALE_BY_CHANNEL:
        gradient = _scaled(call, call.gradient, _by_channel(call))
    else:
        gradient = _scaled(call, call.reshape(call.gradient, grouped), [-1, 1])
    return _standardised_gradient(call, gradient, grouped, [2])


def _layer_norm(call: Call, _: int) -> str:
    """The axes from `axis` on together by their mean and variance."""
    if any(call.gradients[1:]):
        raise call.refusal("its mean or deviation is used")
    rank, first = len(call.shape()), call.axis(-1)
    gradient = _scaled(call, call.gradient, call.shape(1))
    return _standardised_gradient(call, gradient, call.shape(), range(first, rank))


def _rms_norm(call: Call, _: int) -> str:
    """z = x / r with r the root of the mean square over the axes from `axis` on: (g - z mean(g z)) / r."""
    gradient, x = _scaled(call, call.gradient, call.shape(1)), call.input()
    over = call.int64_constant(range(call.axis(-1), len(call.shape())))
    epsilon = call.float32_constant(float(call.attribute("epsilon", 1e-5)))
    square = call.add("ReduceMean", call.add("Mul", x, x), over, keepdims=1)
    root = call.add("Sqrt", call.add("Add", square, epsilon))
    z = call.add("Div", x, root)
    along = call.add("Mul", z, call.add("ReduceMean", call.add("Mul", gradient, z), over, keepdims=1))
    return call.add("Div", call.add("Sub", gradient, along), root)


def _lp_norm(call: Call, _: int) -> str:
    """y = x / n with the norm n along one axis: (g - s sum(g y)) / n, where s is y, or the sign of x with p = 1.

    It is 0 where the norm is 0, as y is.
    """
    x, over, p = call.input(), call.int64_constant([call.axis(-1)]), int(call.attribute("p", 2))
    norm = call.add(f"ReduceL{p}", x, over, keepdims=1)
    slope = call.output() if p == 2 else call.add("Sign", x)
    along = call.add("ReduceSum", call.add("Mul", call.gradient, call.output()), over, keepdims=1)
    rest = call.add("Sub", call.gradient, call.add("Mul", slope, along))
    return call.add("Mul", rest, reciprocal_or_zero(call, norm))


def _layer_norm_is_batchable(call: Call) -> bool:
    return call.axis(-1) > 0 and has_batch_axis(call)


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


RULES = {
    "BatchNormalization": Rule(_batch_norm, _batch_norm_forward),
    "InstanceNormalization": Rule(_instance_norm),
    "GroupNormalization": Rule(_group_norm),
    "LayerNormalization": Rule(_layer_norm, is_batchable=_layer_norm_is_batchable),
    "RMSNormalization": Rule(_rms_norm, is_batchable=_layer_norm_is_batchable),
    "LpNormalization": Rule(_lp_norm, is_batchable=_layer_norm_is_batchable),
    "LRN": Rule(_lrn, _lrn_forward),
}
