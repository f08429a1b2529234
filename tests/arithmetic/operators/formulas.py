"""The formula of a working as Python: what its figures give is the total."""

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import numpy as np

from app.arithmetic import working as notation
from app.arithmetic.operators import convolution, dense, einsum, resizing, selection
from app.arithmetic.registry import work
from app.arithmetic.working import Index, Operation, Working

ALL_DIGITS, ALL_TERMS = 17, 1 << 20
WRITTEN = ((" = ", " == "), ("−", "-"), ("×", "*"), ("÷", "/"), ("^", "**"), ("³", "**3"), ("π", "pi"), ("∞", "inf"),
           ("≥", ">="), ("≤", "<="), ("∧", "and"), ("∨", "or"), ("⊕", "!="), ("¬", "not "), ("⌈", "ceil("),
           ("⌊", "floor("), ("⌉", ")"), ("⌋", ")"))  # fmt: skip
NUMBER = r"(?:\d[\d.]*(?:e[-+]?\d+)?|inf|nan)"
FUNCTIONS: Mapping[str, Any] = {
    **{name: getattr(np, name) for name in ("arccos", "arcsin", "arctan", "ceil", "cos", "cosh", "exp", "floor")},
    **{name: getattr(np, name) for name in ("fmod", "inf", "mod", "nan", "pi", "sign", "sin", "sinh", "sqrt", "tan")},
    "abs": abs,
    "arcosh": np.arccosh,
    "arsinh": np.arcsinh,
    "artanh": np.arctanh,
    "erf": math.erf,
    "ln": np.log,
    "round": np.rint,
    "tanh": np.tanh,
    "trunc": np.trunc,
    "sort": lambda *numbers: numbers,
    "max": lambda *numbers: max(numbers, default=-math.inf),
    "min": lambda *numbers: min(numbers),  # one number too
}


@contextmanager
def exact_formulas() -> Iterator[None]:
    """Formulas in which each number has all of its digits, and no term is left out."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(notation, "DIGITS", ALL_DIGITS))
        for module in (convolution, dense, einsum, notation, resizing, selection):
            stack.enter_context(patch.object(module, "FORMULA_TERMS", ALL_TERMS))
        yield


def check_formula(operation: Operation, index: Index) -> None:
    """The formula gives the total; one that names a number names that which the working has as its source."""
    with exact_formulas():
        working = work(operation, index)
    assert "…" not in working.formula
    if "arg " in working.formula:  # the place of an extreme, and the number there
        name, place, number = re.split(r" = |, ", working.formula)
        assert name == f"arg {operation.op[3:].lower()}"
        assert (value_of(place), value_of(number)) == (working.total, working.terms[0].value)
        return
    expression, _, total = working.formula.rpartition(" → " if operation.op == "Cast" else " = ")
    if math.isfinite(working.total):
        assert value_of(total) == working.total
        _check_expression(operation, working, expression)


def _check_expression(operation: Operation, working: Working, expression: str) -> None:
    assert not re.search(r"[×÷+−^] −|^\(−[^ ()]*\) [×+−]", expression), (
        "only after a sign, a negative number has brackets"
    )
    if place := re.fullmatch(r"x\[(.*)]", expression):
        (term,) = working.terms
        assert term.source is not None
        assert place[1] == ", ".join(map(str, term.source.index))
        return
    if operation.op == "LpNormalization" and not working.terms[1].value:
        return  # 0 divided by 0, which ONNX calls 0
    expected = working.terms[0].value if operation.op == "Cast" else working.total
    remainder = "fmod" if operation.attributes.get("fmod") else "mod"
    given = value_of(re.sub(r"(.*) mod (.*)", rf"{remainder}(\1, \2)", expression))
    tolerance = 1e-4 if "tanh(√" in expression else 1e-7  # that one has a constant of four digits
    is_rounded = operation.op.startswith("Q")  # in onnxruntime halves are rounded as float32 has them
    assert math.isclose(given, expected, rel_tol=tolerance, abs_tol=is_rounded or tolerance), working.formula


def value_of(expression: str) -> float:
    """What an expression of a formula gives."""
    text = re.sub(r"(.*) \? (.*) : (.*)", r"(\2) if \1 else (\3)", expression)
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text)
    for sign, python in WRITTEN:
        text = text.replace(sign, python)
    text = re.sub(rf"(√|ln )({NUMBER})", r"\1(\2)", text).replace("√", "sqrt").replace("ln ", "ln")
    return float(eval(text, {"__builtins__": {}}, dict(FUNCTIONS)))  # noqa: S307  # of the application's own formulas
