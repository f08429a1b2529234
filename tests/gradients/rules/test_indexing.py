"""Indexing by values: gradients agree with central differences in float64."""

import numpy as np
import pytest

from app.errors import NotDifferentiable
from tests.gradients.probing import MAPS, after, built, chain, check, drawn, node, reference

INDICES = np.array([[[[2, 0, 2, 1, 4, 4]]] * 4])  # (1, 4, 1, 6): of rows
CASES = {
    "entries by their indices": [node("GatherElements", INDICES, axis=2)],
    "places by their coordinates": [node("GatherND", np.array([[0, 1, 2], [0, 3, 0], [0, 1, 2]]))],
    "entries replaced": [
        after("Tanh", "x"),
        after("ScatterElements", "y0", INDICES[..., :3], drawn(1, 4, 1, 3), axis=2),
    ],
    "entries replaced by entries": [
        after("Slice", "x", np.array([0]), np.array([1]), np.array([2])),
        after("Tanh", "y0"),
        after("ScatterElements", "x", INDICES[..., :6], "y1", axis=2),
    ],
    "rows replaced": [after("ScatterND", "x", np.array([[0, 1], [0, 2]]), drawn(2, 5, 6))],
    "rows replaced by rows": [
        after("Slice", "x", np.array([1]), np.array([2]), np.array([1])),
        after("Tanh", "y0"),
        after("ScatterND", "x", np.array([[[0, 3]]]), "y1"),
    ],
}


@pytest.mark.parametrize("settings", CASES)
def test_indexing(settings: str) -> None:
    check(chain(*CASES[settings], shape=MAPS), batchable=False)


@pytest.mark.parametrize("largest", [0, 1])
def test_the_greatest_and_the_least(largest: int) -> None:
    check(chain(node("TopK", np.array([3]), axis=2, largest=largest, outputs=2), shape=MAPS))


def test_the_greatest_where_their_count_is_an_attribute() -> None:
    by = reference(chain(node("TopK", np.array([3]), axis=2, outputs=2), shape=MAPS))
    check(chain(node("TopK", k=3, axis=2, outputs=2), shape=MAPS, opset=9), by=by)


def test_indices_for_each_input_of_a_batch() -> None:
    order = [after("TopK", "x", np.array([2]), axis=1, outputs=2), after("GatherElements", "x", "y0.1", axis=1)]
    check(chain(*order, shape=MAPS))


def test_there_is_no_gradient_of_indices_for_each_entry_of_a_batch() -> None:
    with pytest.raises(NotDifferentiable, match="each entry of a batch"):
        built(chain(node("GatherND", np.array([[[1, 2]]]), batch_dims=1), shape=MAPS))


def test_there_is_no_gradient_where_entries_add_up() -> None:
    with pytest.raises(NotDifferentiable, match="adds to what was there"):
        built(chain(node("ScatterND", np.array([[0, 1]]), drawn(1, 5, 6), reduction="add"), shape=MAPS))
