"""Activations: elementwise functions and softmax."""

import numpy as np

from app.gradients.call import Call
from app.gradients.rules.rule import Rule, copy_operator, has_batch_axis

STEEP = 3e38  # times any positive float32 that is not subnormal, this is more than 1
BACK = "deconvnet"
SELU_ALPHA, SELU_GAMMA = 1.67326319217681884765625, 1.05070102214813232421875  # the defaults of ONNX


def step(call: Call, value: str) -> str:
    """1 where the value is above 0 and 0 elsewhere.

    A hard sigmoid this steep is the fastest step function in onnxruntime: half the time of comparing and casting.
    """
    return call.add("HardSigmoid", value, alpha=STEEP, beta=0.0)


def _rectified(call: Call, mask: str) -> str:
    """The gradient of a rectifier that was active where `mask` is 1.

    "exact" is the derivative. "deconvnet" rectifies the gradient instead (M. Zeiler, R. Fergus, "Visualizing and
    understanding convolutional networks", ECCV 2014); "guided" does both (J. T. Springenberg et al., "Striving for
    simplicity: the all convolutional net", ICLR 2015 workshop).
    """
    gradient = call.gradient if call.relu == "exact" else call.add("Relu", call.gradient)
    return call.add("Mul", gradient, mask)


def _relu(call: Call, _: int) -> str:
    if call.relu == BACK:
        return call.add("Relu", call.gradient)
    return _rectified(call, step(call, call.output()))


def _clip(call: Call, position: int) -> str:
    """Clip between 0 and a bound is a rectifier (ReLU6). The derivative at the bounds is taken as 0."""
    if position != 0 or call.depends_on_input(1) or call.depends_on_input(2):
        raise call.refusal("its bounds depend on the input")
    rectifies = call.attribute("min", None) == 0
    if rectifies and call.relu == BACK:
        return call.add("Relu", call.gradient)
    low, high = _bound(call, 1, "min"), _bound(call, 2, "max")
    inside = [call.output() if rectifies else call.add("Sub", call.output(), low)] if low else []
    inside += [call.add("Sub", high, call.output())] if high else []
    if not inside:
        return call.gradient
    mask = step(call, call.add("Min", *inside) if len(inside) == 2 else inside[0])
    return _rectified(call, mask) if rectifies else call.add("Mul", call.gradient, mask)


def _bound(call: Call, position: int, name: str) -> str:
    """The name of a bound of Clip, or an empty text without one."""
    known = call.attribute(name, None)
    if known is not None:
        return call.float32_constant(known)
    return call.input(position) if call.has_input(position) else ""


def _clip_forward(call: Call) -> None:
    """Before version 11 the bounds are attributes."""
    if call.has_input(1) or call.has_input(2):
        return copy_operator(call)
    bounds = [call.attribute(name, None) for name in ("min", "max")]
    names = ["" if bound is None else call.float32_constant(bound) for bound in bounds]
    return call.writer.add_node("Clip", [call.operator.inputs[0], *names], call.operator.outputs)


def _leaky_relu(call: Call, _: int) -> str:
    alpha = float(call.attribute("alpha", 0.01))
    slope = call.add("Mul", step(call, call.input()), call.float32_constant(1 - alpha))
    return call.add("Mul", call.gradient, call.add("Add", slope, call.float32_constant(alpha)))


def _slope(call: Call) -> str:
    """Before version 7 a vector of slopes has one per channel; since then slopes are broadcast like any tensor."""
    length = call.shape(1)
    if call.opset >= 7 or len(length) != 1:
        return call.input(1)
    return call.add("Reshape", call.input(1), call.int64_constant([*length, *[1] * (len(call.shape()) - 2)]))


def _prelu(call: Call, position: int) -> str:
    if position != 0:
        raise call.refusal("its slopes depend on the input")
    slope, mask = _slope(call), step(call, call.input())
    above = call.add("Mul", mask, call.add("Sub", call.float32_constant(1), slope))
    return call.add("Mul", call.gradient, call.add("Add", above, slope))


def _prelu_forward(call: Call) -> None:
    call.writer.add_node("PRelu", [call.operator.inputs[0], _slope(call)], call.operator.outputs)


def sigmoid_slope(call: Call, value: str) -> str:
    """The derivative of the logistic function, e / (1 + e)^2 with e = exp(-|x|), which is precise near 1 too."""
    e = call.add("Exp", call.add("Neg", call.add("Abs", value)))
    total = call.add("Add", e, call.float32_constant(1))
    return call.add("Div", e, call.add("Mul", total, total))


def _sigmoid(call: Call, _: int) -> str:
    return call.add("Mul", call.gradient, sigmoid_slope(call, call.input()))


def _tanh(call: Call, _: int) -> str:
    """tanh(x) = 2 s(2x) - 1 with the logistic function s, so that its derivative is 4 s'(2x)."""
    doubled = call.add("Mul", call.input(), call.float32_constant(2))
    slope = call.add("Mul", sigmoid_slope(call, doubled), call.float32_constant(4))
    return call.add("Mul", call.gradient, slope)


def _hard_sigmoid(call: Call, _: int) -> str:
    slope = float(call.attribute("alpha", 0.2))
    rising = step(call, call.add("Mul", call.output(), call.add("Sub", call.float32_constant(1), call.output())))
    return call.add("Mul", call.gradient, call.add("Mul", rising, call.float32_constant(slope)))


