"""Runs: how many there were, how many threads one gets, and that its network stays open."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.engine.runs import Runs
from app.errors import NotAvailable
from app.work.stop import Stop


def runs_with(running: int, waiting: int, threads: int = 8, slots: int = 3) -> Runs:
    load = SimpleNamespace(running=running, waiting=waiting)
    settings, results = SimpleNamespace(run_slots=slots), SimpleNamespace(runs=SimpleNamespace(load=load))
    parts: list[Any] = [SimpleNamespace(), SimpleNamespace(threads=threads), settings, results]
    return Runs(*parts)


@pytest.mark.parametrize(
    ("running", "waiting", "threads"), [(0, 0, 8), (1, 0, 8), (0, 1, 8), (2, 0, 2), (1, 1, 2), (0, 2, 2), (1, 9, 2)]
)
def test_a_run_alone_has_all_threads_and_another_its_share(running: int, waiting: int, threads: int) -> None:
    assert runs_with(running, waiting).threads == threads


def test_a_share_is_one_thread_at_least() -> None:
    assert runs_with(2, 0, threads=2, slots=4).threads == 1


def test_every_run_is_counted(engine: Engine, cat: bytes) -> None:
    inference = Inference(engine.network("lenet5"), engine.pictures.add(lambda: cat).result().stored.id)
    runs = engine._runs
    before = runs.made
    engine.layers.activations(inference).result()
    assert runs.made == before + 1
    engine.layers.activations(inference).result()  # in the cache
    assert runs.made == before + 1
    view = engine.pictures.view(inference)
    runs.scores(inference.network, view, Stop())
    runs.activations(inference.network, view, Stop())
    assert runs.made == before + 3


def test_a_network_without_weights_is_refused_before_a_job_starts(engine: Engine, cat: bytes) -> None:
    image = engine.pictures.add(lambda: cat).result().stored.id
    with pytest.raises(NotAvailable):
        engine.predictions.scores(Inference(engine.network("vgg16"), image))
