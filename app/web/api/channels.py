"""Channels: the map of one as a picture and as an array, its statistics, histogram, strongest cell and filter."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, Response
from numpy.typing import NDArray
from pydantic import Field

from app.analysis.channel import ChannelAnalysis, filter_of
from app.analysis.statistics import Statistics, rank
from app.engine.inference import Inference
from app.engine.results import DrawingKey
from app.rendering.drawing import Drawing
from app.rendering.filters import draw_filter
from app.rendering.maps import draw_channel, draw_overlay
from app.rendering.overlay import OverlayStyle
from app.web.api.params import LayerChannel, MapScale, MapStyle, Opacity, TheChannel, TheMapScale, TheMapStyle
from app.web.api.responses import NPY, BoxInfo, FilterPairInfo, Indices, Info, Numbers, Png, Shape, npy, png
from app.web.deps import PURE, PureHeaders, TheClient, TheInference

router = APIRouter(prefix="/api/v1")
CHANNEL = "/models/{model}/images/{image}/layers/{layer}/channels/{c}"


class CellInfo(Info):
    y: int
    x: int
    value: float
    seen: BoxInfo = Field(description="The part of the input that the cell depends on, exact at the borders.")
    field: BoxInfo = Field(description="Its whole receptive field, padding included.")


class HistogramInfo(Info):
    edges: list[float] = Field(description="Round numbers, one more than counts; zero is one of them or beyond them.")
    counts: list[int] = Field(description="Cells from one edge up to the next, without those that are exactly zero.")
    zeros: int = Field(description="Number of cells that are exactly zero.")


class FilterStatisticsInfo(Info):
    weights: int = Field(description="Number of weights.")
    l1: float = Field(description="Sum of the magnitudes.")
    l2: float = Field(description="Square root of the sum of the squares.")
    mean: float
    std: float
    min: float
    max: float
    near_zero: float = Field(description="Share of weights below 1 % of the greatest magnitude, 0 to 1.")


class ContributionsInfo(Info):
    """One entry per plane of the filter. Bias plus the planes' `mean` is the mean of the channel's map."""

    inputs: Indices = Field(description="The input channel that the plane reads.")
    mean_abs: Numbers = Field(description="Mean magnitude of the plane convolved with its input channel alone.")
    mean: Numbers
    order: Indices = Field(description="The planes, those with the largest contribution first.")


class FilterInfo(Info):
    shape: Shape
    statistics: FilterStatisticsInfo
    nearest: list[FilterPairInfo] | None = Field(
        description="The most similar filters, at most eight; null where the layer has too many weights to compare."
    )
    contributions: ContributionsInfo | None


class ChannelInfo(Info):
    """One channel of a layer for one picture."""

    model: str
    image: str
    layer: str
    channel: int
    shape: Shape
    min: float
    max: float
    mean: float
    std: float
    zeros: float = Field(description="Share of cells that are exactly zero, 0 to 1.")
    rank: int = Field(description="Its rank among the layer's channels by mean; 1 is the largest mean.")
    histogram: HistogramInfo
    strongest: CellInfo = Field(description="The cell of the map with the greatest value.")
    apart: list[CellInfo] = Field(description="The cells of tokens apart from the map, at most eight.")
    filter: FilterInfo | None


@dataclass(frozen=True, slots=True)
class ChannelStyle:
    """How a channel's map is drawn: its scale, and how opaque it lies over the view, if it does."""

    scale: MapScale
    overlay: float | None
    map: MapStyle


async def _channel_style(map_style: TheMapStyle, scale: TheMapScale, overlay: Opacity = None) -> ChannelStyle:
    return ChannelStyle(scale, overlay, map_style)


@dataclass(frozen=True, slots=True)
class ChannelMapKey(DrawingKey):
    """The map of one channel."""

    network: str
    image: str
    layer: str
    channel: int
    style: ChannelStyle


@dataclass(frozen=True, slots=True)
class ChannelPlanesKey(DrawingKey):
    """The planes of a channel's filter, ordered by their contributions for a picture."""

    network: str
    image: str
    layer: str
    channel: int
    style: MapStyle


