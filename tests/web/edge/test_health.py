"""Health checks of the app itself, on a real server."""

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
def client(serve: Serving, folder: Path) -> Iterator[httpx.Client]:
    settings = read_settings(port=0, data_dir=folder, provider="cpu")
    with httpx.Client(base_url=f"http://localhost:{serve(create_app(settings), settings)}") as client:
        yield client


@pytest.fixture(scope="module")
def empty(serve: Serving, folder: Path) -> Iterator[httpx.Client]:
    """An app without networks, behind a proxy's path."""
    settings = read_settings(port=0, data_dir=folder, models_dir=folder, provider="cpu", root_path="/lab")
    with httpx.Client(base_url=f"http://localhost:{serve(create_app(settings), settings)}") as client:
        yield client


def test_it_is_up(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_names_the_provider_that_was_requested_and_the_one_in_use(client: httpx.Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert (answer.json()["provider_asked"], answer.json()["provider_in_use"]) == ("cpu", "cpu")
    assert answer.json()["models_ready"] >= 2


def test_without_networks_it_is_up_but_not_ready(empty: httpx.Client) -> None:
    assert empty.get("/healthz").status_code == 200
    assert (empty.get("/readyz").status_code, empty.get("/readyz").json()["ready"]) == (503, False)


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/models", "/static/css/reference.css"])
def test_a_proxy_may_serve_it_under_a_path(empty: httpx.Client, path: str) -> None:
    assert empty.get(path).status_code == 200
    assert "curl http://localhost" in (page := empty.get("/docs").text)
    assert "/lab/api/v1/models" in page
