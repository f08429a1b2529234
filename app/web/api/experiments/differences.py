"""Differences of two layers: their figures, all channels on one sheet, and one channel."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, Query, Request, Response
from numpy.typing import NDArray
from pydantic import Field

from app.analysis.clipping import Clip, clip_of
from app.analysis.statistics import Statistics, channel_order
from app.engine.experiments.differences import ComparedLayer
from app.engine.inference import Inference
from app.engine.results import DrawingKey
from app.errors import InvalidRequest
from app.experiments.comparison.difference import Difference
from app.rendering.drawing import Drawing
from app.rendering.maps import draw_channel, draw_layer, layer_layout
from app.web.api.params import MapScale, MapStyle, SheetStyle, TheChannel, TheMapScale, TheMapStyle, TheSheetStyle
from app.web.api.responses import ChannelStatisticsInfo, Finite, Info, Numbers, Png, PooledStatisticsInfo, Shape, png
from app.web.deps import TheClient, TheInference, TheLayer
from app.web.edge.etags import cache_headers
from app.web.links import TAG

router = APIRouter(prefix="/api/v1", tags=["experiments"])
LAYER = "/models/{model}/images/{image}/layers/{layer}"
STRONGEST = 8


class LayerReferenceInfo(Info):
    """A layer of a network that runs on a picture."""

    model: str
    image: str
    layer: str


class DifferenceInfo(LayerReferenceInfo):
    """A layer's output minus that of the reference `against`, of the same shape."""

    against: LayerReferenceInfo
    shape: Shape = Field(description="Channels, height and width; 1 × 1 in a vector.")
    rms: Finite = Field(description="Root mean square of the differences.")
    relative: Finite = Field(description="Norm of the difference as a share of the reference's norm.")
    cosine: Finite = Field(description="Cosine of the angle between both outputs as vectors.")
    difference: PooledStatisticsInfo
    most_different: list[int] = Field(description="Channels by root mean square of their differences, at most eight.")
    channel_rms: Numbers = Field(description="Root mean square of the differences of each channel.")
    statistics: ChannelStatisticsInfo


@dataclass(frozen=True, slots=True)
class ComparedPair:
    """A layer and the reference that is subtracted from it, with the headers of what depends on them alone."""

    one: ComparedLayer
    reference: ComparedLayer
    headers: dict[str, str]

    @property
    def identity(self) -> tuple[str, str, str, str, str, str]:
        return *self.one.identity, *self.reference.identity


@dataclass(frozen=True, slots=True)
class DifferenceQuery:
    """What is subtracted, as an address says it: what it leaves out is the same on both sides."""

    against_model: Annotated[str | None, Query(description="Another network.")] = None
    against_image: Annotated[str | None, Query(description="Another picture.")] = None
    against_layer: Annotated[str | None, Query(description="Another layer's id.")] = None


async def _pair(
    request: Request,
    client: TheClient,
    inference: TheInference,
    layer: TheLayer,
    against: Annotated[DifferenceQuery, Depends()],
) -> ComparedPair:
    if against == DifferenceQuery():
        raise InvalidRequest("Say what to subtract: against_model, against_image or against_layer.")
    other = against.against_model
    network = inference.network if other is None else await client.pinned_network(other)
    image = against.against_image or inference.image
    await client.require_picture(image)
    reference = ComparedLayer(Inference(network, image), network.layer(against.against_layer or layer.id))
    tagged = all(TAG in model for model in (request.path_params["model"], other) if model is not None)
    headers = cache_headers(request, inference.network.fingerprint, network.fingerprint, immutable=tagged)
    return ComparedPair(ComparedLayer(inference, layer), reference, headers)


ThePair = Annotated[ComparedPair, Depends(_pair)]


@dataclass(frozen=True, slots=True)
class DifferenceSheetKey(DrawingKey):
    """Every channel of a difference on one sheet."""

    network: str
    image: str
    layer: str
    other_network: str
    other_image: str
    other_layer: str
    style: SheetStyle


@dataclass(frozen=True, slots=True)
class DifferenceMapKey(DrawingKey):
    """One channel of a difference."""

    network: str
    image: str
    layer: str
    other_network: str
    other_image: str
    other_layer: str
    channel: int
    scale: MapScale
    style: MapStyle


@router.get(f"{LAYER}/difference", summary="How far a layer's output is from another one")
async def figures(client: TheClient, pair: ThePair, response: Response) -> DifferenceInfo:
    """This layer's output minus that of the reference: another picture, another network or another layer.

    Both must have the same number of channels with maps of the same size.
    """
    response.headers.update(pair.headers)
    return _info(pair, await client.wait(client.engine.differences.figures(pair.one, pair.reference)))


@router.get(f"{LAYER}/difference.png", summary="A difference, every channel on one sheet", response_class=Png)
async def sheet(client: TheClient, pair: ThePair, style: TheSheetStyle) -> Png:
    """Zero is in the middle of the scale; a positive value is greater here than in the reference."""

    def draw(differences: NDArray[np.float32], statistics: Statistics) -> Drawing:
        order = channel_order(statistics.channels, style.order)
        scales = _signed(style.scale).of_channels(statistics, _clip_of(differences, style.scale))
        layout = layer_layout(differences.shape, style.maps.size, style.columns)
        return draw_layer(differences, scales, order, layout, style.maps.colormap)

    key = DifferenceSheetKey(*pair.identity, style)
    drawing = await client.wait(client.engine.differences.draw(key, pair.one, pair.reference, draw))
    return png(drawing, pair.headers)


@router.get(f"{LAYER}/channels/{{c}}/difference.png", summary="A difference, one channel", response_class=Png)
async def channel(client: TheClient, pair: ThePair, channel: TheChannel, scale: TheMapScale, style: TheMapStyle) -> Png:
    def draw(differences: NDArray[np.float32], statistics: Statistics) -> Drawing:
        own = _signed(scale).of_channel(statistics, channel.index, _clip_of(differences, scale))
        return draw_channel(differences, channel.index, own, style.size, style.colormap)

    key = DifferenceMapKey(*pair.identity, channel.index, scale, style)
    drawing = await client.wait(client.engine.differences.draw(key, pair.one, pair.reference, draw))
    return png(drawing, pair.headers)


def _signed(scale: MapScale) -> MapScale:
    return MapScale(scale.domain, scale.clip, scale.end, signed=True)


def _clip_of(differences: NDArray[np.float32], scale: MapScale) -> Clip | None:
    return clip_of(differences, scale.clip) if scale.clip else None


def _info(pair: ComparedPair, difference: Difference) -> DifferenceInfo:
    return DifferenceInfo(
        **_reference(pair.one),
        against=LayerReferenceInfo(**_reference(pair.reference)),
        shape=list(pair.one.layer.map_shape),
        rms=difference.rms,
        relative=difference.relative,
        cosine=difference.cosine,
        difference=PooledStatisticsInfo.model_validate(difference.statistics.layer),
        most_different=difference.order[:STRONGEST].tolist(),
        channel_rms=difference.channel_rms.tolist(),
        statistics=ChannelStatisticsInfo.model_validate(difference.statistics.channels),
    )


def _reference(compared: ComparedLayer) -> dict[str, str]:
    inference = compared.inference
    return {"model": inference.network.id, "image": inference.image, "layer": compared.layer.id}
