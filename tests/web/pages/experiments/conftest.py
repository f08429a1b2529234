"""Shared by the tests of the experiments' pages: who asks an engine of few networks, a photo, and the English site."""

from collections.abc import Iterator

import pytest

from app.engine.engine import Engine
from app.settings import read_settings
from app.web.deps import Client
from app.web.pages.site import Site, site_of
from tests.web.pages.conftest import caller_of, engine_of

NETWORKS = ("alexnet-imagenette", "efficientnet_lite0", "lenet5", "squeezenet1_1")


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_of(tmp_path_factory, NETWORKS) as engine:
        yield engine


@pytest.fixture(scope="session")
def caller(engine: Engine) -> Client:
    return caller_of(engine)


@pytest.fixture(scope="session")
def photo(engine: Engine, cat: bytes) -> str:
    return engine.pictures.add(lambda: cat).result().stored.id


@pytest.fixture(scope="session")
def english() -> Site:
    return site_of(read_settings(), "en", tuple)
