"""Training of a small classifier: the loss falls, a longer run goes on from a shorter one, and large steps diverge."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.engine.digit_training import DigitTraining, TrainingKey
from app.engine.results import Results
from app.gradients.trainable import Trainable
from app.nets.runtime import start_runtime
from app.settings import read_settings


@pytest.fixture
def training(tmp_path: Path) -> Iterator[DigitTraining]:
    results = Results(read_settings(data_dir=tmp_path))
    yield DigitTraining(start_runtime("cpu", 1), results)
    results.close(1)


def test_the_network_learns_digits_that_it_is_not_trained_on(training: DigitTraining) -> None:
    run = training.run(TrainingKey(0.1, 1, 150)).result()
    assert run.steps == 150
    assert abs(run.points[0].loss - math.log(10)) < 0.5, "before the first step it guesses"
    assert run.points[-1].loss < 0.2
    assert run.points[-1].accuracy > 0.95
    assert run.weights == 3 * 3 * 4 + 4 + 4 * 6 * 6 * 10 + 10


def test_a_run_that_goes_on_is_the_same_as_one_from_the_beginning(training: DigitTraining, tmp_path: Path) -> None:
    for steps in (5, 12):
        training.run(TrainingKey(0.1, 2, steps)).result()
    further = training.run(TrainingKey(0.1, 2, 20)).result()
    results = Results(read_settings(data_dir=tmp_path / "other"))
    whole = DigitTraining(start_runtime("cpu", 1), results).run(TrainingKey(0.1, 2, 20)).result()
    results.close(1)
    assert further.points == whole.points
    assert all(np.array_equal(further.parameters[name], whole.parameters[name]) for name in whole.parameters)


def test_too_large_a_rate_ends_at_chance(training: DigitTraining) -> None:
    last = training.run(TrainingKey(2, 1, 100)).result().points[-1]
    assert last.loss > 2
    assert last.accuracy < 0.2


def test_every_step_moves_against_the_gradient(training: DigitTraining) -> None:
    start, small = (training.run(TrainingKey(rate, 1, 1)).result() for rate in (0.001, 0.01))
    for name, first in start.first.items():
        np.testing.assert_allclose((small.parameters[name] - first) / 10, start.parameters[name] - first, atol=1e-5)


def test_a_run_that_goes_on_makes_the_steps_that_are_missing(
    training: DigitTraining, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, batch_loss = [], Trainable.batch_loss

    def counted(trainable: Trainable, *arguments: Any) -> Any:
        steps.append(arguments)
        return batch_loss(trainable, *arguments)

    monkeypatch.setattr(Trainable, "batch_loss", counted)
    made = []
    for wanted in (0, 4, 9, 6):
        assert training.run(TrainingKey(0.1, 3, wanted)).result().steps == wanted
        made.append(len(steps))
    assert made == [0, 4, 9, 11]
