"""Gather, Where and the comparisons that it reads: gradients agree with central differences in float64."""

import numpy as np
import pytest

from app.errors import InvalidRequest
from tests.gradients.probing import MAPS, after, built, chain, check, drawn, node

ROWS = np.array([True, False, True, False, False]).reshape(5, 1)
SELECTIONS = {
    "an activation written out": [
        after("Greater", "x", np.float32(0.2)), after("Exp", "x"), after("Where", "y0", "x", "y1"),
    ],
    "by a constant condition": [after("Tanh", "x"), after("Where", ROWS, "x", "y0")],
    "of a number": [after("Less", "x", np.float32(1)), after("Where", "y0", "x", np.float32(-2))],
    "of a constant that is broadcast": [
        after("GreaterOrEqual", "x", drawn(6)), after("Where", "y0", drawn(4, 1, 1), "x"),
    ],
    "of a value that is broadcast": [
        after("GlobalAveragePool", "x"), after("LessOrEqual", "x", np.float32(0)), after("Where", "y1", "y0", "x"),
    ],
    "by several conditions": [
        after("Greater", "x", np.float32(-1)), after("Less", "x", np.float32(1)), after("And", "y0", "y1"),
        after("Not", "y2"), after("Or", "y3", ROWS), after("Where", "y4", "x", np.float32(0)),
    ],
    "where two values are equal": [
        after("Relu", "x"), after("Equal", "x", "y0"), after("Where", "y1", "y0", np.float32(3)),
    ],
}  # fmt: skip


@pytest.mark.parametrize("settings", SELECTIONS)
def test_selection(settings: str) -> None:
    check(chain(*SELECTIONS[settings], shape=MAPS))


GATHERINGS = {
    "one entry": node("Gather", np.array(2), axis=1),
    "entries, one of them twice": node("Gather", np.array([3, 0, -1, 1]), axis=2),
    "the last axis backwards": node("Gather", np.array([5, 4, 3, 2, 1, 0]), axis=-1),
    "a matrix of entries": node("Gather", np.array([[0, 1], [3, 2], [1, 1]]), axis=1),
    "entries by shorter integers": node("Gather", np.array([1, -2], np.int32), axis=3),
}


@pytest.mark.parametrize("settings", GATHERINGS)
def test_gathering(settings: str) -> None:
    check(chain(GATHERINGS[settings], shape=MAPS))


def test_gathering_from_the_batch_is_not_batchable() -> None:
    check(chain(node("Gather", np.array([0])), shape=MAPS), batchable=False)


def test_a_condition_that_mixes_the_batch_is_not_batchable() -> None:
    condition = [after("ReduceMean", "x", np.array([0, 2]), keepdims=0), after("Greater", "y0", np.float32(0))]
    unsqueezed = after("Unsqueeze", "y1", np.array([1]))
    check(chain(*condition, unsqueezed, after("Where", "y2", "x", np.float32(0)), shape=MAPS), batchable=False)


def test_there_is_no_gradient_through_a_comparison_alone() -> None:
    model = chain(after("Greater", "x", np.float32(0)), after("Where", "y0", drawn(6), drawn(5, 1)), shape=MAPS)
    with pytest.raises(InvalidRequest, match="does not depend"):
        built(model)
