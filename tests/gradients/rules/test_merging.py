"""Operators of several values, with broadcasting: gradients agree with central differences in float64."""

import numpy as np
import pytest

from tests.gradients.probing import MAPS, after, built, chain, check, drawn, floats, node, run

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
    "square": [node("Pow", np.float32(2))],
    "cube by a whole number": [node("Pow", np.int64(3))],
    "power for each channel": [after("Sigmoid", "x"), after("Pow", "y0", floats(-1, 0, 0.5, 2, shape=(4, 1, 1)))],
    "power of the input": [after("Sigmoid", "x"), after("Tanh", "x"), after("Pow", "y0", "y1")],
    "power of a constant": [after("Tanh", "x"), after("Pow", np.abs(drawn(4, 1, 1)), "y0")],
    "expanded along two axes": [after("GlobalAveragePool", "x"), after("Expand", "y0", np.array([1, 4, 3, 2]))],
    "expanded to more axes than given": [after("ReduceMean", "x", [3]), after("Expand", "y0", np.array([5, 2]))],
    "one value": [node("Sum")],
    "mean of three": [after("Tanh", "x"), after("Mean", "x", "y0", drawn(4, 1, 1))],
    "greatest of two": [after("Neg", "x"), after("Max", "x", "y0")],
    "greatest of three": [after("Neg", "x"), after("Max", "x", "y0", drawn(4, 1, 1))],
    "least of a number": [after("Min", "x", np.float32(0.3))],
    "least, broadcast": [after("GlobalAveragePool", "x"), after("Min", "y0", "x")],
    "side by side": [after("Relu", "x"), after("Concat", "x", "y0", "x", axis=1)],
    "one under the other": [after("Tanh", "x"), after("Concat", "y0", "x", axis=-2)],
}  # fmt: skip


@pytest.mark.parametrize("settings", MERGINGS)
def test_merging(settings: str) -> None:
    check(chain(*MERGINGS[settings], shape=MAPS))


@pytest.mark.parametrize(("exponent", "slope"), [(0, 0), (1, 1), (2, 0), (3, 0)])
def test_a_power_at_zero_has_a_finite_slope(exponent: int, slope: int) -> None:
    graph = built(chain(node("Pow", np.float32(exponent)), shape=(1, 1, 2)))
    feeds = {"x": floats(0, -2, shape=(1, 1, 1, 2)), graph.seed: floats(1, 1, shape=(1, 1, 1, 2))}
    found = run(graph.model, feeds)[graph.gradients["x"]]
    np.testing.assert_allclose(found.reshape(-1), [slope, exponent * (-2.0) ** (exponent - 1) if exponent else 0])


def test_the_slope_of_a_power_of_zero_is_zero() -> None:
    model = chain(node("Mul", np.float32(0)), after("Abs", "x"), after("Pow", "y0", "y1"), shape=(1, 1, 2))
    graph = built(model, with_respect_to=("y1",))
    feeds = {"x": floats(1, 2, shape=(1, 1, 1, 2)), graph.seed: floats(1, 1, shape=(1, 1, 1, 2))}
    np.testing.assert_array_equal(run(graph.model, feeds)[graph.gradients["y1"]], 0)


def test_a_value_that_gets_a_new_first_axis_is_not_batchable() -> None:
    check(chain(after("Expand", "x", np.array([2, 1, 4, 5, 6])), shape=MAPS), batchable=False)


def test_equal_operands_share_the_gradient_of_the_greatest() -> None:
    graph = built(chain(after("Abs", "x"), after("Max", "x", "y0"), shape=(1, 1, 2)))
    feeds = {"x": floats(3, -2, shape=(1, 1, 1, 2)), graph.seed: floats(1, 1, shape=(1, 1, 1, 2))}
    np.testing.assert_allclose(run(graph.model, feeds)[graph.gradients["x"]].reshape(-1), [1, -1])
