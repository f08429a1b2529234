"""Shared by the tests of figures of networks: what one gathers for a reader of the English site."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from app.engine.engine import Engine
from app.settings import read_settings
from app.web.pages.lessons.kinds import NETWORK_KINDS
from app.web.pages.site import site_of
from tests.web.pages.conftest import caller_of, engine_of, result_of

GatherFigure = Callable[..., Any]
NETWORKS = ("googlenet-imagenette", "lenet5", "mobilenet_v1-imagenette", "squeezenet1_1")


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_of(tmp_path_factory, NETWORKS) as engine:
        yield engine


@pytest.fixture(scope="session")
def gather_figure(engine: Engine) -> GatherFigure:
    """The figure of a kind, whose state has these values."""
    sites = {"en": site_of(read_settings(), "en", tuple)}
    app = SimpleNamespace(state=SimpleNamespace(sites=sites))

    client = caller_of(engine, headers=[], app=app)

    def gather(kind: str, **state: Any) -> Any:
        found = NETWORK_KINDS[kind]
        return result_of(found.gather(client, found.state.model_validate(state)))

    return gather
