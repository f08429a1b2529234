"""Jobs: started, followed, cancelled, and what they say of a network on a data set."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import AliasPath, BaseModel, ConfigDict, Field

from app.engine.experiments.sweeps import answer_labels
from app.errors import RESTART_S, ConvScopeError, NotAvailable, Overloaded
from app.experiments.accuracy.evaluation_figures import EvaluationFigures, evaluation_figures
from app.images.data_sets import UnknownDataSet
from app.jobs.record import MAX_STRONGEST, STRONGEST, JobRecord
from app.web.api.events import error_event
from app.web.api.responses import Info
from app.web.deps import Client, TheClient

router = APIRouter(prefix="/api/v1", tags=["jobs"])
POLL_S = 0.5  # between two looks at a job whose events are followed
TEMPORARY = {"Cache-Control": "private, no-cache"}
JobPath = Annotated[str, Path(alias="job", description="A job's id, as `POST /jobs` returns it.")]


class JobOrder(BaseModel):
    """A network on all photos of a data set."""

    model_config = ConfigDict(extra="forbid")

    network: str = Field(description="A network's id.", max_length=200, examples=["squeezenet1_1"])
    data_set: str = Field(description="A data set's id.", max_length=200)
    k: int = Field(
        default=STRONGEST, ge=1, le=MAX_STRONGEST, description="How many of the strongest photos each channel keeps."
    )


class JobInfo(Info):
    """How far a job is. The same network, data set and `k` are the same job; whoever has the id has its result."""

    model_config = ConfigDict(from_attributes=True, validate_by_name=True, validate_by_alias=True)

    id: str
    network: str = Field(validation_alias=AliasPath("request", "network"))
    data_set: str = Field(validation_alias=AliasPath("request", "data_set"))
    k: int = Field(validation_alias=AliasPath("request", "strongest"))
    state: Literal["waiting", "running", "complete", "failed", "cancelled"]
    photos: int = Field(description="How many the data set has.")
    done: int = Field(description="How many of them are done; those that can't be read count, too.")
    created: float = Field(description="When it was asked for, in seconds since 1970.")
    seconds: float = Field(description="How long it has run.")
    photos_per_s: float | None = Field(description="Of its current or last run; null before its first photos.")
    problem: str | None = Field(description="Why it failed.")


class JobProgressInfo(JobInfo):
    """The data of the events of a job."""

    total: int = Field(validation_alias="photos", description="As `photos`.")


class JobWithEvaluationInfo(JobInfo):
    evaluation: EvaluationFigures | None = Field(
        description="Null while no photo is done, without classes, and when the data set has gone."
    )


@router.post("/jobs", status_code=202, summary="Start a job")
async def start(client: TheClient, order: JobOrder, response: Response) -> JobInfo:
    """Let a job wait for its turn: one runs at a time. One that is there is answered; one that was cancelled, or has
    failed, goes on where it was.
    """
    network = await client.pinned_network(order.network)
    record = await asyncio.to_thread(client.engine.jobs.start, network, order.data_set, order.k)
    response.headers["Location"] = f"jobs/{record.id}"
    return JobInfo.model_validate(record)


@router.get("/jobs/{job}", summary="A job and its result so far")
async def read(client: TheClient, job: JobPath, response: Response) -> JobWithEvaluationInfo:
    record = await asyncio.to_thread(client.engine.jobs.get, job)
    response.headers.update(TEMPORARY)
    info = JobInfo.model_validate(record).model_dump()
    return JobWithEvaluationInfo(**info, evaluation=await _evaluation(client, record))


@router.get("/jobs/{job}/events", summary="The progress of a job", response_class=EventSourceResponse)
async def follow(client: TheClient, job: JobPath) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress` whenever more photos are done, then `done`; each has the job.

    The job goes on when the client goes away.
    """
    async for event in _events(client, client.request, job):
        yield event


@router.delete("/jobs/{job}", summary="Cancel a job")
async def cancel(client: TheClient, job: JobPath) -> JobInfo:
    """Let a job neither wait nor run. What is done stays: started again, it goes on. A job that has ended stays so."""
    return JobInfo.model_validate(await asyncio.to_thread(client.engine.jobs.cancel, job))


@router.get("/jobs/{job}/result.npz", summary="The numbers of a job", response_class=Response)
async def read_result(client: TheClient, job: JobPath) -> Response:
    """NumPy's archive: the strongest values of each channel, their photos and places, and the best five classes of each
    photo.
    """
    content = await asyncio.to_thread(client.engine.jobs.result_file, job)
    headers = {**TEMPORARY, "Content-Disposition": f'attachment; filename="{job}.npz"'}
    return Response(content, media_type="application/zip", headers=headers)


async def _events(client: Client, request: Request, job: str) -> AsyncIterator[ServerSentEvent]:
    last: JobProgressInfo | None = None
    try:
        while not request.app.state.closing:
            record = await asyncio.to_thread(client.engine.jobs.get, job)
            now = JobProgressInfo.model_validate(record)
            if record.is_ended:
                yield ServerSentEvent(event="done", data=now)
                return
            if now != last:
                yield ServerSentEvent(event="progress", data=now)
            last = now
            await asyncio.sleep(POLL_S)
        raise Overloaded("The server is shutting down.", retry_after_s=RESTART_S)
    except ConvScopeError as error:
        yield error_event(error)


async def _evaluation(client: Client, record: JobRecord) -> EvaluationFigures | None:
    network = await client.network(record.request.network)
    if not network.classes:
        return None
    try:
        evaluation = await client.wait(client.engine.jobs.evaluation(record.id))
    except (NotAvailable, UnknownDataSet):
        return None
    return evaluation_figures(evaluation, answer_labels(network))
