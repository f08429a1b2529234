"""Readings: what the probe of each layer answers for a picture, and which channels two classes share."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from app.errors import NotAvailable
from app.experiments.probe import DEFAULT_STRONGEST, MAX_STRONGEST, jaccard_matrix, strongest
from app.web.api.responses import Info
from app.web.deps import PURE, TheClient, TheInference, TheLayer, TheNetwork

router = APIRouter(prefix="/api/v1", tags=["experiments"])


class ProbeAnswerInfo(Info):
    """What one of the probes of a layer answers."""

    index: int
    label: str
    accuracy: float = Field(description="The share of held-out images that it has right, 0 to 1.")


class LayerReadingInfo(Info):
    """The probes of a layer: a linear classifier, and the nearest class mean, on globally pooled maps."""

    layer: str
    linear: ProbeAnswerInfo
    nearest: ProbeAnswerInfo


class ReadingsInfo(Info):
    """What probes answer for a picture, layer by layer. The network itself may answer something else."""

    model: str
    image: str
    trained: int = Field(description="How many images the probes were trained on, of the network's own training split.")
    held_out: int = Field(description="How many images their accuracy was measured on, which nothing was trained on.")
    layers: list[LayerReadingInfo]


class SharedChannelsInfo(Info):
    """Which of a layer's channels are strong for several classes, by the means of each class."""

    model: str
    layer: str
    labels: list[str]
    count: int
    strongest: list[list[int]] = Field(description="Of each class the channels farthest above their mean, in order.")
    jaccard: list[list[float]] = Field(
        description="Of every two classes the share of these channels that both have, 0 to 1."
    )


@router.get(
    "/models/{model}/images/{image}/readings",
    summary="What a probe of each layer answers for a picture",
    dependencies=[PURE],
)
async def readings(client: TheClient, inference: TheInference) -> ReadingsInfo:
    """Probes are classifiers that were trained on a layer's pooled maps after the network was (Alain, Bengio 2016)."""
    network = inference.network
    answers = await client.wait(client.engine.layer_reading.readings(inference))
    probes = await asyncio.to_thread(client.engine.layer_reading.probes.of, network)

    def answer(index: int, accuracy: float) -> ProbeAnswerInfo:
        return ProbeAnswerInfo(index=index, label=network.labels[index], accuracy=accuracy)

    return ReadingsInfo(
        model=network.id,
        image=inference.image,
        trained=probes.trained,
        held_out=probes.held_out,
        layers=[
            LayerReadingInfo(
                layer=each.layer,
                linear=answer(each.linear, probes.layers[each.layer].linear_accuracy),
                nearest=answer(each.nearest, probes.layers[each.layer].nearest_accuracy),
            )
            for each in answers
        ],
    )


@router.get(
    "/models/{model}/layers/{layer}/shared-channels",
    summary="Which channels of a layer classes share",
    dependencies=[PURE],
)
async def shared_channels(
    client: TheClient,
    network: TheNetwork,
    layer: TheLayer,
    count: Annotated[
        int, Query(ge=1, le=MAX_STRONGEST, description="How many of the strongest channels of a class.")
    ] = DEFAULT_STRONGEST,
) -> SharedChannelsInfo:
    """By the class means of the layer's probe, in standard deviations of each channel over the training images."""
    probes = await asyncio.to_thread(client.engine.layer_reading.probes.of, network)
    if layer.id not in probes.layers:
        raise NotAvailable(f"{layer.name} has no probe.", known=list(probes.layers))
    means = probes.layers[layer.id].class_means
    return SharedChannelsInfo(
        model=network.id,
        layer=layer.id,
        labels=list(network.labels),
        count=min(count, layer.channels),
        strongest=[list(strongest(row, count)) for row in means],
        jaccard=jaccard_matrix(means, count).tolist(),
    )
