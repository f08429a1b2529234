"""Activation functions, against Python's own arithmetic."""

import math
from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lessons.figures.activation import ActivationState, FunctionName, draw_activation

BY_HAND: dict[FunctionName, Callable[[float], float]] = {
    "relu": lambda x: max(0, x),
    "leaky": lambda x: x if x > 0 else x / 10,
    "sigmoid": lambda x: math.exp(x) / (1 + math.exp(x)),
    "tanh": math.tanh,
}


@given(st.lists(st.integers(-30, 30), min_size=1, max_size=6), st.sampled_from(get_args(FunctionName)))
def test_each_number_is_the_function_of_the_number_before(row: list[int], function: FunctionName) -> None:
    figure = draw_activation(ActivationState(matrix=" ".join(map(str, row)), function=function))
    assert [cell.value for cell in figure.after] == pytest.approx([BY_HAND[function](x) for x in row], rel=1e-12)


def test_the_formula_of_leaky_relu_has_no_words_of_a_language() -> None:
    assert draw_activation(ActivationState(function="leaky")).formula == "max(0.1 × x, x)"


def test_zeros_are_counted() -> None:
    assert draw_activation(ActivationState()).zeros == 12


def test_the_curve_bends_at_the_zero_of_both_axes() -> None:
    chart = draw_activation(ActivationState()).chart
    assert f"{chart.zero[0]:.1f},{chart.zero[1]:.1f}" in chart.points.split(" ")
