"""Experiments of many runs: how far one is while it runs, and nothing of that afterwards."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from app.engine.engine import Engine
from app.engine.experiments.many_runs import ManyRuns
from app.engine.results import Key
from app.errors import InvalidRequest, NotAvailable
from app.work.job import Progress
from app.work.stop import Stop


@dataclass(frozen=True, slots=True)
class ExperimentKey(Key[list[tuple[int, int]]]):
    """An experiment by its name."""

    name: str


@pytest.fixture
def many_runs(engine: Engine) -> ManyRuns:
    return ManyRuns(engine._runs, engine.results)


def watching(many_runs: ManyRuns, key: ExperimentKey) -> Callable[[Stop, Progress], list[tuple[int, int]]]:
    def work(stop: Stop, progress: Progress) -> list[tuple[int, int]]:
        seen = [many_runs.progress(key)]
        for done in (1, 2):
            progress(done, 3)
            seen.append(many_runs.progress(key))
        return seen

    return work


def test_the_progress_is_there_while_an_experiment_runs(engine: Engine, many_runs: ManyRuns) -> None:
    key = ExperimentKey("first")
    assert many_runs.cached(key) is None
    seen = many_runs.compute(key, engine.network("lenet5"), watching(many_runs, key)).result()
    assert seen == [(0, 0), (1, 3), (2, 3)]
    assert many_runs.progress(key) == (0, 0)
    assert many_runs.cached(key) is seen


def test_an_experiment_that_fails_leaves_no_progress(engine: Engine, many_runs: ManyRuns) -> None:
    key = ExperimentKey("failing")

    def work(stop: Stop, progress: Progress) -> list[tuple[int, int]]:
        progress(1, 3)
        raise InvalidRequest("No.")

    with pytest.raises(InvalidRequest):
        many_runs.compute(key, engine.network("lenet5"), work).result()
    assert many_runs.progress(key) == (0, 0)
    assert many_runs.cached(key) is None


def test_without_weights_there_is_no_experiment(engine: Engine, many_runs: ManyRuns) -> None:
    key = ExperimentKey("none")
    with pytest.raises(NotAvailable):
        many_runs.compute(key, engine.network("vgg16"), watching(many_runs, key))
