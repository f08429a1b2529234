"""Evaluations: a network on all photos of a collection, with progress; as JSON, as a table, as an archive to keep."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field

from app.engine.experiments.evaluation_archive import draw_contact_sheet, pack_archive, table_of
from app.engine.experiments.sweeps import answer_labels
from app.experiments.accuracy.evaluation import Evaluation
from app.experiments.accuracy.evaluation_figures import ClassInfo, EvaluationFigures, evaluation_figures
from app.images.collections import Collection
from app.nets.network import Network
from app.web.api.events import ProgressInfo, job_events
from app.web.api.experiments.collections import TheCollection
from app.web.api.responses import Info, Png
from app.web.deps import Client, TheClient, TheNetwork
from app.work.job import JobHandle
from app.work.stop import Stop

router = APIRouter(prefix="/api/v1", tags=["experiments"])
EVALUATIONS = "/models/{model}/collections/{collection}/evaluations"
TEMPORARY = {"Cache-Control": "private, no-cache"}  # the pictures may go
CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "A row for each photo."}}
ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {}}, "description": "A contact sheet as PNG, the table and the JSON."}
}


class ScoredClassInfo(ClassInfo):
    score: float


class EvaluatedPictureInfo(Info):
    id: str | None
    name: str
    folder: str
    right: bool | None = Field(description="Whether the best class is one of its folder; null if the folder has none.")
    right_in_5: bool | None = Field(description="Whether a class of its folder is among the best five.")
    predictions: list[ScoredClassInfo] = Field(description="The five best classes; none if there is a problem.")
    problem: str | None


class EvaluationInfo(EvaluationFigures):
    """How a network does on a collection. Photos in folders that stand for no class are predicted, not judged."""

    model: str
    collection: str
    mistakes: list[int] = Field(description="The places of the photos that are wrong, the most confident first.")
    pictures: list[EvaluatedPictureInfo]


@dataclass(frozen=True, slots=True)
class EvaluationSubject:
    """A network and a collection."""

    network: Network
    collection: Collection


async def _subject(network: TheNetwork, collection: TheCollection) -> EvaluationSubject:
    return EvaluationSubject(network, collection)


TheSubject = Annotated[EvaluationSubject, Depends(_subject)]


async def _job(client: TheClient, subject: TheSubject) -> AsyncIterator[JobHandle[Evaluation]]:
    handle = await _started(client, subject)
    try:
        yield handle
    finally:
        handle.release()


@router.post(EVALUATIONS, summary="Evaluate a network on many photos", response_class=EventSourceResponse)
async def evaluate(
    client: TheClient, subject: TheSubject, job: Annotated[JobHandle[Evaluation], Depends(_job)]
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress`, then `done` with the result as `GET` answers it, or `error` with the usual body.

    It stops when the last client with the same request disconnects.
    """
    runs = await asyncio.to_thread(client.engine.evaluations.progress, subject.network, subject.collection)

    def progress() -> ProgressInfo:
        return ProgressInfo.of(runs())

    async def done(evaluation: Evaluation) -> EvaluationInfo:
        return evaluation_info(subject, evaluation)

    async for event in job_events(client.request, job.future, progress, done):
        yield event


@router.get(EVALUATIONS, summary="An evaluation")
async def get_evaluation(client: TheClient, subject: TheSubject, response: Response) -> EvaluationInfo:
    """The result, which is computed unless it is in memory."""
    response.headers.update(TEMPORARY)
    return evaluation_info(subject, await _evaluation(client, subject))


@router.get(f"{EVALUATIONS}.csv", summary="An evaluation as a table", response_class=Response, responses=CSV)
async def get_table(client: TheClient, subject: TheSubject) -> Response:
    evaluation = await _evaluation(client, subject)
    table = table_of(subject.network, subject.collection, evaluation)
    return Response(table, media_type="text/csv; charset=utf-8", headers=TEMPORARY)


@router.get(f"{EVALUATIONS}.png", summary="The photos with their predictions", response_class=Png)
async def get_contact_sheet(client: TheClient, subject: TheSubject) -> Png:
    """A contact sheet: each photo with its best class, and a tick or a cross where its folder stands for classes."""
    return Png(await _contact_sheet(client, subject), headers=TEMPORARY)


@router.get(f"{EVALUATIONS}.zip", summary="An evaluation as an archive", response_class=Response, responses=ZIP)
async def get_archive(client: TheClient, subject: TheSubject) -> Response:
    evaluation = await _evaluation(client, subject)
    table = table_of(subject.network, subject.collection, evaluation)
    numbers = evaluation_info(subject, evaluation).model_dump_json(indent=1)
    sheet = await _contact_sheet(client, subject)
    headers = {**TEMPORARY, "Content-Disposition": f'attachment; filename="{subject.network.id}-evaluation.zip"'}
    return Response(pack_archive(sheet, table, numbers), media_type="application/zip", headers=headers)


async def _evaluation(client: Client, subject: EvaluationSubject) -> Evaluation:
    return await client.wait(await _started(client, subject))


async def _started(client: Client, subject: EvaluationSubject) -> JobHandle[Evaluation]:
    return await asyncio.to_thread(client.engine.evaluations.evaluate, subject.network, subject.collection)


async def _contact_sheet(client: Client, subject: EvaluationSubject) -> bytes:
    evaluation, engine = await _evaluation(client, subject), client.engine

    def draw(stop: Stop) -> bytes:
        return draw_contact_sheet(engine.pictures, subject.network, subject.collection, evaluation, stop)

    return await client.wait(engine.results.drawing.submit(object(), draw))


def evaluation_info(subject: EvaluationSubject, evaluation: Evaluation) -> EvaluationInfo:
    """The evaluation with the labels of the network."""
    labels = answer_labels(subject.network)
    return EvaluationInfo(
        **evaluation_figures(evaluation, labels).model_dump(),
        model=subject.network.id,
        collection=subject.collection.id,
        mistakes=list(evaluation.mistakes),
        pictures=[
            EvaluatedPictureInfo(
                id=picture.id,
                name=picture.name,
                folder=picture.folder,
                right=result.is_right,
                right_in_5=result.is_in_best,
                predictions=[
                    ScoredClassInfo(index=each.index, label=labels[each.index], score=each.score)
                    for each in result.best
                ],
                problem=result.problem,
            )
            for picture, result in zip(subject.collection.pictures, evaluation.results, strict=True)
        ],
    )
