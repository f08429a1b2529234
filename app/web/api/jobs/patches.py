"""The strongest patches of channels over a data set: as JSON, and as pictures."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from app.engine.jobs.jobs import StrongPatch
from app.jobs.record import MAX_STRONGEST
from app.rendering.patches import MAX_SIDE, draw_patches
from app.web.api.jobs.jobs import TEMPORARY, JobPath
from app.web.api.responses import BoxInfo, Info, Png
from app.web.deps import Client, TheClient

router = APIRouter(prefix="/api/v1", tags=["jobs"])
MAX_CHANNELS = 32  # of one picture: all of its patches are in memory
CHANNEL = "/jobs/{job}/layers/{layer}/channels/{channel}/patches"
PatchColumns = Annotated[int, Query(ge=1, le=MAX_STRONGEST, description="Patches in a row.")]
PatchSide = Annotated[
    int | None,
    Query(ge=8, le=MAX_SIDE, description="Side of each patch; without it, that of the largest, at its true pixels."),
]


@dataclass(frozen=True, slots=True)
class JobLayer:
    """A layer of a job's network."""

    job: str
    layer: str


async def _layer(
    job: JobPath, layer: Annotated[str, Path(description="A layer's id, as the network lists.")]
) -> JobLayer:
    return JobLayer(job, layer)


TheJobLayer = Annotated[JobLayer, Depends(_layer)]
ChannelPath = Annotated[int, Path(ge=0, description="A channel, from 0.")]
FirstChannel = Annotated[int, Query(ge=0, description="The first channel.")]
ChannelCount = Annotated[int, Query(ge=1, le=MAX_CHANNELS, description="How many channels.")]


class StrongPatchInfo(Info):
    """One of the strongest cells of a channel."""

    value: float
    photo: int = Field(description="Its place in the data set, from 0.")
    name: str = Field(description="The name of the photo's file.")
    folder: str
    y: int = Field(description="The place of the cell in the channel's map.")
    x: int
    window: BoxInfo | None = Field(description="Its receptive field, which may go beyond the view; null if not read.")
    visible: BoxInfo | None = Field(description="The part of it that is in the view.")


class PatchesInfo(Info):
    job: str
    layer: str
    channel: int
    patches: list[StrongPatchInfo] = Field(description="The strongest first; of equal values the earlier photo.")


@router.get(CHANNEL, summary="The strongest patches of a channel")
async def read(client: TheClient, where: TheJobLayer, channel: ChannelPath) -> PatchesInfo:
    """Where the channel is strongest, one cell of each photo at most, so far as the job is done."""
    patches = await _patches(client, where, channel)
    infos = [
        StrongPatchInfo(
            value=each.cell.value,
            photo=each.cell.photo,
            name=each.photo.name,
            folder=each.photo.folder,
            y=each.cell.y,
            x=each.cell.x,
            window=BoxInfo.model_validate(each.patch.window) if each.patch else None,
            visible=BoxInfo.model_validate(each.patch.visible) if each.patch else None,
        )
        for each in patches
    ]
    return PatchesInfo(job=where.job, layer=where.layer, channel=channel, patches=infos)


@router.get(f"{CHANNEL}.png", summary="The strongest patches of a channel as a picture", response_class=Png)
async def draw(
    client: TheClient,
    where: TheJobLayer,
    channel: ChannelPath,
    side: PatchSide = None,
    columns: PatchColumns = MAX_STRONGEST,
) -> Png:
    """The patches side by side, the strongest first. A patch beyond the photo is filled with its margin."""
    patches = [each.patch.rgb if each.patch else None for each in await _patches(client, where, channel)]
    rows = [patches[begin : begin + columns] for begin in range(0, len(patches), columns)]
    return Png(await asyncio.to_thread(draw_patches, rows, side), headers=TEMPORARY)


@router.get("/jobs/{job}/layers/{layer}/patches.png", summary="The strongest patches of a layer", response_class=Png)
async def draw_layer(
    client: TheClient,
    where: TheJobLayer,
    first: FirstChannel = 0,
    count: ChannelCount = MAX_CHANNELS,
    side: PatchSide = None,
) -> Png:
    """A row for each channel from `first` on, the strongest patch on the left."""
    handle = client.engine.jobs.patches(where.job, where.layer, range(first, first + count))
    rows = [[each.patch.rgb if each.patch else None for each in row] for row in await client.wait(handle)]
    return Png(await asyncio.to_thread(draw_patches, rows, side), headers=TEMPORARY)


async def _patches(client: Client, where: JobLayer, channel: int) -> tuple[StrongPatch, ...]:
    (patches,) = await client.wait(client.engine.jobs.patches(where.job, where.layer, range(channel, channel + 1)))
    return patches
