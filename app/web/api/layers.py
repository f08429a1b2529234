"""Layers: every channel on one sheet, the output as an array, statistics, and what the cells see of the view."""

from dataclasses import dataclass

import numpy as np
from fastapi import APIRouter, Response
from numpy.typing import NDArray
from pydantic import Field

from app.analysis.statistics import Statistics, channel_order
from app.engine.inference import Inference
from app.engine.results import DrawingKey
from app.nets.layer import Layer
from app.rendering.drawing import Drawing
from app.rendering.maps import draw_layer, layer_layout
from app.web.api.params import SheetStyle, TheSheetStyle
from app.web.api.responses import (
    NPY,
    AxisNames,
    ChannelStatisticsInfo,
    Info,
    Png,
    PooledStatisticsInfo,
    Shape,
    npy,
    png,
)
from app.web.deps import PURE, PureHeaders, TheClient, TheInference, TheLayer, TheNetwork

router = APIRouter(prefix="/api/v1")
LAYERS = "/models/{model}/images/{image}/layers"


class LayerSummaryInfo(PooledStatisticsInfo):
    id: str
    op: str
    block: str | None
    shape: Shape
    axes: AxisNames


class LayersInfo(Info):
    model: str
    image: str
    layers: list[LayerSummaryInfo]


class LayerDetailInfo(LayerSummaryInfo):
    model: str
    image: str
    statistics: ChannelStatisticsInfo


class FieldEdgesInfo(Info):
    """What a layer's cells see of the view, exact at the borders: cell (y, x) sees `rows[y]` by `columns[x]`."""

    model: str
    layer: str
    rows: list[tuple[int, int]] = Field(description="First pixel, and the first one outside.")
    columns: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class SheetKey(DrawingKey):
    """Every channel of a layer on one sheet."""

    network: str
    image: str
    layer: str
    style: SheetStyle


@router.get(
    f"{LAYERS}/{{layer}}.png",
    summary="Every channel of a layer on one sheet",
    tags=["activations"],
    response_class=Png,
)
async def sheet(
    client: TheClient,
    inference: TheInference,
    layer: TheLayer,
    style: TheSheetStyle,
    headers: PureHeaders,
) -> Png:
    """A vector's values are bars from zero, one for each. With `size` they fit into a picture with these sides."""
    clip = await style.scale.clip_of(client, inference, layer)

    def draw(activation: NDArray[np.float32], statistics: Statistics) -> Drawing:
        order = channel_order(statistics.channels, style.order)
        scales = style.scale.of_channels(statistics, clip)
        sheet = layer_layout(activation.shape, style.maps.size, style.columns)
        return draw_layer(activation, scales, order, sheet, style.maps.colormap)

    key = SheetKey(*inference.identity, layer.id, style)
    return png(await client.wait(client.engine.layers.draw(key, inference, layer, draw)), headers)


@router.get(
    f"{LAYERS}/{{layer}}.npy",
    summary="One layer's activation as an array",
    tags=["activations"],
    response_class=Response,
    responses=NPY,
)
async def layer_array(client: TheClient, inference: TheInference, layer: TheLayer, headers: PureHeaders) -> Response:
    activations = await client.wait(client.engine.layers.activations(inference))
    return npy(activations.layers[layer.id], headers)


@router.get(LAYERS, summary="Statistics of every layer", tags=["activations"], dependencies=[PURE])
async def layers(client: TheClient, inference: TheInference) -> LayersInfo:
    summary = await client.wait(client.engine.layers.summary(inference))
    network = inference.network
    summaries = [_summary(layer, summary.statistics[layer.id]) for layer in network.graph.layers]
    return LayersInfo(model=network.id, image=inference.image, layers=summaries)


@router.get(
    f"{LAYERS}/{{layer}}",
    summary="Statistics of one layer, channel by channel",
    tags=["activations"],
    dependencies=[PURE],
)
async def one_layer(client: TheClient, inference: TheInference, layer: TheLayer) -> LayerDetailInfo:
    summary = await client.wait(client.engine.layers.summary(inference))
    return _detail(inference, layer, summary.statistics[layer.id])


@router.get(
    "/models/{model}/layers/{layer}/fields",
    summary="The receptive field of each cell of a layer",
    tags=["networks"],
    dependencies=[PURE],
)
async def fields(client: TheClient, network: TheNetwork, layer: TheLayer) -> FieldEdgesInfo:
    rows, columns = await client.wait(client.engine.layers.edges(network, layer))
    return FieldEdgesInfo(model=network.id, layer=layer.id, rows=rows, columns=columns)


def _summary(layer: Layer, statistics: Statistics) -> LayerSummaryInfo:
    pooled = dict(PooledStatisticsInfo.model_validate(statistics.layer))
    return LayerSummaryInfo(
        **pooled, id=layer.id, op=layer.op, block=layer.block, shape=list(layer.shape), axes=list(layer.axes)
    )


def _detail(inference: Inference, layer: Layer, statistics: Statistics) -> LayerDetailInfo:
    channels = ChannelStatisticsInfo.model_validate(statistics.channels)
    summary = dict(_summary(layer, statistics))
    return LayerDetailInfo(**summary, model=inference.network.id, image=inference.image, statistics=channels)
