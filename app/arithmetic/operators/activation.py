"""The workings of activations and other functions of one number: its formula, and which side of a limit holds."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from app.arithmetic.operators.selection import read_number
from app.arithmetic.working import Index, Operation, Source, Term, Work, Working, figure, operand

SELU = {"alpha": 1.67326319217681884765625, "gamma": 1.05070102214813232421875}
TANH_GELU = {"scale": math.sqrt(2 / math.pi), "cubic": 0.044715}
QUICK_GELU = 1.702
Parameters = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of one number x and its formula.

    In the formula, {x} is the number, {o} the number in brackets if it is negative, and {n} its negative; the others
    are the parameters, whose defaults are `parameters`.
    """

    value: Callable[..., Any]
    formula: str
    parameters: tuple[tuple[str, float], ...] = ()


def function(rule: Function, operation: Operation, index: Index) -> Working:
    """A function that is one formula everywhere."""
    x = read_number(operation, 0, index)
    parameters = {name: float(operation.attributes.get(name, default)) for name, default in rule.parameters}
    total = float(rule.value(np.float64(x.value), **parameters))
    figures = {name: operand(number) for name, number in parameters.items()}
    formula = rule.formula.format(x=figure(x.value), o=operand(x.value), n=figure(-x.value), **figures)
    terms = (x, *(Term(name, number) for name, number in parameters.items()))
    return Working(total, f"{formula} = {figure(total)}", terms)


def relu(operation: Operation, index: Index) -> Working:
    """Relu: https://onnx.ai/onnx/operators/onnx__Relu.html."""
    x = read_number(operation, 0, index)
    return _limit_number(x, [Term("minimum", 0.0)])


def clip(operation: Operation, index: Index) -> Working:
    """Clip; its limits are attributes before version 11: https://onnx.ai/onnx/operators/onnx__Clip.html."""
    x = read_number(operation, 0, index)
    limits = []
    for position, (kind, attribute) in enumerate((("minimum", "min"), ("maximum", "max")), 1):
        given = operation.input(position)
        if given is not None:
            limits.append(Term(kind, float(given.reshape(())), source=Source(position, (0,) * given.ndim)))
        elif attribute in operation.attributes:
            limits.append(Term(kind, float(operation.attributes[attribute])))
    return _limit_number(x, limits)


def _limit_number(x: Term, limits: list[Term]) -> Working:
    """A number between limits: the maximum of it and the lower one, then the minimum of that and the upper one."""
    total, formula, chosen = x.value, figure(x.value), 0
    for number, limit in enumerate(limits, 1):
        is_lower = limit.kind == "minimum"
        if total <= limit.value if is_lower else total > limit.value:
            total, chosen = limit.value, number
        formula = f"{'max' if is_lower else 'min'}({figure(limit.value)}, {formula})"
    terms = [_choose(term, place == chosen) for place, term in enumerate((x, *limits))]
    return Working(total, f"{formula} = {figure(total)}", tuple(terms))


def _choose(term: Term, is_chosen: bool) -> Term:
    return Term(term.kind, term.value, term.numbers, term.source, is_chosen=is_chosen)


def leaky_relu(operation: Operation, index: Index) -> Working:
    """LeakyRelu: https://onnx.ai/onnx/operators/onnx__LeakyRelu.html."""
    x = read_number(operation, 0, index)
    return _apply_slope(x, Term("slope", float(operation.attributes.get("alpha", 0.01))))


def prelu(operation: Operation, index: Index) -> Working:
    """PRelu, whose slope broadcasts: https://onnx.ai/onnx/operators/onnx__PRelu.html."""
    return _apply_slope(read_number(operation, 0, index), read_number(operation, 1, index, "slope"))


def _apply_slope(x: Term, slope: Term) -> Working:
    """The number itself, or below 0 the slope times the number."""
    is_below = x.value < 0
    total = slope.value * x.value if is_below else x.value
    formula = f"{figure(slope.value)} × {operand(x.value)}" if is_below else f"max(0, {figure(x.value)})"
    return Working(total, f"{formula} = {figure(total)}", (_choose(x, not is_below), _choose(slope, is_below)))


def elu(operation: Operation, index: Index) -> Working:
    """Elu: alpha (exp(x) - 1) below 0: https://onnx.ai/onnx/operators/onnx__Elu.html."""
    return _exponential_below(operation, index, float(operation.attributes.get("alpha", 1)), 1.0)