def _elu(call: Call, _: int) -> str:
    """1 above 0; alpha exp(x) = y + alpha below, where y does not exceed 0."""
    return _bent(call, 1.0, 1.0, float(call.attribute("alpha", 1.0)))


def _selu(call: Call, _: int) -> str:
    """Elu times gamma."""
    gamma = float(call.attribute("gamma", SELU_GAMMA))
    return _bent(call, gamma, 1.0, gamma * float(call.attribute("alpha", SELU_ALPHA)))


def _celu(call: Call, _: int) -> str:
    """1 above 0; exp(x / alpha) = y / alpha + 1 below."""
    return _bent(call, 1.0, 1 / float(call.attribute("alpha", 1.0)), 1.0)


def _bent(call: Call, above: float, factor: float, added: float) -> str:
    """The gradient times `above` where the input is above 0, and times (factor y + added) elsewhere."""
    mask = step(call, call.input())
    rest = call.add("Sub", call.float32_constant(1), mask)
    low = call.add("Add", call.add("Mul", call.output(), call.float32_constant(factor)), call.float32_constant(added))
    slope = call.add("Add", call.add("Mul", mask, call.float32_constant(above)), call.add("Mul", rest, low))
    return call.add("Mul", call.gradient, slope)


def _softsign(call: Call, _: int) -> str:
    """g / (1 + |x|)^2."""
    total = call.add("Add", call.add("Abs", call.input()), call.float32_constant(1))
    return call.add("Div", call.gradient, call.add("Mul", total, total))


def _thresholded(call: Call, _: int) -> str:
    """The identity above the threshold, 0 elsewhere."""
    over = call.add("Sub", call.input(), call.float32_constant(float(call.attribute("alpha", 1.0))))
    return call.add("Mul", call.gradient, step(call, over))


def _shrink(call: Call, _: int) -> str:
    """Numbers beyond the threshold on either side move by a constant; the others become 0."""
    threshold = call.float32_constant(float(call.attribute("lambd", 0.5)))
    return call.add("Mul", call.gradient, step(call, call.add("Sub", call.add("Abs", call.input()), threshold)))


def _softplus(call: Call, _: int) -> str:
    """The derivative of log(1 + exp(x)) is the logistic function."""
    return call.add("Mul", call.gradient, call.add("Sigmoid", call.input()))


def _default_axis(call: Call) -> int:
    return call.axis(-1 if call.opset >= 13 else 1)


def _softmax_shape(call: Call) -> tuple[list[int], int]:
    """The shape and the axis of softmax.

    Before version 13 it is over all axes from the given one on, flattened to one.
    """
    shape, axis = list(call.shape()), _default_axis(call)
    if call.opset >= 13 or axis == len(shape) - 1:
        return shape, axis
    return [int(np.prod(shape[:axis])), int(np.prod(shape[axis:]))], 1


def _softmax_forward(call: Call) -> None:
    (value, (result,)), (shape, axis) = (call.operator.inputs[0], call.operator.outputs), _softmax_shape(call)
    if shape == list(call.shape()):
        call.writer.add_node(call.operator.op, [value], [result], axis=axis)
        return
    flat = call.add(call.operator.op, call.reshape(value, shape), axis=axis)
    call.writer.add_node("Reshape", [flat, call.int64_constant([-1, *call.shape()[1:]])], [result])


def _softmax(call: Call, _: int) -> str:
    """p (g - sum of g p)."""
    shape, axis = _softmax_shape(call)
    flat = shape != list(call.shape())
    gradient, p = (call.reshape(v, shape) if flat else v for v in (call.gradient, call.output()))
    total = call.add("ReduceSum", call.add("Mul", gradient, p), call.int64_constant([axis]), keepdims=1)
    result = call.add("Mul", p, call.add("Sub", gradient, total))
    return call.reshape(result, call.shape()) if flat else result


def _log_softmax(call: Call, _: int) -> str:
    """g - p sum of g."""
    shape, axis = _softmax_shape(call)
    flat = shape != list(call.shape())
    gradient, log_p = (call.reshape(v, shape) if flat else v for v in (call.gradient, call.output()))
    total = call.add("ReduceSum", gradient, call.int64_constant([axis]), keepdims=1)
    result = call.add("Sub", gradient, call.add("Mul", call.add("Exp", log_p), total))
    return call.reshape(result, call.shape()) if flat else result


def _softmax_is_batchable(call: Call) -> bool:
    return _default_axis(call) > 0 and has_batch_axis(call)


RULES = {
    "Relu": Rule(_relu),
    "Clip": Rule(_clip, _clip_forward),
    "LeakyRelu": Rule(_leaky_relu),
    "PRelu": Rule(_prelu, _prelu_forward),
    "Sigmoid": Rule(_sigmoid),
    "Tanh": Rule(_tanh),
    "HardSigmoid": Rule(_hard_sigmoid),
    "Elu": Rule(_elu),
    "Selu": Rule(_selu),
    "Celu": Rule(_celu),
    "Softsign": Rule(_softsign),
    "ThresholdedRelu": Rule(_thresholded),
    "Shrink": Rule(_shrink),
    "Softplus": Rule(_softplus),
    "Softmax": Rule(_softmax, _softmax_forward, _softmax_is_batchable),
    "LogSoftmax": Rule(_log_softmax, _softmax_forward, _softmax_is_batchable),
}
