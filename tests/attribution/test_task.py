"""The runs of a task: scores in batches, progress, stop."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.attribution.target import Target
from app.errors import Cancelled
from app.nets.network import Network
from tests.attribution.conftest import logits_of, overflowing
from tests.attribution.small import Array, task_of

CLASS = Target(2)


def test_progress_is_reported_and_a_stop_ends_the_runs(dense: Network, tensor: Array) -> None:
    calls = list[tuple[int, int]]()
    task = task_of(dense, tensor, CLASS)

    def progress(done: int, total: int) -> None:
        calls.append((done, total))
        if done >= 32:
            task.stop.set(Cancelled("gone"))

    with pytest.raises(Cancelled):
        replace(task, progress=progress).scores((tensor for _ in range(100)), 100)
    assert calls[0] == (0, 100)
    assert 32 <= calls[-1][0] < 48


def test_scores_in_batches_are_those_of_single_runs(dense: Network, tensor: Array) -> None:
    inputs = [tensor * factor for factor in np.linspace(0, 2, 21, dtype=np.float32)]
    found = task_of(dense, tensor, CLASS).scores(iter(inputs), 21)
    np.testing.assert_allclose(found, [logits_of(each)[2] for each in inputs], atol=1e-4)
    versus = task_of(dense, tensor, Target(2, against=0)).scores(iter(inputs), 21, as_probability=True)
    pairs = np.array([logits_of(each)[[2, 0]] for each in inputs])
    np.testing.assert_allclose(versus, 1 / (1 + np.exp(pairs[:, 1] - pairs[:, 0])), atol=1e-5)


def test_of_two_classes_far_apart_one_is_certain_and_nothing_overflows(tmp_path: Path, tensor: Array) -> None:
    task = task_of(overflowing(tmp_path, 1e6), tensor, Target(2, against=0))
    assert abs(task.score()) > 1000
    assert task.score(as_probability=True) in (0, 1)


def test_a_method_without_layers_has_no_required_layer(dense: Network, tensor: Array) -> None:
    with pytest.raises(TypeError):
        _ = task_of(dense, tensor, CLASS).required_layer
