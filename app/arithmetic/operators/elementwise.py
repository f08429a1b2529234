"""The workings of operators on numbers at the same place of several inputs, which broadcast: Add, Mul, Where ..."""

import operator
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from app.arithmetic.operators.selection import read_number, write_sum
from app.arithmetic.working import (
    Index,
    Operation,
    Term,
    Work,
    Working,
    cut_fraction,
    figure,
    list_largest,
    operand,
)

POWER = "^"
Truth = Callable[[float, float], bool]


def addition(operation: Operation, index: Index) -> Working:
    """Add and Sum: https://onnx.ai/onnx/operators/onnx__Sum.html."""
    values = _operands(operation, index)
    numbers = np.array([term.value for term in values])
    terms, total = list_largest(numbers, values.__getitem__, operation.limit), float(numbers.sum())
    return Working(total, f"{write_sum(numbers)} = {figure(total)}", terms, is_sum=True)


def mean(operation: Operation, index: Index) -> Working:
    """Mean: https://onnx.ai/onnx/operators/onnx__Mean.html."""
    whole, count = addition(operation, index), len(operation.inputs)
    total = whole.total / count
    summed = Term("sum", whole.total, {"count": count}, terms=whole.terms, is_sum=True)
    written = write_sum(np.array([term.value for term in _operands(operation, index)]))
    return Working(total, f"({written}) ÷ {count} = {figure(total)}", (summed,))


def subtraction(operation: Operation, index: Index) -> Working:
    """Sub: the second number is taken off, so that it adds its negative."""
    first, second = _operands(operation, index)
    negative = Term("value", -second.value, {"input": second.value}, second.source)
    total = first.value - second.value
    terms = sorted((first, negative), key=lambda term: -abs(term.value))
    formula = f"{figure(first.value)} − {operand(second.value)} = {figure(total)}"
    return Working(total, formula, tuple(terms), is_sum=True)


def multiplication(operation: Operation, index: Index) -> Working:
    """Mul: https://onnx.ai/onnx/operators/onnx__Mul.html."""
    first, second = _operands(operation, index, "factor", "factor")
    return _binary(operator.mul, "×", first, second)


def division(operation: Operation, index: Index) -> Working:
    """Div; of integers the quotient without its fraction: https://onnx.ai/onnx/operators/onnx__Div.html."""
    dividend, divisor = _operands(operation, index, "dividend", "divisor")
    working = _binary(np.divide, "÷", dividend, divisor)
    is_whole = operation.required(0).dtype.kind in "iu"
    return cut_fraction(working) if is_whole and not working.total.is_integer() else working


def power(operation: Operation, index: Index) -> Working:
    """Pow: https://onnx.ai/onnx/operators/onnx__Pow.html."""
    base, exponent = _operands(operation, index, "base", "exponent")
    return _binary(np.power, POWER, base, exponent)


def modulo(operation: Operation, index: Index) -> Working:
    """Mod, with the sign of the divisor, or with `fmod` of the dividend: https://onnx.ai/onnx/operators/onnx__Mod.html."""
    dividend, divisor = _operands(operation, index, "dividend", "divisor")
    return _binary(np.fmod if operation.attributes.get("fmod") else np.mod, "mod", dividend, divisor)


def extreme(name: str, operation: Operation, index: Index) -> Working:
    """Max and Min: the first of the greatest, or of the least, numbers."""
    values = _operands(operation, index)
    numbers = [term.value for term in values]
    total = float((np.max if name == "max" else np.min)(numbers))
    best = numbers.index(total) if total in numbers else None
    candidates = [
        Term(
            "tie" if at != best and each.value == total else "candidate",
            each.value,
            source=each.source,
            is_chosen=at == best,
        )
        for at, each in enumerate(values)
    ]
    formula = f"{name}({', '.join(map(figure, numbers))}) = {figure(total)}"
    return Working(total, formula, tuple(sorted(candidates, key=lambda term: abs(term.value - total))))


def choice(operation: Operation, index: Index) -> Working:
    """Where: the first value if the condition is true, else the second."""
    is_true = bool(read_number(operation, 0, index).value)
    condition = read_number(operation, 0, index, "condition")
    first, second = (read_number(operation, at, index, is_chosen=is_true == (at == 1)) for at in (1, 2))
    total = first.value if is_true else second.value
    formula = f"{int(is_true)} ? {figure(first.value)} : {figure(second.value)} = {figure(total)}"
    return Working(total, formula, (first, second, condition))


def comparison(sign: str, is_true: Truth, operation: Operation, index: Index) -> Working:
    """Equal, Greater, And ...: 1 where it is true, else 0."""
    first, second = _operands(operation, index)
    total = float(is_true(first.value, second.value))
    return Working(total, f"({figure(first.value)} {sign} {figure(second.value)}) = {figure(total)}", (first, second))


def _operands(operation: Operation, index: Index, *kinds: str) -> list[Term]:
    """The numbers of all inputs at the index, of these kinds."""
    names = kinds or ("value",) * len(operation.inputs)
    return [read_number(operation, position, index, kind) for position, kind in enumerate(names)]


def _binary(function: Callable[[float, float], float], sign: str, first: Term, second: Term) -> Working:
    total = float(function(np.float64(first.value), np.float64(second.value)))
    left = operand(first.value) if sign == POWER else figure(first.value)
    return Working(total, f"{left} {sign} {operand(second.value)} = {figure(total)}", (first, second))


COMPARISONS: Mapping[str, tuple[str, Truth]] = {
    "And": ("∧", lambda one, other: bool(one) and bool(other)),
    "Equal": ("=", operator.eq),
    "Greater": (">", operator.gt),
    "GreaterOrEqual": ("≥", operator.ge),
    "Less": ("<", operator.lt),
    "LessOrEqual": ("≤", operator.le),
    "Or": ("∨", lambda one, other: bool(one) or bool(other)),
    "Xor": ("⊕", lambda one, other: bool(one) != bool(other)),
}
WORKINGS: Mapping[str, Work] = {
    "Add": addition,
    "Div": division,
    "Max": partial(extreme, "max"),
    "Mean": mean,
    "Min": partial(extreme, "min"),
    "Mod": modulo,
    "Mul": multiplication,
    "Pow": power,
    "Sub": subtraction,
    "Sum": addition,
    "Where": choice,
    **{op: partial(comparison, *rule) for op, rule in COMPARISONS.items()},
}
