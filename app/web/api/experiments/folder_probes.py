"""Probes for folders of photos: how well each layer of a network tells the folders apart, with progress."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field

from app.experiments.folder_probes import FolderPhotos, FolderProbes, folder_photos
from app.nets.network import Network
from app.web.api.events import ProgressInfo, job_events
from app.web.api.experiments.collections import TheCollection
from app.web.api.experiments.evaluations import TEMPORARY
from app.web.api.responses import Info
from app.web.deps import TheClient, TheNetwork
from app.work.job import JobHandle

router = APIRouter(prefix="/api/v1", tags=["experiments"])
PROBES = "/models/{model}/collections/{collection}/probes"


class ProbedLayerInfo(Info):
    """The share of photos that each probe of a layer has right, 0 to 1."""

    layer: str
    linear: float
    nearest: float


class FolderProbesInfo(Info):
    """How well each layer tells folders apart: every photo is judged by probes that were trained without it."""

    model: str
    collection: str
    folders: list[str] = Field(description="The folders with at least three photos.")
    photos: int
    left_out: int = Field(description="Photos that took no part: copies, those in several folders or in a small one.")
    folds: int = Field(description="How many parts the photos are divided into; each is judged by the others.")
    chance: float = Field(description="The share of the largest folder.")
    layers: list[ProbedLayerInfo]


@dataclass(frozen=True, slots=True)
class ProbedFolders:
    """A network and the photos of a collection that take part."""

    network: Network
    collection: str
    photos: FolderPhotos


async def _probed(client: TheClient, network: TheNetwork, collection: TheCollection) -> ProbedFolders:
    photos = await asyncio.to_thread(client.engine.collections.in_folders, collection)
    return ProbedFolders(network, collection.id, folder_photos(photos))


TheFolders = Annotated[ProbedFolders, Depends(_probed)]


async def _job(client: TheClient, subject: TheFolders) -> AsyncIterator[JobHandle[FolderProbes]]:
    handle = client.engine.layer_reading.folder_probes(subject.network, subject.photos)
    try:
        yield handle
    finally:
        handle.release()


@router.post(PROBES, summary="Train probes for folders of photos", response_class=EventSourceResponse)
async def train(
    client: TheClient, subject: TheFolders, job: Annotated[JobHandle[FolderProbes], Depends(_job)]
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress`, then `done` with the result as `GET` answers it, or `error` with the usual body.

    It stops when the last client with the same request disconnects.
    """

    def progress() -> ProgressInfo:
        return ProgressInfo.of(client.engine.layer_reading.folder_progress(subject.network, subject.photos))

    async def done(probes: FolderProbes) -> FolderProbesInfo:
        return _info(subject, probes)

    async for event in job_events(client.request, job.future, progress, done):
        yield event


@router.get(PROBES, summary="How well each layer tells folders of photos apart")
async def get_probes(client: TheClient, subject: TheFolders, response: Response) -> FolderProbesInfo:
    """The result, which is computed unless it is in memory."""
    response.headers.update(TEMPORARY)
    return _info(subject, await client.wait(client.engine.layer_reading.folder_probes(subject.network, subject.photos)))


def _info(subject: ProbedFolders, probes: FolderProbes) -> FolderProbesInfo:
    return FolderProbesInfo(
        model=subject.network.id,
        collection=subject.collection,
        folders=list(probes.folders),
        photos=probes.photos,
        left_out=probes.left_out,
        folds=probes.folds,
        chance=probes.chance,
        layers=[
            ProbedLayerInfo(layer=layer, linear=linear, nearest=nearest)
            for layer, (linear, nearest) in probes.layers.items()
        ],
    )
