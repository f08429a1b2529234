"""Metrics for Prometheus: requests by route and status, latency, and the load of the engine."""

import asyncio
import time
from collections.abc import Iterator

from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.engine.engine import Engine, EngineStatus
from app.web.edge.health import METRICS

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

router = APIRouter(tags=["operation"])


class RequestMetrics:
    """The metrics of one app, in a registry of its own, so that two apps in one process do not mix."""

    def __init__(self, app: FastAPI) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "convscope_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "convscope_request_seconds",
            "Time from the head of a request to the head of its answer.",
            ("route",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)
        self.registry.register(_EngineCollector(app))


class _EngineCollector(Collector):
    """Reads the engine's status when the metrics are collected."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def describe(self) -> list[Metric]:
        return []  # the registry asks for the names before the engine exists

    def collect(self) -> Iterator[Metric]:
        engine: Engine = self._app.state.engine
        status = engine.status()
        provider = {"asked": status.provider_asked, "in_use": status.provider_in_use}
        yield InfoMetricFamily("convscope_provider", "Where networks run.", value=provider)
        yield GaugeMetricFamily("convscope_models_ready", "Networks that can be run.", value=status.models_ready)
        yield GaugeMetricFamily("convscope_models_broken", "Networks that can't be used.", value=status.models_broken)
        yield CounterMetricFamily(
            "convscope_runs", "Runs of networks for predictions and activations.", value=status.runs
        )
        yield from _queues(status)
        yield from _caches(status)


class RequestMeter:
    """ASGI middleware: counts and times every request, with the route's template as its label."""

    def __init__(self, app: ASGIApp, metrics: RequestMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        root = scope.get("root_path", "")
        begin = time.perf_counter()
        has_response = False

        def count(status: str) -> None:
            method = scope["method"] if scope["method"] in METHODS else "other"
            route = _route_of(scope, root)
            self._metrics.requests.labels(method, route, status).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - begin)

        async def counting_send(message: Message) -> None:
            nonlocal has_response
            if message["type"] == "http.response.start":
                has_response = True
                count(str(message["status"]))
            await send(message)

        try:
            await self._app(scope, receive, counting_send)
        finally:
            if not has_response:  # the client has gone
                count("none")


@router.get(METRICS, summary="Metrics for Prometheus", response_class=Response)
async def metrics(request: Request) -> Response:
    collected: RequestMetrics = request.app.state.metrics
    text = await asyncio.to_thread(generate_latest, collected.registry)  # it may read every network's file
    return Response(text, media_type=CONTENT_TYPE_LATEST)


def _route_of(scope: Scope, root: str) -> str:
    template = getattr(scope.get("route"), "path", None)
    mount = scope.get("root_path", "").removeprefix(root)  # a mounted app lengthens it
    return template or mount or "unmatched"


def _queues(status: EngineStatus) -> Iterator[Metric]:
    waiting = GaugeMetricFamily("convscope_queue_waiting", "Jobs that wait.", labels=("queue",))
    running = GaugeMetricFamily("convscope_queue_running", "Jobs that run.", labels=("queue",))
    started = CounterMetricFamily("convscope_queue_started", "Jobs that were started.", labels=("queue",))
    refused = CounterMetricFamily("convscope_queue_refused", "Requests refused: the queue is full.", labels=("queue",))
    for name, load in status.queues.items():
        waiting.add_metric((name,), load.waiting)
        running.add_metric((name,), load.running)
        started.add_metric((name,), load.started)
        refused.add_metric((name,), load.refused)
    return iter((waiting, running, started, refused))


def _caches(status: EngineStatus) -> Iterator[Metric]:
    hits = CounterMetricFamily("convscope_cache_hits", "Lookups that found a result.", labels=("cache",))
    misses = CounterMetricFamily("convscope_cache_misses", "Lookups that found no result.", labels=("cache",))
    size = GaugeMetricFamily("convscope_cache_bytes", "Bytes held.", labels=("cache",))
    for name, use in status.caches.items():
        hits.add_metric((name,), use.hits)
        misses.add_metric((name,), use.misses)
        size.add_metric((name,), use.bytes)
    return iter((hits, misses, size))