def celu(operation: Operation, index: Index) -> Working:
    """Celu: alpha (exp(x / alpha) - 1) below 0: https://onnx.ai/onnx/operators/onnx__Celu.html."""
    alpha = float(operation.attributes.get("alpha", 1))
    return _exponential_below(operation, index, alpha, 1.0, alpha)


def selu(operation: Operation, index: Index) -> Working:
    """Selu: gamma times an Elu: https://onnx.ai/onnx/operators/onnx__Selu.html."""
    alpha, gamma = (float(operation.attributes.get(name, default)) for name, default in SELU.items())
    return _exponential_below(operation, index, alpha, gamma)


def _exponential_below(operation: Operation, index: Index, alpha: float, gamma: float, divisor: float = 1.0) -> Working:
    """gamma x, or below 0 gamma alpha (exp(x / divisor) - 1)."""
    x = read_number(operation, 0, index)
    factor = "" if gamma == 1 else f"{figure(gamma)} × "
    figures = {"alpha": alpha} | ({} if gamma == 1 else {"gamma": gamma})
    if x.value >= 0:
        total = gamma * x.value
        formula = f"{factor}max(0, {figure(x.value)}) = {figure(total)}"
        return Working(total, formula, (_choose(x, True), *(Term(*each) for each in figures.items())))
    total = gamma * alpha * math.expm1(x.value / divisor)
    quotient = figure(x.value) if divisor == 1 else f"{figure(x.value)} ÷ {operand(divisor)}"
    formula = f"{factor}{figure(alpha)} × (exp({quotient}) − 1) = {figure(total)}"
    exponential = Term("exponential", math.exp(x.value / divisor), is_chosen=True)
    return Working(total, formula, (x, exponential, *(Term(*each) for each in figures.items())))


def thresholded_relu(operation: Operation, index: Index) -> Working:
    """ThresholdedRelu: the number above alpha, else 0: https://onnx.ai/onnx/operators/onnx__ThresholdedRelu.html."""
    x = read_number(operation, 0, index)
    alpha = float(operation.attributes.get("alpha", 1))
    is_above = x.value > alpha
    total = x.value if is_above else 0.0
    terms = (_choose(x, is_above), Term("threshold", alpha, is_chosen=not is_above))
    return Working(total, f"({figure(x.value)} > {figure(alpha)}) × {operand(x.value)} = {figure(total)}", terms)


def shrink(operation: Operation, index: Index) -> Working:
    """Shrink: nearer to 0 by `bias`, and 0 within `lambd`: https://onnx.ai/onnx/operators/onnx__Shrink.html."""
    x = read_number(operation, 0, index)
    limit, bias = float(operation.attributes.get("lambd", 0.5)), float(operation.attributes.get("bias", 0))
    is_outside = abs(x.value) > limit
    moved = -x.value if not is_outside else -bias if x.value > 0 else bias
    total = x.value + moved
    terms = (_choose(x, is_outside), Term("threshold", limit, is_chosen=not is_outside), Term("bias", bias))
    return Working(total, f"{figure(x.value)} + {operand(moved)} = {figure(total)}", terms)


def hard_sigmoid(operation: Operation, index: Index) -> Working:
    """HardSigmoid: a line between 0 and 1: https://onnx.ai/onnx/operators/onnx__HardSigmoid.html."""
    x = read_number(operation, 0, index)
    alpha, beta = float(operation.attributes.get("alpha", 0.2)), float(operation.attributes.get("beta", 0.5))
    return _cut_line(x, alpha, beta)


def hard_swish(operation: Operation, index: Index) -> Working:
    """HardSwish: the number times a line between 0 and 1: https://onnx.ai/onnx/operators/onnx__HardSwish.html."""
    x = read_number(operation, 0, index)
    gate = _cut_line(x, 1 / 6, 0.5)
    total = x.value * gate.total
    line = gate.formula.rsplit(" = ", 1)[0]
    terms = (x, Term("gate", gate.total, terms=gate.terms))
    return Working(total, f"{figure(x.value)} × {line} = {figure(total)}", terms)


