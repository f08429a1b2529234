"""Functions of one number: sign, reciprocal, exponential, logarithm, root, error function, trigonometry, rounding."""

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


def reciprocal_or_zero(call: Call, value: str) -> str:
    """1 / x, and 0 where x is."""
    zero = call.float32_constant(0)
    return call.add("Where", call.add("Equal", value, zero), zero, call.add("Reciprocal", value))


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


def _sin(call: Call, _: int) -> str:
    return call.add("Mul", call.gradient, call.add("Cos", call.input()))


def _cos(call: Call, _: int) -> str:
    return call.add("Neg", call.add("Mul", call.gradient, call.add("Sin", call.input())))


def _tan(call: Call, _: int) -> str:
    """g (1 + y^2)."""
    return call.add("Mul", call.gradient, _square_and(call, call.output(), 1, 1))


def _sinh(call: Call, _: int) -> str:
    return call.add("Mul", call.gradient, call.add("Cosh", call.input()))


def _cosh(call: Call, _: int) -> str:
    return call.add("Mul", call.gradient, call.add("Sinh", call.input()))


def _inverse(factor: int, added: int, *, is_root: bool = True, is_falling: bool = False) -> Rule:
    """The rule of an inverse function: g / (factor x^2 + added), or with the root of that."""

    def backward(call: Call, _: int) -> str:
        square = _square_and(call, call.input(), factor, added)
        slope = call.add("Div", call.gradient, call.add("Sqrt", square) if is_root else square)
        return call.add("Neg", slope) if is_falling else slope

    return Rule(backward)


def _square_and(call: Call, value: str, factor: int, added: int) -> str:
    """factor value^2 + added."""
    square = call.add("Mul", value, value)
    signed = square if factor == 1 else call.add("Neg", square)
    return call.add("Add", signed, call.float32_constant(added))


def _flat(call: Call, _: int) -> str:
    """Steps have the derivative 0, except where they jump."""
    return call.zeros_like(call.gradient)


RULES = {
    "Neg": Rule(_neg),
    "Abs": Rule(_abs),
    "Reciprocal": Rule(_reciprocal),
    "Exp": Rule(_exp),
    "Log": Rule(_log),
    "Sqrt": Rule(_sqrt),
    "Erf": Rule(_erf),
    "Sin": Rule(_sin),
    "Cos": Rule(_cos),
    "Tan": Rule(_tan),
    "Sinh": Rule(_sinh),
    "Cosh": Rule(_cosh),
    "Asin": _inverse(-1, 1),
    "Acos": _inverse(-1, 1, is_falling=True),
    "Atan": _inverse(1, 1, is_root=False),
    "Asinh": _inverse(1, 1),
    "Acosh": _inverse(1, -1),
    "Atanh": _inverse(-1, 1, is_root=False),
    **dict.fromkeys(("Ceil", "Floor", "Round", "Sign"), Rule(_flat)),
}
