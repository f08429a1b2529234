"""Shared by the tests of the comparison: an engine of few networks, of which one is without weights."""

from collections.abc import Iterator

import pytest

from app.engine.engine import Engine
from tests.web.pages.conftest import engine_of

NETWORKS = (
    "alexnet-imagenette",
    "lenet5",
    "resnet18",
    "squeezenet1_1",
    "vgg11",
    "vgg16",
    "vgg16-imagenette",
    "alexnet",
)


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_of(tmp_path_factory, NETWORKS) as engine:
        yield engine
