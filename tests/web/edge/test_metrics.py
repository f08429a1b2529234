"""Metrics of the app itself, on a real server."""

import asyncio
import threading
from itertools import pairwise
from types import SimpleNamespace

import httpx
from fastapi import FastAPI, Request
from prometheus_client.parser import text_string_to_metric_families

from app.engine.engine import EngineStatus
from app.web.edge.metrics import BUCKETS, RequestMetrics, metrics


def requests_by_route(client: httpx.Client) -> dict[tuple[str, str, str], float]:
    families = {family.name: family for family in text_string_to_metric_families(client.get("/metrics").text)}
    return {
        (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
        for sample in families["convscope_requests"].samples
        if sample.name.endswith("_total")
    }


def test_requests_are_counted_by_the_template_of_their_route(fresh_client: httpx.Client) -> None:
    fresh_client.get("/api/v1/models/nothing")
    fresh_client.get("/api/v1/models/nowhere")
    fresh_client.get("/static/css/reference.css")
    fresh_client.request("PROPFIND", "/healthz")
    counts = requests_by_route(fresh_client)
    assert counts["GET", "/api/v1/models/{model}", "404"] == 2
    assert counts["GET", "/static", "200"] >= 1
    assert counts["other", "/healthz", "405"] == 1


def test_unknown_addresses_share_one_label(empty_client: httpx.Client) -> None:
    for number in range(100):
        empty_client.get(f"/{number}/{number}")
    counts = requests_by_route(empty_client)
    assert counts["GET", "unmatched", "404"] == 100
    assert not any(character.isdigit() for _, route, _ in counts for character in route.replace("v1", ""))


def test_metrics_of_two_apps_do_not_mix(fresh_client: httpx.Client, empty_client: httpx.Client) -> None:
    fresh_client.put("/readyz")
    assert ("PUT", "/readyz", "405") in requests_by_route(fresh_client)
    assert ("PUT", "/readyz", "405") not in requests_by_route(empty_client)


def test_queues_and_caches_of_the_engine_are_measured(fresh_client: httpx.Client) -> None:
    names = {family.name for family in text_string_to_metric_families(fresh_client.get("/metrics").text)}
    assert {"convscope_queue_waiting", "convscope_queue_refused", "convscope_cache_hits"} <= names
    assert {"convscope_cache_bytes", "convscope_request_seconds", "process_resident_memory_bytes"} <= names


def test_a_time_is_known_to_a_factor_of_three() -> None:
    assert 0 < BUCKETS[0] <= 0.002
    assert all(1 < after / before <= 3 for before, after in pairwise(BUCKETS))


def test_other_requests_go_on_while_the_engine_tells_its_status() -> None:
    """It may read networks for that."""
    app, threads = FastAPI(), list[threading.Thread]()

    def status() -> EngineStatus:
        threads.append(threading.current_thread())
        return EngineStatus("cpu", "cpu", "1", 7, 0, 0, {}, 1, {}, 0)

    app.state.engine, app.state.metrics = SimpleNamespace(status=status), RequestMetrics(app)
    response = asyncio.run(metrics(Request({"type": "http", "app": app})))
    assert b"convscope_models_ready 7.0" in response.body
    assert threading.current_thread() not in threads
