"""Shared by the tests of the pages' parts: an engine of their own, and LeNet-5."""

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from fastapi import Request

from app.engine.engine import Engine
from app.nets.network import Network
from app.settings import read_settings
from app.web.deps import Client
from tests.conftest import ROOT

MODELS = ROOT / "models"
T = TypeVar("T")


def result_of(answer: Awaitable[T]) -> T:
    """What `asyncio.run` gives. Python 3.11 words that when it ends, with all its arrays, which takes seconds."""
    results: list[T] = []

    async def wait() -> None:
        results.append(await answer)

    asyncio.run(wait())
    return results[0]


def caller_of(engine: Engine, **scope: Any) -> Client:
    """A client that waits for every answer."""

    async def receive() -> Any:
        await asyncio.Event().wait()

    return Client(Request({"type": "http", **scope}, receive), engine)


@contextmanager
def engine_of(folders: pytest.TempPathFactory, networks: tuple[str, ...]) -> Iterator[Engine]:
    """An engine of few networks: a page with a list of all of them reads each once."""
    models = folders.mktemp("models")
    (models / "originals").mkdir()
    for folder in (".", "originals"):
        for name in ("labels", "probes", *networks):
            for file in (MODELS / folder).glob(f"{name}.*" if name in networks else name):
                (models / folder / file.name).symlink_to(file)
    engine = Engine(read_settings(data_dir=folders.mktemp("data"), models_dir=models))
    yield engine
    engine.close(5)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(read_settings(data_dir=tmp_path_factory.mktemp("data")))
    yield engine
    engine.close(5)


@pytest.fixture(scope="module")
def network(engine: Engine) -> Network:
    return engine.network("lenet5")
