"""Functions of one number: gradients agree with central differences in float64."""

from math import erf

import numpy as np
import pytest

from tests.gradients.probing import MAPS, after, built, chain, check, floats, node, run

POSITIVE = [node("Mul", "x"), after("Add", "y0", np.float32(0.1))]
WITHIN_ONE = [node("Tanh"), after("Mul", "y0", np.float32(0.9))]
FUNCTIONS = {
    "Neg": [node("Neg")],
    "Abs": [node("Abs")],
    "Reciprocal": [*POSITIVE, after("Reciprocal", "y1")],
    "Exp": [node("Exp")],
    "Log": [*POSITIVE, after("Log", "y1")],
    "Sqrt": [*POSITIVE, after("Sqrt", "y1")],
    "Sin": [node("Sin")],
    "Cos": [node("Cos")],
    "Tan": [*WITHIN_ONE, after("Tan", "y1")],
    "Asin": [*WITHIN_ONE, after("Asin", "y1")],
    "Acos": [*WITHIN_ONE, after("Acos", "y1")],
    "Atan": [node("Atan")],
    "Sinh": [node("Sinh")],
    "Cosh": [node("Cosh")],
    "Asinh": [node("Asinh")],
    "Acosh": [*POSITIVE, after("Add", "y1", np.float32(1)), after("Acosh", "y2")],
    "Atanh": [*WITHIN_ONE, after("Atanh", "y1")],
    "Ceil": [node("Ceil"), after("Mul", "y0", "x")],
    "Floor": [node("Floor"), after("Mul", "y0", "x")],
    "Round": [node("Round"), after("Mul", "y0", "x")],
    "Sign": [node("Sign"), after("Mul", "y0", "x")],
}


@pytest.mark.parametrize("op", FUNCTIONS)
def test_function(op: str) -> None:
    check(chain(*FUNCTIONS[op], shape=MAPS))


def test_the_error_function() -> None:
    check(chain(node("Erf"), shape=MAPS), by=np.vectorize(erf))


def test_the_gradient_of_erf_far_from_zero_is_zero() -> None:
    graph = built(chain(node("Erf"), shape=(1, 1, 2)))
    feeds = {"x": floats(-100, 30, shape=(1, 1, 1, 2)), graph.seed: floats(1, 1, shape=(1, 1, 1, 2))}
    np.testing.assert_array_equal(run(graph.model, feeds)[graph.gradients["x"]], 0)
