"""Functions of one number: gradients agree with central differences in float64."""

from math import erf

import numpy as np
import pytest

from tests.gradients.probing import MAPS, after, built, chain, check, floats, node, run

POSITIVE = [node("Mul", "x"), after("Add", "y0", np.float32(0.1))]
FUNCTIONS = {
    "Neg": [node("Neg")],
    "Abs": [node("Abs")],
    "Reciprocal": [*POSITIVE, after("Reciprocal", "y1")],
    "Exp": [node("Exp")],
    "Log": [*POSITIVE, after("Log", "y1")],
    "Sqrt": [*POSITIVE, after("Sqrt", "y1")],
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
