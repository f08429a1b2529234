"""The scores of a frame, which are chosen by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.nets.outputs import Scores
from app.web.pages.experiments.live_scores import live_scores_view

LOGITS = np.array([1, 4, 2, 3], np.float32)
NETWORK: Any = SimpleNamespace(labels="abcd")


def scores(kind: Any) -> Scores:
    return Scores(LOGITS, LOGITS / np.float32(8), 0, kind)


@pytest.mark.parametrize(
    ("count", "labels", "by_index"), [(1, "b", False), (3, "bdc", False), (4, "abcd", True), (10, "abcd", True)]
)
def test_the_best_come_first_unless_all_are_listed(count: int, labels: str, by_index: bool) -> None:
    view = live_scores_view(NETWORK, scores("softmax"), count)
    assert "".join(row.label for row in view.rows) == labels
    assert view.by_index is by_index
    assert [row.label for row in view.rows if row.is_best] == ["b"]
    for row in view.rows:
        logit = LOGITS["abcd".index(row.label)]
        assert (row.logit, row.score) == (logit, logit / 8)


def test_a_vector_has_no_scores() -> None:
    assert [row.score for row in live_scores_view(NETWORK, scores("vector"), 2).rows] == [None, None]
