"""Sweeps over a collection: how many photos a network predicts rightly while one change of all of them grows."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field

from app.errors import InvalidRequest
from app.experiments.accuracy.evaluation_sweep import EvaluationSweep
from app.experiments.accuracy.evaluation_table import evaluation_sweep_table
from app.experiments.sweep import SweepAxis, read_sweep
from app.images.collections import Collection
from app.nets.network import Network
from app.web.api.events import ProgressInfo, job_events
from app.web.api.experiments.collections import TheCollection
from app.web.api.responses import Info
from app.web.deps import TheClient, TheNetwork
from app.work.job import JobHandle

router = APIRouter(prefix="/api/v1", tags=["experiments"])
SWEEP = "/models/{model}/collections/{collection}/sweeps/{sweep}"
TEMPORARY = {"Cache-Control": "private, no-cache"}  # the pictures may go
CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "A row for each step."}}


class EvaluationStepInfo(Info):
    amount: float
    top1: float | None = Field(description="The share of the judged photos whose best class is right.")
    top5: float | None = Field(description="The share of them with a right class among the best five.")
    agreement: float = Field(description="The share of all photos whose best class is that of the unchanged photo.")


class EvaluationSweepInfo(Info):
    model: str
    collection: str
    sweep: str = Field(description="Its id: the same for the same sweep.")
    unit: str = Field(description="Of the amounts.")
    judged: int = Field(description="How many photos are right or wrong.")
    steps: list[EvaluationStepInfo]


@dataclass(frozen=True, slots=True)
class EvaluationSweepQuestion:
    """A network, a collection, and the change of its pictures that grows."""

    network: Network
    collection: Collection
    axis: SweepAxis


async def _question(
    network: TheNetwork,
    collection: TheCollection,
    sweep: Annotated[
        str, Path(max_length=200, description="One change in at most 25 steps.", examples=["rotation:0~90@10"])
    ],
) -> EvaluationSweepQuestion:
    read = read_sweep(sweep)
    if read.second is not None:
        raise InvalidRequest("A sweep over many pictures has one change.")
    return EvaluationSweepQuestion(network, collection, read.axis)


TheQuestion = Annotated[EvaluationSweepQuestion, Depends(_question)]


async def _job(client: TheClient, question: TheQuestion) -> AsyncIterator[JobHandle[EvaluationSweep]]:
    sweep = client.engine.evaluations.sweep
    handle = await asyncio.to_thread(sweep, question.network, question.collection, question.axis)
    try:
        yield handle
    finally:
        handle.release()


TheJob = Annotated[JobHandle[EvaluationSweep], Depends(_job)]


@router.post(SWEEP, summary="Sweep a change of many photos", response_class=EventSourceResponse)
async def sweep(client: TheClient, question: TheQuestion, job: TheJob) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress`, then `done` with the result as `GET` answers it, or `error` with the usual body.

    It stops when the last client with the same request disconnects.
    """
    runs = await asyncio.to_thread(
        client.engine.evaluations.progress, question.network, question.collection, question.axis
    )

    def progress() -> ProgressInfo:
        return ProgressInfo.of(runs())

    async def done(result: EvaluationSweep) -> EvaluationSweepInfo:
        return _info(question, result)

    async for event in job_events(client.request, job.future, progress, done):
        yield event


@router.get(f"{SWEEP}.csv", summary="A sweep of many photos as a table", response_class=Response, responses=CSV)
async def get_table(client: TheClient, job: TheJob) -> Response:
    table = evaluation_sweep_table(await client.wait(job))
    return Response(table, media_type="text/csv; charset=utf-8", headers=TEMPORARY)


@router.get(SWEEP, summary="A sweep of many photos")
async def get_sweep(client: TheClient, question: TheQuestion, job: TheJob, response: Response) -> EvaluationSweepInfo:
    """The result, which is computed unless it is in memory."""
    response.headers.update(TEMPORARY)
    return _info(question, await client.wait(job))


def _info(question: EvaluationSweepQuestion, result: EvaluationSweep) -> EvaluationSweepInfo:
    return EvaluationSweepInfo(
        model=question.network.id,
        collection=question.collection.id,
        sweep=str(question.axis),
        unit=question.axis.parameter.unit,
        judged=result.unchanged.judged,
        steps=[
            EvaluationStepInfo(amount=amount, top1=step.top1, top5=step.top5, agreement=agreement)
            for amount, step, agreement in zip(question.axis.amounts, result.steps, result.agreements, strict=True)
        ],
    )
