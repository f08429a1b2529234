"""Weights: the download of a published network's weights, for whoever has the admin's token."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field

from app.nets.weights.pull import DownloadJob
from app.web.admin import ADMIN
from app.web.api.events import job_events
from app.web.api.responses import Info
from app.web.deps import TheClient

router = APIRouter(prefix="/api/v1")


class DownloadProgressInfo(Info):
    """The data of `progress` events."""

    state: str = Field(description="`waiting` for another download, `pulling` or `checking`.")
    received: int = Field(description="Bytes that have arrived.")
    total: int
    host: str = Field(description="The mirror that sends them.")


class DownloadDoneInfo(Info):
    """The data of the `done` event."""

    model: str
    status: str


async def _pull(
    client: TheClient,
    model: Annotated[str, Path(description="A published network's id, as `GET /models` lists.", examples=["vgg16"])],
) -> AsyncIterator[DownloadJob]:
    pull = client.engine.pull(model)
    try:
        yield pull
    finally:
        pull.handle.release()


@router.post(
    "/models/{model}/pull",
    summary="Download the weights of a published network",
    tags=["networks"],
    response_class=EventSourceResponse,
    dependencies=[ADMIN],
)
async def pull(
    request: Request, model: str, download: Annotated[DownloadJob, Depends(_pull)]
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress` while it is under way, at last `done`, or `error` with the usual body.

    Clients that ask for the same network share one download. It stops when the last of them hangs up, and resumes from
    there the next time.
    """

    async def done(result: None) -> DownloadDoneInfo:
        return DownloadDoneInfo(model=model, status="ready")

    def progress() -> DownloadProgressInfo:
        return DownloadProgressInfo.model_validate(download.progress())

    async for event in job_events(request, download.handle.future, progress, done):
        yield event