@router.get(
    f"{CHANNEL}.png",
    summary="One channel, alone or over the picture",
    tags=["activations"],
    response_class=Png,
)
async def channel_map(
    client: TheClient,
    inference: TheInference,
    channel: TheChannel,
    style: Annotated[ChannelStyle, Depends(_channel_style)],
    headers: PureHeaders,
) -> Png:
    layer, index, drawn = channel.layer, channel.index, style.map
    clip = await style.scale.clip_of(client, inference, layer)

    def draw(activation: NDArray[np.float32], statistics: Statistics) -> Drawing:
        scale = style.scale.of_channel(statistics, index, clip)
        if style.overlay is None:
            return draw_channel(activation, index, scale, drawn.size, drawn.colormap)
        view = client.engine.pictures.view(inference)
        overlay = OverlayStyle(drawn.colormap or "auto", style.overlay)
        return draw_overlay(view, activation[index], scale, layer, overlay)

    key = ChannelMapKey(*inference.identity, layer.id, index, style)
    return png(await client.wait(client.engine.layers.draw(key, inference, layer, draw)), headers)


@router.get(
    f"{CHANNEL}.npy",
    summary="One channel as an array",
    tags=["activations"],
    response_class=Response,
    responses=NPY,
)
async def channel_array(
    client: TheClient, inference: TheInference, channel: TheChannel, headers: PureHeaders
) -> Response:
    activations = await client.wait(client.engine.layers.activations(inference))
    return npy(channel.layer.maps_of(activations.layers[channel.layer.id])[channel.index], headers)


@router.get(
    f"{CHANNEL}/planes.png",
    summary="A channel's filter, the planes with the largest contribution first",
    tags=["filters"],
    response_class=Png,
)
async def channel_planes(
    client: TheClient, inference: TheInference, channel: TheChannel, style: TheMapStyle, headers: PureHeaders
) -> Png:
    """In the order of `filter.contributions.order` of the channel's JSON, or by index where there is none."""
    weights, number = filter_of(inference.network, channel.layer, channel.index)
    kernel = weights[number]
    analysis = await client.wait(client.engine.layers.channel(inference, channel.layer, channel.index))
    contributions = analysis.filter.contributions if analysis.filter else None
    planes = kernel if contributions is None else kernel[contributions.order]
    key = ChannelPlanesKey(*inference.identity, channel.layer.id, channel.index, style)
    handle = client.engine.results.draw(key, lambda: draw_filter(planes, style.size, style.colormap))
    return png(await client.wait(handle), headers)


@router.get(
    CHANNEL,
    summary="One channel: its figures, histogram, strongest cell and filter",
    tags=["activations"],
    dependencies=[PURE],
)
async def channel(client: TheClient, inference: TheInference, channel: TheChannel) -> ChannelInfo:
    layers = client.engine.layers
    analysis = await client.wait(layers.channel(inference, channel.layer, channel.index))
    summary = await client.wait(layers.summary(inference))
    return _info(inference, channel, summary.statistics[channel.layer.id], analysis)


def _info(
    inference: Inference, channel: LayerChannel, statistics: Statistics, analysis: ChannelAnalysis
) -> ChannelInfo:
    index, figures = channel.index, statistics.channels
    return ChannelInfo(
        model=inference.network.id,
        image=inference.image,
        layer=channel.layer.id,
        channel=index,
        shape=list(channel.layer.map_size) if len(channel.layer.shape) > 1 else [],
        min=float(figures.min[index]),
        max=float(figures.max[index]),
        mean=float(figures.mean[index]),
        std=float(figures.std[index]),
        zeros=float(figures.zeros[index]),
        rank=rank(statistics, index),
        histogram=HistogramInfo.model_validate(analysis.histogram),
        strongest=CellInfo.model_validate(analysis.strongest),
        apart=[CellInfo.model_validate(cell) for cell in analysis.apart],
        filter=FilterInfo.model_validate(analysis.filter) if analysis.filter else None,
    )
