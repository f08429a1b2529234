"""Functions of one number: exponential, logarithm, square root and the error function."""

from math import pi, sqrt

from app.gradients.call import Call
from app.gradients.rules.rule import Rule


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


RULES = {"Exp": Rule(_exp), "Log": Rule(_log), "Sqrt": Rule(_sqrt), "Erf": Rule(_erf)}
