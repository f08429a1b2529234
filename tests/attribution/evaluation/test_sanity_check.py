"""The sanity check with random weights."""

import numpy as np
import pytest
import scipy

from app.attribution.evaluation.sanity_check import cascade, stage_counts, weighted_layers
from app.attribution.explain import explain
from app.attribution.registry import METHODS
from app.attribution.target import Target
from app.nets.network import Network
from tests.attribution.small import Array, task_of


def test_layers_are_counted_from_the_last_one(dense: Network) -> None:
    assert [layer.id for layer in weighted_layers(dense)] == ["fc", "conv"]
    assert stage_counts(dense) == (1, 2)


def test_each_stage_is_compared_with_the_original(dense: Network, tensor: Array) -> None:
    method = METHODS["hirescam"]
    task = task_of(dense, tensor, Target(2), "hirescam")
    original = explain(task, method, method.options({}))
    first, second = cascade(task, method, method.options({}), original)
    assert (first.layer, second.layer) == ("fc", "conv")
    assert not np.allclose(first.explanation.values, original.values)
    expected = scipy.stats.spearmanr(original.values.ravel(), second.explanation.values.ravel()).statistic
    assert second.correlation == pytest.approx(expected, abs=1e-6)


def test_a_map_that_does_not_depend_on_the_last_layer_does_not_change_with_it(dense: Network, tensor: Array) -> None:
    method = METHODS["eigencam"]
    task = task_of(dense, tensor, Target(2), "eigencam")
    first = next(cascade(task, method, method.options({}), explain(task, method, method.options({}))))
    assert first.correlation == pytest.approx(1)
