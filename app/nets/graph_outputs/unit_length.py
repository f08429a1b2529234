"""Outputs of unit length, such as the features that one compares pictures by: a vector over its length."""

from app.nets.reading.final_activation import OutputSearch
from app.nets.reading.operators import Operator

BOUNDED = {"Clip", "Max", "Add", "Expand"}  # what keeps a length from being 0, and makes it as long as the vector
MAX_STEPS = 16


def has_unit_length(search: OutputSearch) -> bool:
    """Whether the output is a vector divided by its length, or times one over its length."""
    operator = search.operator
    if operator is None:
        return False
    match operator.op, operator.inputs:
        case "LpNormalization", _:
            return True
        case "Div", (vector, length):
            return _power_of_length(search, length, vector) == 1
        case "Mul", (first, second):
            return -1 in (_power_of_length(search, second, first), _power_of_length(search, first, second))
    return False


def _power_of_length(search: OutputSearch, value: str, vector: str) -> float | None:
    """The p for which a value is the length of a vector to the power of p; None if it is none."""
    power = 1.0
    for _ in range(MAX_STEPS):
        operator = search.maker(value)
        if operator is None or not operator.inputs:  # a constant has none
            return None
        if (measured := _measured(search, operator, vector)) is not None:
            return power * measured
        if (exponent := _exponent(search, operator)) is None:
            return None
        power *= exponent
        value = next((each for each in operator.inputs if search.constant(each) is None), "")
    return None


def _measured(search: OutputSearch, operator: Operator, vector: str) -> int | None:
    """1 if an operator gives the length of the vector, 2 if it gives the square of it."""
    read = operator.inputs[0]
    match operator.op:
        case "ReduceL1" | "ReduceL2" if search.is_same(read, vector):
            return 1
        case "ReduceSumSquare" if search.is_same(read, vector):
            return 2
        case "ReduceSum" if _is_square(search, read, vector):
            return 2
    return None


def _is_square(search: OutputSearch, value: str, vector: str) -> bool:
    operator = search.maker(value)
    if operator is None or operator.op not in ("Mul", "Pow") or not search.is_same(operator.inputs[0], vector):
        return False
    other = operator.inputs[1]
    return search.is_same(other, vector) if operator.op == "Mul" else search.constant(other) == 2


def _exponent(search: OutputSearch, operator: Operator) -> float | None:
    """The power to which an operator raises what it reads; None if it does something else."""
    match operator.op:
        case op if op in BOUNDED:
            return 1
        case "Sqrt":
            return 0.5
        case "Reciprocal":
            return -1
        case "Div" if search.constant(operator.inputs[0]) == 1:
            return -1
        case "Pow":
            return search.constant(operator.inputs[1])
    return None
