"""The samples that run in the background for the start page."""

import asyncio
from collections.abc import Iterator

import pytest

from app.engine.engine import Engine
from app.settings import read_settings
from app.web.pages.start.examples import Example, Examples
from app.web.samples import SAMPLES, read_samples

LIMIT_S = 60


@pytest.fixture
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(read_settings(data_dir=tmp_path_factory.mktemp("data")))
    yield engine
    engine.close(5)


def run(engine: Engine, *limits: float) -> list[tuple[Example, ...]]:
    """What is ready within each of some limits, one after the other."""

    async def ask() -> list[tuple[Example, ...]]:
        examples = Examples(engine, read_samples(SAMPLES / "samples.json"))
        return [await examples.ready(limit) for limit in limits]

    return asyncio.run(ask())


def test_no_one_waits_longer_than_the_limit_and_the_runs_go_on(engine: Engine) -> None:
    at_once, later = run(engine, 0, LIMIT_S)
    assert at_once == ()
    assert len(later) == 7


def test_every_example_is_named_rightly_and_the_first_has_all_layers(engine: Engine) -> None:
    (examples,) = run(engine, LIMIT_S)
    network = engine.network("resnet18-imagenette")
    assert [network.labels[int(each.scores.scores.argmax())] for each in examples] == [
        each.sample.classes[0] for each in examples
    ]
    assert set(examples[0].statistics) == set(network.graph.by_id)


def test_a_second_view_makes_no_run(engine: Engine) -> None:
    async def ask() -> tuple[int, int]:
        examples = Examples(engine, read_samples(SAMPLES / "samples.json"))
        await examples.ready(LIMIT_S)
        before = engine.status().runs
        await examples.ready(LIMIT_S)
        return before, engine.status().runs

    before, after = asyncio.run(ask())
    assert before == after == 7
