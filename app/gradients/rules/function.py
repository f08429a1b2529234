"""Functions of one number: sign, magnitude, reciprocal, exponential, logarithm, root and the error function."""

from math import pi, sqrt

from app.gradients.call import Call
from app.gradients.rules.rule import Rule


def _neg(call: Call, _: int) -> str:
    return call.add("Neg", call.gradient)


def _abs(call: Call, _: int) -> str:
    return call.add("Mul", call.gradient, call.add("Sign", call.input()))


def _reciprocal(call: Call, _: int) -> str:
    """- g y^2."""
    square = call.add("Mul", call.output(), call.output())
    return call.add("Neg", call.add("Mul", call.gradient, square))


def _exp(call: Call, _: int) -> str:
    return call.add("Mul", call.gradient, call.output())


def _log(call: Call, _: int) -> str:
    return call.add("Div", call.gradient, call.input())


def _sqrt(call: Call, _: int) -> str:
    """g / (2 y), which is infinite at 0."""
    return call.add("Div", call.gradient, call.add("Mul", call.output(), call.float32_constant(2)))


def _erf(call: Call, _: int) -> str:
    """2 / sqrt(pi) exp(-x^2)."""
    x = call.input()
    bell = call.add("Exp", call.add("Neg", call.add("Mul", x, x)))
    return call.add("Mul", call.gradient, call.add("Mul", bell, call.float32_constant(2 / sqrt(pi))))


RULES = {
    "Neg": Rule(_neg),
    "Abs": Rule(_abs),
    "Reciprocal": Rule(_reciprocal),
    "Exp": Rule(_exp),
    "Log": Rule(_log),
    "Sqrt": Rule(_sqrt),
    "Erf": Rule(_erf),
}
