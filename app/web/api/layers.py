"""The PNG routes of the API, version 1: the picture, the view, sheets, channels and filters."""

import math
from collections.abc import Mapping

import numpy as np
from fastapi import APIRouter, Request, Response
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from app.analysis.channel import edges_seen
from app.analysis.statistics import LayerStatistics, Statistics, channel_order
from app.engine.engine import Engine
from app.nets.layer import Layer
from app.nets.network import Network
from app.rendering.channel_scales import channel_scales
from app.rendering.drawing import Drawing
from app.rendering.maps import draw_layer
from app.web.api.filters import EDGE_BYTES
from app.web.api.params import Colormap, Scope, SheetOrder, Side
from app.web.api.responses import NPY, Png, Shape, npy, png
from app.web.deps import ImageId, PureHeaders, TheEngine, TheLayer, TheNetwork, finished

router = APIRouter(prefix="/api/v1")
Edges = list[tuple[int, int]]


@router.get(
    "/models/{model}/images/{image}/layers/{layer}.png",
    summary="Every channel of a layer on one sheet",
    tags=["activations"],
    response_class=Png,
)
async def sheet(
    request: Request,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    layer: TheLayer,
    headers: PureHeaders,
    order: SheetOrder = "index",
    domain: Scope = "channel",
    size: Side = None,
    colormap: Colormap = None,
) -> Png:
    """A vector's values are bars from zero, one for each; with `size` they are within a picture of these sides."""
    activation, statistics = await _described(request, engine, network, image, layer)
    key = ("sheet", network.sha256, image, layer.id, order, domain, size, colormap)

    def draw() -> tuple[Drawing, int]:
        places = channel_order(statistics.channels, order)
        return draw_layer(activation, channel_scales(statistics, domain), places, size, colormap).sized

    return png(await finished(request, engine.draw(key, draw)), headers)


async def _described(
    request: Request, engine: Engine, network: Network, image: str, layer: Layer
) -> tuple[NDArray[np.float32], Statistics]:
    """A layer's activation and its statistics."""
    activations = await finished(request, engine.activations(network, image))
    statistics = await finished(request, engine.statistics(network, image, activations))
    return activations.layers[layer.id], statistics[layer.id]


class FieldsSeen(BaseModel):
    """What a layer's cells see of the view, exact at the borders: cell (y, x) sees `rows[y]` by `columns[x]`."""

    model: str
    layer: str
    rows: list[tuple[int, int]] = Field(description="First pixel, and the first one outside.")
    columns: list[tuple[int, int]]


def fields_seen(network: Network, layer: Layer, rows: Edges, columns: Edges) -> FieldsSeen:
    return FieldsSeen(model=network.id, layer=layer.id, rows=rows, columns=columns)


class StrongChannelInfo(BaseModel):
    channel: int
    mean: float
    max: float


class LayerSummary(BaseModel):
    """The statistics of one layer's output for one picture; null where there is no finite number."""

    id: str
    op: str
    block: str | None
    shape: Shape
    channels: int
    min: float | None
    max: float | None
    mean: float | None
    std: float | None
    zeros: float = Field(description="Share of cells that are exactly zero, 0 to 1.")
    dead: int = Field(description="How many channels are zero everywhere.")
    nan: int
    inf: int
    strongest: list[StrongChannelInfo] = Field(description="By mean, at most eight.")


class LayersAnswer(BaseModel):
    model: str
    image: str
    layers: list[LayerSummary]


class ChannelStatisticsInfo(BaseModel):
    """One entry per channel."""

    min: list[float | None]
    max: list[float | None]
    mean: list[float | None]
    std: list[float | None]
    zeros: list[float]


class LayerDetail(LayerSummary):
    model: str
    image: str
    statistics: ChannelStatisticsInfo


@router.get("/models/{model}/images/{image}/layers", summary="Statistics of every layer", tags=["activations"])
async def layers(
    request: Request, response: Response, engine: TheEngine, network: TheNetwork, image: ImageId, pure: PureHeaders
) -> LayersAnswer:
    activations = await finished(request, engine.activations(network, image))
    statistics = await finished(request, engine.statistics(network, image, activations))
    response.headers.update(pure)
    return layers_info(network, image, statistics)


@router.get(
    "/models/{model}/images/{image}/layers/{layer}.npy",
    summary="One layer's activation as an array",
    tags=["activations"],
    response_class=Response,
    responses=NPY,
)
async def layer_array(
    request: Request, engine: TheEngine, network: TheNetwork, image: ImageId, layer: TheLayer, pure: PureHeaders
) -> Response:
    activations = await finished(request, engine.activations(network, image))
    return npy(activations.layers[layer.id], pure)


@router.get(
    "/models/{model}/images/{image}/layers/{layer}",
    summary="Statistics of one layer, channel by channel",
    tags=["activations"],
)
async def one_layer(
    request: Request,
    response: Response,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    layer: TheLayer,
    pure: PureHeaders,
) -> LayerDetail:
    activations = await finished(request, engine.activations(network, image))
    statistics = await finished(request, engine.statistics(network, image, activations))
    response.headers.update(pure)
    return layer_detail(network, image, layer, statistics[layer.id])


@router.get(
    "/models/{model}/layers/{layer}/fields", summary="What each of a layer's cells sees of the view", tags=["networks"]
)
async def fields(
    request: Request, response: Response, engine: TheEngine, network: TheNetwork, layer: TheLayer, headers: PureHeaders
) -> FieldsSeen:
    key, size = ("fields", network.sha256, layer.id), EDGE_BYTES * sum(layer.shape[1:])
    seen = await finished(request, engine.draw(key, lambda: (edges_seen(network.graph, layer), size)))
    response.headers.update(headers)
    return fields_seen(network, layer, *seen)


def layers_info(network: Network, image: str, statistics: Mapping[str, Statistics]) -> LayersAnswer:
    summaries = [layer_summary(layer, statistics[layer.id].layer) for layer in network.graph.layers]
    return LayersAnswer(model=network.id, image=image, layers=summaries)


def layer_summary(layer: Layer, found: LayerStatistics) -> LayerSummary:
    return LayerSummary(
        id=layer.id,
        op=layer.op,
        block=layer.block,
        shape=list(layer.shape),
        channels=found.channels,
        min=_number(found.min),
        max=_number(found.max),
        mean=_number(found.mean),
        std=_number(found.std),
        zeros=found.zeros,
        dead=found.dead,
        nan=found.nan,
        inf=found.inf,
        strongest=[StrongChannelInfo(channel=s.channel, mean=s.mean, max=s.max) for s in found.strongest],
    )


def layer_detail(network: Network, image: str, layer: Layer, found: Statistics) -> LayerDetail:
    channels = found.channels
    return LayerDetail(
        **layer_summary(layer, found.layer).model_dump(),
        model=network.id,
        image=image,
        statistics=ChannelStatisticsInfo(
            min=_numbers(channels.min),
            max=_numbers(channels.max),
            mean=_numbers(channels.mean),
            std=_numbers(channels.std),
            zeros=channels.zeros.tolist(),
        ),
    )


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    return [_number(value) for value in values.tolist()]
