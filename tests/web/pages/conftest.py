"""Shared by the tests of the pages' parts: an engine of their own, and LeNet-5."""

from collections.abc import Iterator

import pytest

from app.engine.engine import Engine
from app.nets.network import Network
from app.settings import read_settings


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(read_settings(data_dir=tmp_path_factory.mktemp("data")))
    yield engine
    engine.close(5)


@pytest.fixture(scope="module")
def network(engine: Engine) -> Network:
    return engine.network("lenet5")
