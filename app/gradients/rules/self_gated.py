"""Self-gated activations: a number times a function of itself that rises from 0 to 1."""

from math import pi, sqrt

from app.gradients.call import Call
from app.gradients.rules.activation import sigmoid_slope, step
from app.gradients.rules.rule import Rule

QUICK_ALPHA = 1.702  # onnxruntime's default


def _hard_swish(call: Call, _: int) -> str:
    """y = x h(x) with h(x) = clip(x / 6 + 1/2, 0, 1): dy/dx = h + x h', where x h' = 6 (h - 1/2) / 6 while h rises."""
    gate = call.add("HardSigmoid", call.input(), alpha=1 / 6, beta=0.5)
    rising = step(call, call.add("Mul", gate, call.add("Sub", call.float32_constant(1), gate)))
    product = call.add("Mul", rising, call.add("Sub", gate, call.float32_constant(0.5)))
    return call.add("Mul", call.gradient, call.add("Add", gate, product))


def _gelu(call: Call, _: int) -> str:
    """y = x P(x), with the normal distribution function P or its approximation: dy/dx = P + x P'."""
    x = call.input()
    approximate = call.attribute("approximate", "none") == "tanh"
    share, slope = _tanh_share(call, x) if approximate else _normal_share(call, x)
    return call.add("Mul", call.gradient, call.add("Add", share, call.add("Mul", x, slope)))


def _normal_share(call: Call, x: str) -> tuple[str, str]:
    """P(x) = (1 + erf(x / sqrt 2)) / 2, and its derivative exp(-x^2 / 2) / sqrt(2 pi)."""
    half, one = call.float32_constant(0.5), call.float32_constant(1)
    erf = call.add("Erf", call.add("Mul", x, call.float32_constant(sqrt(0.5))))
    bell = call.add("Exp", call.add("Mul", call.add("Mul", x, x), call.float32_constant(-0.5)))
    share = call.add("Mul", call.add("Add", erf, one), half)
    return share, call.add("Mul", bell, call.float32_constant(1 / sqrt(2 * pi)))


def _tanh_share(call: Call, x: str) -> tuple[str, str]:
    """s(2 u) with the logistic function s and u = sqrt(2 / pi) (x + 0.044715 x^3), and its derivative 2 u' s'(2 u)."""
    cubic = 0.044715
    square = call.add("Mul", x, x)
    factor = call.add("Mul", square, call.float32_constant(2 * sqrt(2 / pi) * cubic))
    doubled = call.add("Mul", x, call.add("Add", factor, call.float32_constant(2 * sqrt(2 / pi))))
    rise = call.add("Mul", square, call.float32_constant(6 * sqrt(2 / pi) * cubic))
    rise = call.add("Add", rise, call.float32_constant(2 * sqrt(2 / pi)))
    return call.add("Sigmoid", doubled), call.add("Mul", rise, sigmoid_slope(call, doubled))


def _swish(call: Call, _: int) -> str:
    """y = x s(a x) with the logistic function s: dy/dx = s + a x s'."""
    default = QUICK_ALPHA if call.operator.op == "QuickGelu" else 1.0
    alpha = call.float32_constant(float(call.attribute("alpha", default)))
    scaled = call.add("Mul", call.input(), alpha)
    slope = call.add("Mul", scaled, sigmoid_slope(call, scaled))
    return call.add("Mul", call.gradient, call.add("Add", call.add("Sigmoid", scaled), slope))


def _mish(call: Call, _: int) -> str:
    """y = x t with t = tanh(log(1 + exp(x))): dy/dx = t + x (1 - t^2) s(x) with the logistic function s."""
    x = call.input()
    gate = call.add("Tanh", call.add("Softplus", x))
    rest = call.add("Sub", call.float32_constant(1), call.add("Mul", gate, gate))
    slope = call.add("Mul", call.add("Mul", x, rest), call.add("Sigmoid", x))
    return call.add("Mul", call.gradient, call.add("Add", gate, slope))


RULES = {
    "HardSwish": Rule(_hard_swish),
    "Gelu": Rule(_gelu),
    "Mish": Rule(_mish),
    **dict.fromkeys(("Swish", "QuickGelu"), Rule(_swish)),
}
