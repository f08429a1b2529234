"""The addresses of the protocol: the server, its health, its models, and inference."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response

from app import __version__
from app.errors import NotFound, Overloaded, TooLarge
from app.nets.serving.signature import NamedArrays
from app.web.deps import Client, TheClient
from app.web.edge.inference_path import INFERENCE, INFERENCE_LIVE
from app.web.inference.infer_request import InferRequest, max_request_bytes, read_json_length, read_request
from app.web.inference.infer_response import JSON_LENGTH, write_response
from app.web.inference.served_model import ServedModel, TheModel
from app.work.job import JobHandle

T = TypeVar("T")
QUICK_BYTES, QUICK_JSON_BYTES = 1_000_000, 65_536  # which take less than a millisecond

# The protocol has a description of its own, and its errors are not those of the API.
router = APIRouter(include_in_schema=False)

MODEL = f"{INFERENCE}/models/{{model}}"
VERSION = f"{MODEL}/versions/{{version}}"
EXTENSION = "binary_tensor_data"
# Addresses of extensions that other servers have.
EXTENSIONS = ("systemsharedmemory", "cudasharedmemory", "repository", "trace", "logging")
OF_MODELS = ("config", "stats", "trace", "generate", "generate_stream")


@router.get(INFERENCE)
async def server() -> dict[str, Any]:
    return {"name": "convscope", "version": __version__, "extensions": [EXTENSION]}


@router.get(INFERENCE_LIVE)
async def live() -> dict[str, bool]:
    return {"live": True}


@router.get(f"{INFERENCE}/health/ready")
async def ready(client: TheClient) -> dict[str, bool]:
    status = await asyncio.to_thread(client.engine.status)  # the first time it reads every network's file
    if not status.models_ready:
        raise Overloaded("The server is not ready: it has no network that can run.", retry_after_s=5)
    return {"ready": True}


@router.get(MODEL)
@router.get(VERSION)
async def metadata(model: TheModel) -> dict[str, Any]:
    return model.metadata


@router.get(f"{MODEL}/ready")
@router.get(f"{VERSION}/ready")
async def model_ready(model: TheModel) -> dict[str, str | bool]:
    model.network.require_weights()
    return {"name": model.name, "ready": True}


@router.post(f"{MODEL}/infer")
@router.post(f"{VERSION}/infer")
async def infer(client: TheClient, request: Request, model: TheModel) -> Response:
    model.network.require_weights()
    limit = max_request_bytes(model.signature)
    with ExitStack() as held:
        held.enter_context(client.engine.tensor_runs.hold(_length(request, limit)))
        body = await _read_body(request, limit)
        json_length = read_json_length(request.headers.get(JSON_LENGTH), len(body))
        start = partial(_start, client, model, held, (body, json_length))
        wanted, handle = await _call(start, is_quick=len(body) <= QUICK_BYTES and json_length <= QUICK_JSON_BYTES)
        arrays = await client.wait(handle)
        fields = {"model_name": model.name, "model_version": model.version}
        fields |= {} if wanted.id is None else {"id": wanted.id}
        write = partial(write_response, fields, arrays, wanted.outputs)
        return await _call(write, is_quick=wanted.response_bytes(model.signature) <= QUICK_JSON_BYTES)


def _start(
    client: Client, model: ServedModel, held: ExitStack, content: tuple[bytes, int]
) -> tuple[InferRequest, JobHandle[NamedArrays]]:
    """Read a request, hold memory for its response, and start or join its run."""
    signature, runs = model.signature, client.engine.tensor_runs
    wanted = read_request(*content, signature)
    held.enter_context(runs.hold(wanted.response_bytes(signature)))
    return wanted, runs.run(model.network, signature, wanted.tensor)


async def _call(work: Callable[[], T], is_quick: bool) -> T:
    """Call `work` here, or in a thread where it would hold up other requests: numbers as JSON take long."""
    return work() if is_quick else await asyncio.to_thread(work)


def _length(request: Request, limit: int) -> int:
    """How many bytes the body has, by its head; as many as possible where that does not say."""
    length = int(request.headers.get("content-length", limit))
    if length > limit:
        raise TooLarge(f"A request for this model has at most {limit:,} bytes.", max_bytes=limit)
    return length


async def _read_body(request: Request, limit: int) -> bytes:
    pieces, length = [], 0
    async for piece in request.stream():
        pieces.append(piece)
        length += len(piece)
        if length > limit:
            raise TooLarge(f"A request for this model has at most {limit:,} bytes.", max_bytes=limit)
    return b"".join(pieces)


async def refuse_extension() -> None:
    raise NotFound(f"ConvScope has no extension of the Open Inference Protocol but {EXTENSION}: nothing is here.")


for _name in EXTENSIONS:
    router.add_api_route(f"{INFERENCE}/{_name}/{{rest:path}}", refuse_extension, methods=["GET", "POST"])
    router.add_api_route(f"{INFERENCE}/{_name}", refuse_extension, methods=["GET", "POST"])
for _name in OF_MODELS:
    router.add_api_route(f"{MODEL}/{_name}", refuse_extension, methods=["GET", "POST"])
