"""Operators of several values, with broadcasting: gradients agree with central differences in float64."""

import numpy as np
import pytest

from tests.gradients.probing import MAPS, after, chain, check, drawn, node

MERGINGS = {
    "sum with a constant": [node("Add", drawn(4, 1, 1))],
    "sum with itself": [node("Add", "x")],
    "sum of three": [after("Relu", "x"), after("Sum", "x", "y0", "x")],
    "difference": [after("Tanh", "x"), after("Sub", "x", "y0")],
    "constant less": [after("Sub", drawn(6), "x")],
    "product with itself": [node("Mul", "x")],
    "product with a gate for each channel": [after("GlobalAveragePool", "x"), after("Mul", "x", "y0")],
    "sum over a row": [after("ReduceMean", "x", [3]), after("Add", "y0", "x")],
    "quotient": [after("Sigmoid", "x"), after("Div", "x", "y0")],
    "quotient of a constant": [after("Sigmoid", "x"), after("Div", drawn(4, 1, 1), "y0")],
    "quotient by a gate for each channel": [
        after("GlobalAveragePool", "x"), after("Sigmoid", "y0"), after("Div", "x", "y1"),
    ],
    "product with a gate for each place": [
        after("ReduceMean", "x", [1]), after("Sigmoid", "y0"), after("Mul", "y1", "x"),
    ],
    "a row against a column": [after("ReduceMean", "x", [2]), after("ReduceMean", "x", [3]), after("Sub", "y0", "y1")],
    "sum with a number": [node("Add", np.float32(2.5))],
    "sum with a constant of more axes": [node("Add", drawn(1, 4, 5, 6)), after("Mul", "y0", drawn(1, 4, 5, 1))],
    "one value": [node("Sum")],
    "side by side": [after("Relu", "x"), after("Concat", "x", "y0", "x", axis=1)],
    "one under the other": [after("Tanh", "x"), after("Concat", "y0", "x", axis=-2)],
}  # fmt: skip


@pytest.mark.parametrize("settings", MERGINGS)
def test_merging(settings: str) -> None:
    check(chain(*MERGINGS[settings], shape=MAPS))
