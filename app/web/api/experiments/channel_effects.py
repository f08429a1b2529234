"""Channel effects: what a class loses with each channel of a layer switched off by itself, and the progress of that."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field

from app.attribution.target import find_class
from app.experiments.ablation import Ablation, Replacement, read_ablation
from app.experiments.channel_effects import ChannelEffects
from app.web.api.events import ProgressInfo, job_events
from app.web.api.experiments.replacement import ABLATIONS, MAX_LENGTH, TAGS, TheReplacement
from app.web.api.responses import Info
from app.web.deps import PURE, TheClient, TheInference
from app.work.job import JobHandle

router = APIRouter(prefix="/api/v1")

RankedClass = Annotated[
    str, Query(max_length=MAX_LENGTH, description="The index or the name of a class; by default the predicted class.")
]


class ChannelEffectInfo(Info):
    """The class with one channel switched off."""

    channel: int
    drop: float = Field(description="By how much the logit of the class falls; negative where it rises.")
    logit: float
    score: float
    best: int = Field(description="The class that the network then predicts.")
    best_label: str


class ChannelEffectsInfo(Info):
    """The channels of a layer, the one whose loss costs the class most first."""

    model: str
    image: str
    layer: str
    how: Replacement
    factor: float
    target: int
    target_label: str
    logit: float = Field(description="With all channels.")
    score: float
    channels: list[ChannelEffectInfo]


class EffectsDoneInfo(Info):
    """The data of the `done` event. The ranking for every class is in the cache now."""

    channels: int


async def _each_channel(inference: TheInference, query: TheReplacement) -> Ablation:
    return read_ablation(inference.network, Ablation(query.layer, how=query.how, factor=query.factor))


EachChannel = Annotated[Ablation, Depends(_each_channel)]


async def _job(
    client: TheClient, inference: TheInference, ablation: EachChannel
) -> AsyncIterator[JobHandle[ChannelEffects]]:
    handle = client.engine.ablations.effects(inference, ablation)
    try:
        yield handle
    finally:
        handle.release()


@router.get(
    f"{ABLATIONS}/channels",
    summary="Which single channel matters most for a class",
    tags=TAGS,
    dependencies=[PURE],
)
async def effects(
    client: TheClient, inference: TheInference, ablation: EachChannel, target: RankedClass = ""
) -> ChannelEffectsInfo:
    """Switches each channel of a layer off by itself. Only the network's end runs, from the layer on, in batches."""
    network = inference.network
    index = find_class(network.labels, target) if target else None
    measured = await client.wait(client.engine.ablations.effects(inference, ablation))
    index = int(measured.logits_before.argmax()) if index is None else index
    return ChannelEffectsInfo(
        model=network.id,
        image=inference.image,
        layer=ablation.layer,
        how=ablation.how,
        factor=ablation.factor,
        target=index,
        target_label=network.labels[index],
        logit=float(measured.logits_before[index]),
        score=float(measured.scores_before[index]),
        channels=[
            _effect_info(measured, network.labels, channel, index) for channel in measured.ranking(index).tolist()
        ],
    )


@router.get(
    f"{ABLATIONS}/channels/events",
    summary="The progress of switching each channel off",
    tags=TAGS,
    response_class=EventSourceResponse,
)
async def effect_events(
    client: TheClient,
    inference: TheInference,
    ablation: EachChannel,
    job: Annotated[JobHandle[ChannelEffects], Depends(_job)],
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress`, then `done`, or `error` with the usual body.

    Clients with the same request share one job. It stops when the last of them disconnects.
    """

    def progress() -> ProgressInfo:
        return ProgressInfo.of(client.engine.ablations.progress(inference, ablation))

    async def done(result: ChannelEffects) -> EffectsDoneInfo:
        return EffectsDoneInfo(channels=len(result.logits))

    async for event in job_events(client.request, job.future, progress, done):
        yield event


def _effect_info(measured: ChannelEffects, labels: Sequence[str], channel: int, index: int) -> ChannelEffectInfo:
    best = int(measured.logits[channel].argmax())
    return ChannelEffectInfo(
        channel=channel,
        drop=float(measured.drops(index)[channel]),
        logit=float(measured.logits[channel, index]),
        score=float(measured.scores[channel, index]),
        best=best,
        best_label=labels[best],
    )
