"""Health and figures, asked of the app itself on a real server."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

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


def requests_by_route(client: httpx.Client) -> dict[tuple[str, str, str], float]:
    families = {family.name: family for family in text_string_to_metric_families(client.get("/metrics").text)}
    return {
        (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
        for sample in families["convscope_requests"].samples
        if sample.name.endswith("_total")
    }


def test_it_lives(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_says_which_provider_was_asked_for_and_which_is_used(client: httpx.Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert (answer.json()["provider_asked"], answer.json()["provider_in_use"]) == ("cpu", "cpu")
    assert answer.json()["models_ready"] >= 2


def test_without_networks_it_lives_but_is_not_ready(empty: httpx.Client) -> None:
    assert empty.get("/healthz").status_code == 200
    assert (empty.get("/readyz").status_code, empty.get("/readyz").json()["ready"]) == (503, False)


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/models", "/static/css/reference.css"])
def test_a_proxy_may_serve_it_under_a_path(empty: httpx.Client, path: str) -> None:
    assert empty.get(path).status_code == 200
    assert "curl http://localhost" in (page := empty.get("/docs").text)
    assert "/lab/api/v1/models" in page


def test_requests_are_counted_by_the_template_of_their_route(client: httpx.Client) -> None:
    client.get("/api/v1/models/nothing")
    client.get("/api/v1/models/nowhere")
    client.get("/static/css/reference.css")
    client.request("BREW", "/healthz")
    counts = requests_by_route(client)
    assert counts["GET", "/api/v1/models/{model}", "404"] == 2
    assert counts["GET", "/static", "200"] >= 1
    assert counts["other", "/healthz", "405"] == 1


def test_strange_addresses_make_no_new_figures(empty: httpx.Client) -> None:
    for number in range(100):
        empty.get(f"/{number}/{number}")
    counts = requests_by_route(empty)
    assert counts["GET", "unmatched", "404"] == 100
    assert not any(character.isdigit() for _, route, _ in counts for character in route.replace("v1", ""))


def test_figures_of_two_apps_do_not_mix(client: httpx.Client, empty: httpx.Client) -> None:
    client.put("/readyz")
    assert ("PUT", "/readyz", "405") in requests_by_route(client)
    assert ("PUT", "/readyz", "405") not in requests_by_route(empty)


def test_the_engine_says_how_busy_it_is(client: httpx.Client) -> None:
    names = {family.name for family in text_string_to_metric_families(client.get("/metrics").text)}
    assert {"convscope_queue_waiting", "convscope_queue_refused", "convscope_cache_hits"} <= names
    assert {"convscope_cache_bytes", "convscope_request_seconds", "process_resident_memory_bytes"} <= names
