"""The progress of a slow explanation, as server-sent events."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.engine.products import Product
from app.web.api.events import ProgressInfo, job_events
from app.web.api.explanations.methods import METHOD_PARAMETERS, TAGS
from app.web.api.explanations.question import EXPLANATION, TheRequest
from app.web.api.responses import Info
from app.web.deps import TheClient, TheInference
from app.work.job import JobHandle

router = APIRouter(prefix="/api/v1")

ProductName = Annotated[
    Product,
    Query(
        alias="of",
        description="What is computed: the map, its faithfulness, the maps with random weights or at every layer.",
    ),
]


class ExplanationDoneInfo(Info):
    """The data of the `done` event. The map is in the cache now."""

    min: float
    max: float
    note: str


async def _job(
    client: TheClient, inference: TheInference, request: TheRequest, product: ProductName = "explanation"
) -> AsyncIterator[JobHandle[Any]]:
    explanations = client.engine.explanations
    handle = explanations.product(product, inference, request)
    try:
        yield handle
    finally:
        handle.release()


@router.get(
    f"{EXPLANATION}/events",
    summary="The progress of an explanation",
    tags=TAGS,
    response_class=EventSourceResponse,
    openapi_extra=METHOD_PARAMETERS,
)
async def events(
    client: TheClient,
    inference: TheInference,
    request: TheRequest,
    job: Annotated[JobHandle[Any], Depends(_job)],
    product: ProductName = "explanation",
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress` during the computation, then `done`, or `error` with the usual body.

    Clients with the same request share one job. It stops when the last of them disconnects.
    """
    explanations = client.engine.explanations

    def progress() -> ProgressInfo:
        return ProgressInfo.of(explanations.progress(product, inference, request))

    async def done(result: Any) -> ExplanationDoneInfo:
        return ExplanationDoneInfo.model_validate(await client.wait(explanations.explain(inference, request)))

    async for event in job_events(client.request, job.future, progress, done):
        yield event
