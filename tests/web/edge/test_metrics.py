"""Metrics of the app itself, on a real server."""

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


def test_requests_are_counted_by_the_template_of_their_route(client: httpx.Client) -> None:
    client.get("/api/v1/models/nothing")
    client.get("/api/v1/models/nowhere")
    client.get("/static/css/reference.css")
    client.request("BREW", "/healthz")
    counts = requests_by_route(client)
    assert counts["GET", "/api/v1/models/{model}", "404"] == 2
    assert counts["GET", "/static", "200"] >= 1
    assert counts["other", "/healthz", "405"] == 1


def test_unknown_addresses_share_one_label(empty: httpx.Client) -> None:
    for number in range(100):
        empty.get(f"/{number}/{number}")
    counts = requests_by_route(empty)
    assert counts["GET", "unmatched", "404"] == 100
    assert not any(character.isdigit() for _, route, _ in counts for character in route.replace("v1", ""))


def test_metrics_of_two_apps_do_not_mix(client: httpx.Client, empty: httpx.Client) -> None:
    client.put("/readyz")
    assert ("PUT", "/readyz", "405") in requests_by_route(client)
    assert ("PUT", "/readyz", "405") not in requests_by_route(empty)


def test_queues_and_caches_of_the_engine_are_measured(client: httpx.Client) -> None:
    names = {family.name for family in text_string_to_metric_families(client.get("/metrics").text)}
    assert {"convscope_queue_waiting", "convscope_queue_refused", "convscope_cache_hits"} <= names
    assert {"convscope_cache_bytes", "convscope_request_seconds", "process_resident_memory_bytes"} <= names
