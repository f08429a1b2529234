"""The progress of an explanation that takes many runs, as server-sent events."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from app.engine.explanations import Product
from app.web.api.events import job_events
from app.web.api.explanations.methods import METHOD_PARAMETERS, TAGS
from app.web.api.explanations.question import EXPLANATION, TheRequest
from app.web.deps import TheClient, TheInference
from app.work.job import JobHandle

router = APIRouter(prefix="/api/v1")

ProductName = Annotated[
    Product,
    Query(
        alias="of",
        description="The map itself, its faithfulness, its maps with random weights, or those of every layer.",
    ),
]


class ExplanationProgressInfo(BaseModel):
    """The data of `progress` events."""

    done: int
    total: int = Field(description="Runs of the network; 0 while it waits for its turn.")


class ExplanationDoneInfo(BaseModel):
    """The data of the `done` event: the map is computed, and its address answers at once."""

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
    """Server-sent events: `progress` while it is computed, at last `done`, or `error` with the usual body.

    Clients that ask for the same share one job. It stops when the last of them hangs up.
    """
    explanations = client.engine.explanations

    def progress() -> ExplanationProgressInfo:
        done, total = explanations.progress(product, inference, request)
        return ExplanationProgressInfo(done=done, total=total)

    async def done(result: Any) -> ExplanationDoneInfo:
        found = await client.wait(explanations.explain(inference, request))
        return ExplanationDoneInfo(min=found.min, max=found.max, note=found.note)

    async for event in job_events(client.request, job.future, progress, done):
        yield event
