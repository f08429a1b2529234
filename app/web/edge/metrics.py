"""Figures for Prometheus: requests by route and status, latency, and how busy the engine is."""

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


class Meters:
    """The figures of one app, in a registry of its own: two apps in one process do not mix."""

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
        self.registry.register(_EngineFigures(app))


class _EngineFigures(Collector):
    """Reads the engine's status when the figures are asked for."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def describe(self) -> list[Metric]:
        return []  # the engine opens after the registry asks for the names

    def collect(self) -> Iterator[Metric]:
        engine: Engine = self._app.state.engine
        status = engine.status()
        provider = {"asked": status.provider_asked, "in_use": status.provider_in_use}
        yield InfoMetricFamily("convscope_provider", "Where networks run.", value=provider)
        yield GaugeMetricFamily("convscope_models_ready", "Networks that can be asked.", value=status.models_ready)
        yield CounterMetricFamily(
            "convscope_runs", "Runs of networks for predictions and activations.", value=status.runs
        )
        yield from _queues(status)
        yield from _caches(status)


class Measure:
    """ASGI middleware: counts and times every request, by the route's template so that the labels stay few."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        root = scope.get("root_path", "")
        begin = time.perf_counter()
        answered = False

        def note(status: str) -> None:
            method = scope["method"] if scope["method"] in METHODS else "other"
            route = _route_of(scope, root)
            self._meters.requests.labels(method, route, status).inc()
            self._meters.seconds.labels(route).observe(time.perf_counter() - begin)

        async def noting_send(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                note(str(message["status"]))
            await send(message)

        try:
            await self._app(scope, receive, noting_send)
        finally:
            if not answered:  # the client has gone
                note("none")


@router.get(METRICS, summary="Figures for Prometheus", response_class=Response)
async def metrics(request: Request) -> Response:
    meters: Meters = request.app.state.meters
    return Response(generate_latest(meters.registry), media_type=CONTENT_TYPE_LATEST)


def _route_of(scope: Scope, root: str) -> str:
    template = getattr(scope.get("route"), "path", None)
    mount = scope.get("root_path", "").removeprefix(root)  # a mounted app lengthens it
    return template or mount or "unmatched"


def _queues(status: EngineStatus) -> Iterator[Metric]:
    waiting = GaugeMetricFamily("convscope_queue_waiting", "Pieces of work that wait.", labels=("queue",))
    running = GaugeMetricFamily("convscope_queue_running", "Pieces of work under way.", labels=("queue",))
    started = CounterMetricFamily("convscope_queue_started", "Pieces of work begun.", labels=("queue",))
    refused = CounterMetricFamily("convscope_queue_refused", "Requests refused: the queue is full.", labels=("queue",))
    for name, load in status.queues.items():
        waiting.add_metric((name,), load.waiting)
        running.add_metric((name,), load.running)
        started.add_metric((name,), load.started)
        refused.add_metric((name,), load.refused)
    return iter((waiting, running, started, refused))


def _caches(status: EngineStatus) -> Iterator[Metric]:
    hits = CounterMetricFamily("convscope_cache_hits", "Lookups that found a result.", labels=("cache",))
    misses = CounterMetricFamily("convscope_cache_misses", "Lookups that found none.", labels=("cache",))
    size = GaugeMetricFamily("convscope_cache_bytes", "Bytes held.", labels=("cache",))
    for name, use in status.caches.items():
        hits.add_metric((name,), use.hits)
        misses.add_metric((name,), use.misses)
        size.add_metric((name,), use.bytes)
    return iter((hits, misses, size))
