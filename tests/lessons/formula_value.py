"""The number that a formula of a figure or of a solution comes to."""

import math
import re

import pytest

FUNCTIONS = {"exp": math.exp, "floor": math.floor, "log": math.log, "max": max, "sqrt": math.sqrt}
SIGNS = {
    "−": "-",
    "×": "*",
    "⌊": "floor(",
    "⌋": ")",
    "√(": "sqrt(",
    "²": "**2",
    "\N{NARROW NO-BREAK SPACE}": "",
}


def value_of(side: str) -> float:
    """The value of a side of an equation."""
    side = re.sub(r"√([^(\s]+)", r"sqrt(\1)", re.sub(r"ln (\S+)", r"log(\1)", side))
    for sign, python in SIGNS.items():
        side = side.replace(sign, python)
    return float(eval(side, dict(FUNCTIONS)))  # noqa: S307 - it is of the code that is tested


def assert_true(formula: str, relative: float, absolute: float) -> None:
    """That all sides of an equation come to its last one."""
    *sides, last = formula.split(" = ")
    for side in sides:
        assert value_of(side) == pytest.approx(value_of(last), relative, absolute), formula