def _cut_line(x: Term, alpha: float, beta: float) -> Working:
    """alpha x + beta, cut to 0 and 1."""
    line = alpha * x.value + beta
    terms = (Term("product", alpha * x.value, {"input": x.value, "weight": alpha}, x.source), Term("bias", beta))
    linear = Term("line", line, terms=terms, is_sum=True)
    limited = _limit_number(linear, [Term("minimum", 0.0), Term("maximum", 1.0)])
    parts = (Term("line", line, terms=terms, is_sum=True, is_chosen=limited.terms[0].is_chosen), *limited.terms[1:])
    formula = f"min(1, max(0, {figure(alpha)} × {operand(x.value)} + {operand(beta)})) = {figure(limited.total)}"
    return Working(limited.total, formula, parts)


def gelu(operation: Operation, index: Index) -> Working:
    """Gelu, exact or with a tanh: https://onnx.ai/onnx/operators/onnx__Gelu.html."""
    return function(GELU_TANH if operation.attributes.get("approximate") == "tanh" else GELU, operation, index)


def _sigmoid(x: Any) -> Any:
    return np.exp(-np.logaddexp(0, -x))


def _gelu(x: Any) -> Any:
    return 0.5 * x * math.erfc(-x / math.sqrt(2))


def _gelu_tanh(x: Any) -> Any:
    return 0.5 * x * (1 + np.tanh(TANH_GELU["scale"] * (x + TANH_GELU["cubic"] * x**3)))


GELU = Function(_gelu, "0.5 × {o} × (1 + erf({x} ÷ √2))")
GELU_TANH = Function(_gelu_tanh, "0.5 × {o} × (1 + tanh(√(2 ÷ π) × ({x} + 0.04472 × {o}³)))")
FUNCTIONS: Mapping[str, Function] = {
    "Abs": Function(np.abs, "|{x}|"),
    "Acos": Function(np.arccos, "arccos({x})"),
    "Acosh": Function(np.arccosh, "arcosh({x})"),
    "Asin": Function(np.arcsin, "arcsin({x})"),
    "Asinh": Function(np.arcsinh, "arsinh({x})"),
    "Atan": Function(np.arctan, "arctan({x})"),
    "Atanh": Function(np.arctanh, "artanh({x})"),
    "Ceil": Function(np.ceil, "⌈{x}⌉"),
    "Cos": Function(np.cos, "cos({x})"),
    "Cosh": Function(np.cosh, "cosh({x})"),
    "Erf": Function(math.erf, "erf({x})"),
    "Exp": Function(np.exp, "exp({x})"),
    "Floor": Function(np.floor, "⌊{x}⌋"),
    "Log": Function(np.log, "ln {o}"),
    "Mish": Function(lambda x: x * np.tanh(np.logaddexp(0, x)), "{x} × tanh(ln(1 + exp({x})))"),
    "Neg": Function(np.negative, "−{o}"),
    "Not": Function(lambda x: x == 0, "¬{x}"),
    "QuickGelu": Function(
        lambda x, alpha: x * _sigmoid(alpha * x), "{x} ÷ (1 + exp(−{alpha} × {o}))", (("alpha", QUICK_GELU),)
    ),
    "Reciprocal": Function(lambda x: 1 / x, "1 ÷ {o}"),
    "Round": Function(np.rint, "round({x})"),
    "Sigmoid": Function(_sigmoid, "1 ÷ (1 + exp({n}))"),
    "Sign": Function(np.sign, "sign({x})"),
    "Sin": Function(np.sin, "sin({x})"),
    "Sinh": Function(np.sinh, "sinh({x})"),
    "Softplus": Function(lambda x: np.logaddexp(0, x), "ln(1 + exp({x}))"),
    "Softsign": Function(lambda x: x / (1 + abs(x)), "{x} ÷ (1 + |{x}|)"),
    "Sqrt": Function(np.sqrt, "√{o}"),
    "Swish": Function(lambda x, alpha: x * _sigmoid(alpha * x), "{x} ÷ (1 + exp(−{alpha} × {o}))", (("alpha", 1.0),)),
    "Tan": Function(np.tan, "tan({x})"),
    "Tanh": Function(np.tanh, "tanh({x})"),
}
WORKINGS: Mapping[str, Work] = {
    "Celu": celu,
    "Clip": clip,
    "Elu": elu,
    "Gelu": gelu,
    "HardSigmoid": hard_sigmoid,
    "HardSwish": hard_swish,
    "LeakyRelu": leaky_relu,
    "PRelu": prelu,
    "Relu": relu,
    "Selu": selu,
    "Shrink": shrink,
    "ThresholdedRelu": thresholded_relu,
    **{op: partial(function, rule) for op, rule in FUNCTIONS.items()},
}
