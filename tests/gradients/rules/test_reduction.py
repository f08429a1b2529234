"""Reductions over axes, and sums so far along one: gradients agree with central differences in float64."""

import numpy as np
import pytest

from tests.gradients.probing import MAPS, after, built, chain, check, floats, node, run

POSITIVE = [after("Mul", "x", "x"), after("Add", "y0", np.float32(0.1))]
REDUCTIONS = {
    "sum over two axes": [node("ReduceSum", np.array([-1, 1]), keepdims=0)],
    "sum of nothing": [node("ReduceSum", noop_with_empty_axes=1)],
    "sum over an empty list of axes": [node("ReduceSum", np.zeros(0, np.int64), noop_with_empty_axes=1)],
    "mean": [node("ReduceMean", np.array([2, 3]))],
    "mean without its axes": [node("ReduceMean", np.array([-1, 1]), keepdims=0)],
    "sum": [node("ReduceSum", np.array([1]))],
    "maximum": [node("ReduceMax", np.array([2, 3]))],
    "maximum over the channels": [node("ReduceMax", np.array([1]), keepdims=0)],
    "minimum": [node("ReduceMin", np.array([-1]))],
    "mean of nothing": [node("ReduceMean", noop_with_empty_axes=1)],
    "sum of magnitudes": [node("ReduceL1", np.array([2, 3]))],
    "length": [node("ReduceL2", np.array([1]), keepdims=0)],
    "length of all but the batch": [node("ReduceL2", np.array([1, 2, 3]))],
    "sum of squares": [node("ReduceSumSquare", np.array([-1]), keepdims=0)],
    "logarithm of a sum": [*POSITIVE, after("ReduceLogSum", "y1", np.array([1, 2]))],
    "logarithm of a sum of exponentials": [node("ReduceLogSumExp", np.array([1]), keepdims=0)],
    "sum so far": [node("CumSum", np.array(2))],
    "sum of all before": [node("CumSum", np.array(-1), exclusive=1)],
    "sum of all that follow": [node("CumSum", np.array(1), exclusive=1, reverse=1)],
}


@pytest.mark.parametrize("settings", REDUCTIONS)
def test_reduction(settings: str) -> None:
    check(chain(*REDUCTIONS[settings], shape=MAPS))


def test_a_sum_over_the_batch_is_not_batchable() -> None:
    check(chain(node("CumSum", np.array(0)), shape=MAPS), batchable=False)


def test_the_length_of_zeros_has_the_gradient_zero() -> None:
    graph = built(chain(node("ReduceL2", np.array([1])), shape=(2, 1, 1)))
    feeds = {"x": floats(0, 0, shape=(1, 2, 1, 1)), graph.seed: floats(1, shape=(1, 1, 1, 1))}
    np.testing.assert_array_equal(run(graph.model, feeds)[graph.gradients["x"]], 0)
