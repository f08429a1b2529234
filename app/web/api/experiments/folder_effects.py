"""Folder effects: which channels of a layer matter for the class of each folder of photos, with progress."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field

from app.engine.experiments.folder_effects import EffectsQuestion
from app.experiments.accuracy.evaluation_figures import ClassInfo
from app.experiments.folder_effects import MAX_PHOTOS, FolderEffects, folder_effects_table
from app.web.api.events import ProgressInfo, job_events
from app.web.api.experiments.collections import TheCollection
from app.web.api.experiments.evaluations import TEMPORARY
from app.web.api.responses import Info
from app.web.deps import TheClient, TheLayer, TheNetwork
from app.work.job import JobHandle

router = APIRouter(prefix="/api/v1", tags=["experiments"])
EFFECTS = "/models/{model}/collections/{collection}/layers/{layer}/effects"
CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}, "description": "A row for each channel."}}


class MeanEffectInfo(Info):
    channel: int
    drop: float = Field(description="By how much the logit of the folder's class falls: the mean of its photos.")


class NeededChannelInfo(Info):
    """A channel that is among the strongest of several folders."""

    channel: int
    folders: int = Field(description="Of how many.")
    drop: float = Field(description="The mean over all folders.")


class FolderStrongestInfo(Info):
    """A folder that stands for classes; of several, the one with the highest logit counts for each photo."""

    name: str
    classes: list[ClassInfo]
    images: list[str] = Field(description=f"The photos that were measured, at most {MAX_PHOTOS}.")
    strongest: list[MeanEffectInfo] = Field(description="The channels whose loss costs most, in falling order.")


class FolderEffectsInfo(Info):
    """What the classes of folders lose when a channel of a layer is set to zero. The CSV has every channel."""

    model: str
    collection: str
    layer: str
    channels: int = Field(description="How many channels were switched off, each by itself.")
    folders: list[FolderStrongestInfo]
    needed: list[NeededChannelInfo] = Field(description="Channels that are among the strongest of two folders or more.")


async def _question(
    client: TheClient, network: TheNetwork, layer: TheLayer, collection: TheCollection
) -> EffectsQuestion:
    return await asyncio.to_thread(client.engine.folder_ablations.question, network, layer, collection)


TheEffectsQuestion = Annotated[EffectsQuestion, Depends(_question)]


async def _job(client: TheClient, question: TheEffectsQuestion) -> AsyncIterator[JobHandle[FolderEffects]]:
    handle = client.engine.folder_ablations.effects(question)
    try:
        yield handle
    finally:
        handle.release()


@router.post(EFFECTS, summary="Measure the channels of a layer for folders", response_class=EventSourceResponse)
async def measure(
    client: TheClient,
    question: TheEffectsQuestion,
    collection: TheCollection,
    job: Annotated[JobHandle[FolderEffects], Depends(_job)],
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress`, then `done` with the result as `GET` answers it, or `error` with the usual body.

    It stops when the last client with the same request disconnects.
    """

    def progress() -> ProgressInfo:
        return ProgressInfo.of(client.engine.folder_ablations.progress(question))

    async def done(effects: FolderEffects) -> FolderEffectsInfo:
        return _info(question, collection.id, effects)

    async for event in job_events(client.request, job.future, progress, done):
        yield event


@router.get(EFFECTS, summary="Which channels of a layer matter for the class of each folder")
async def get_effects(
    client: TheClient, question: TheEffectsQuestion, collection: TheCollection, response: Response
) -> FolderEffectsInfo:
    """The result, which is computed unless it is in memory."""
    response.headers.update(TEMPORARY)
    return _info(question, collection.id, await client.wait(client.engine.folder_ablations.effects(question)))


@router.get(f"{EFFECTS}.csv", summary="The effect of every channel", response_class=Response, responses=CSV)
async def get_effects_table(client: TheClient, question: TheEffectsQuestion) -> Response:
    """A row for each channel, a column for each folder: by how much the logit of its class falls."""
    table = folder_effects_table(await client.wait(client.engine.folder_ablations.effects(question)))
    return Response(table, media_type="text/csv; charset=utf-8", headers=TEMPORARY)


def _info(question: EffectsQuestion, collection: str, effects: FolderEffects) -> FolderEffectsInfo:
    labels = question.network.labels
    return FolderEffectsInfo(
        model=question.network.id,
        collection=collection,
        layer=question.layer.id,
        channels=question.layer.channels,
        folders=[
            FolderStrongestInfo(
                name=folder.name,
                classes=[ClassInfo(index=index, label=labels[index]) for index in folder.classes],
                images=list(folder.images),
                strongest=[
                    MeanEffectInfo(channel=channel, drop=float(effects.drops[place, channel]))
                    for channel in effects.strongest(place)
                ],
            )
            for place, folder in enumerate(effects.folders)
        ],
        needed=[NeededChannelInfo.model_validate(each) for each in effects.needed()],
    )
