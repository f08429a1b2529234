"""Health checks: whether the server is up, and whether it can answer. Neither waits for a run."""

import asyncio

from fastapi import APIRouter, Request, Response

from app.engine.engine import Engine
from app.errors import RESTART_S, Overloaded
from app.web.edge.inference_path import INFERENCE_LIVE
from app.web.edge.root_path import path_below_root

HEALTH = "/healthz"
READY = "/readyz"
METRICS = "/metrics"
ALWAYS_ANSWERED = frozenset({HEALTH, READY, METRICS, INFERENCE_LIVE})

router = APIRouter(tags=["operation"])


def refuse_while_closing(request: Request) -> None:
    """A check of every request: while the server shuts down, only health checks and metrics are answered."""
    if request.app.state.closing and path_below_root(request.scope) not in ALWAYS_ANSWERED:
        raise Overloaded("The server is shutting down. Try again in a moment.", retry_after_s=RESTART_S)


@router.get(HEALTH, summary="Whether the server runs")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@router.get(READY, summary="Whether it is ready, and its provider", responses={503: {"description": "Not ready."}})
async def ready(request: Request, response: Response) -> dict[str, str | int | bool]:
    engine: Engine = request.app.state.engine
    status = await asyncio.to_thread(engine.status)  # the first time it reads every network's file
    sandbox = await asyncio.to_thread(lambda: engine.sandbox.summary)  # the first time it tries processes
    is_ready = status.models_ready > 0 and not request.app.state.draining
    if not is_ready:
        response.status_code = 503
    return {
        "ready": is_ready,
        "closing": bool(request.app.state.draining),
        "provider_asked": status.provider_asked,
        "provider_in_use": status.provider_in_use,
        "onnxruntime": status.runtime_version,
        "models_ready": status.models_ready,
        "models_broken": status.models_broken,
        "runs_waiting": status.queues["runs"].waiting,
        "runs_running": status.queues["runs"].running,
        "queue_limit": status.queue_limit,
        "sandbox": sandbox,
        "sandbox_processes": status.sandbox_processes,
    }
