"""Servers of their own, for what counts or depends on all requests of a server."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.settings import read_settings
from tests.conftest import Serving


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def fresh_client(serve: Serving, folder: Path) -> Iterator[httpx.Client]:
    """An app that nothing was asked of before."""
    settings = read_settings(port=0, data_dir=folder, provider="cpu")
    with httpx.Client(base_url=f"http://localhost:{serve(create_app(settings), settings)}") as client:
        yield client


@pytest.fixture(scope="module")
def empty_client(serve: Serving, folder: Path) -> Iterator[httpx.Client]:
    """An app without networks, behind a proxy's path."""
    settings = read_settings(port=0, data_dir=folder, models_dir=folder, provider="cpu", root_path="/lab")
    with httpx.Client(base_url=f"http://localhost:{serve(create_app(settings), settings)}") as client:
        yield client
