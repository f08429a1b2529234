"""Ablations: what a network predicts, and what its layers give, with parts of a layer switched off or painted over."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, Query
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from app.analysis.prediction import DEFAULT_TOP_K, read_prediction
from app.analysis.statistics import Statistics, channel_order
from app.engine.results import DrawingKey
from app.experiments.ablation import MAX_FACTOR, Ablation, Replacement, read_ablation
from app.experiments.painting import MAX_STROKES, Stroke, read_strokes
from app.nets.layer import Layer
from app.rendering.drawing import Drawing
from app.rendering.maps import draw_channel, draw_layer, layer_layout
from app.web.api.experiments.replacement import ABLATIONS, MAX_LENGTH, TAGS, TheReplacement
from app.web.api.params import MapScale, MapStyle, SheetStyle, TheChannel, TheMapScale, TheMapStyle, TheSheetStyle, TopK
from app.web.api.responses import Finite, Info, Png, PredictionInfo, png, prediction_info
from app.web.deps import PureHeaders, TheClient, TheInference, TheLayer

router = APIRouter(prefix="/api/v1")
MAX_LISTED = 4096  # channels that one ablation names

ChannelList = Annotated[
    str,
    Query(
        max_length=8 * MAX_LISTED,
        pattern=r"^(\d{1,6}(,\d{1,6})*)?$",
        description="The channels that are switched off, with commas between.",
        examples=["3,17"],
    ),
]
InputList = Annotated[
    str,
    Query(
        max_length=64 * MAX_LENGTH,
        description="Ids of layers that the changed layer reads, with commas between.",
    ),
]
StrokeList = Annotated[
    str,
    Query(
        max_length=64 * MAX_STROKES,
        description="What is painted: `channel:top,left,bottom,right=value`, with semicolons between.",
        examples=["3:0,0,5,5=12.5"],
    ),
]


class StrokeInfo(Info):
    """Cells of a channel's map that get a value; `bottom` and `right` are the first row and column outside."""

    channel: int = Field(ge=0)
    top: int = Field(ge=0)
    left: int = Field(ge=0)
    bottom: int
    right: int
    value: float


class AblationRequest(BaseModel):
    """What is switched off: channels of a layer, and whole inputs that it reads, such as a skip connection.

    The strokes are painted on the layer's maps.
    """

    layer: str = Field(max_length=MAX_LENGTH, description="The id of a layer.", examples=["fire9.concat"])
    channels: list[Annotated[int, Field(ge=0)]] = Field(default=[], max_length=MAX_LISTED, examples=[[3, 17]])
    inputs: list[Annotated[str, Field(max_length=MAX_LENGTH)]] = Field(
        default=[], max_length=64, description="Ids of layers that this one reads; only where it reads them."
    )
    how: Replacement = Field(default="zero", description="What a channel becomes.")
    factor: float = Field(default=0, ge=-MAX_FACTOR, le=MAX_FACTOR, description="Of `how: scale`.")
    strokes: list[StrokeInfo] = Field(default=[], max_length=MAX_STROKES)

    @property
    def ablation(self) -> Ablation:
        strokes = tuple(Stroke(**dict(each)) for each in self.strokes)
        return Ablation(self.layer, tuple(self.channels), tuple(self.inputs), self.how, self.factor, strokes)


class LayerChangeInfo(Info):
    id: str
    change: Finite = Field(
        description="The length of the difference as a share of the length of the output before; null after zeros."
    )


class AblationInfo(Info):
    """What follows from an ablation. The maps of each layer after it are at `ablations/layers/{layer}.png`."""

    model: str
    image: str
    layer: str
    channels: list[int]
    inputs: list[str]
    how: Replacement
    factor: float
    strokes: list[StrokeInfo]
    before: list[PredictionInfo] = Field(description="The best classes before, and those that are best after.")
    after: list[PredictionInfo] = Field(description="The same classes, best first after the ablation.")
    layers: list[LayerChangeInfo] = Field(description="The layer and those computed from it.")


@dataclass(frozen=True, slots=True)
class AblatedMapStyle:
    """How one map is drawn: its scale, its size and its colours."""

    scale: MapScale
    map: MapStyle


@dataclass(frozen=True, slots=True)
class AblatedChannel:
    """A channel of a layer whose map is drawn after an ablation."""

    layer: Layer
    channel: int
    ablation: Ablation


@dataclass(frozen=True, slots=True)
class AblatedMapKey(DrawingKey):
    """The map of one channel after an ablation."""

    network: str
    image: str
    ablation: Ablation
    layer: str
    channel: int
    style: AblatedMapStyle


@dataclass(frozen=True, slots=True)
class AblatedSheetKey(DrawingKey):
    """Every channel of a layer after an ablation."""

    network: str
    image: str
    ablation: Ablation
    layer: str
    style: SheetStyle


@dataclass(frozen=True, slots=True)
class AblatedLayer:
    """A layer whose maps are drawn after an ablation, at this layer or one before it."""

    layer: Layer
    ablation: Ablation


async def _ablation(
    inference: TheInference,
    query: TheReplacement,
    channels: ChannelList = "",
    inputs: InputList = "",
    strokes: StrokeList = "",
) -> Ablation:
    off, cut = (int(each) for each in channels.split(",") if each), (each for each in inputs.split(",") if each)
    wanted = Ablation(query.layer, tuple(off), tuple(cut), query.how, query.factor, read_strokes(strokes))
    return read_ablation(inference.network, wanted)


async def _layer_view(layer: TheLayer, ablation: Annotated[Ablation, Depends(_ablation)]) -> AblatedLayer:
    return AblatedLayer(layer, ablation)


async def _channel_view(channel: TheChannel, ablation: Annotated[Ablation, Depends(_ablation)]) -> AblatedChannel:
    return AblatedChannel(channel.layer, channel.index, ablation)


async def _map_style(scale: TheMapScale, map_style: TheMapStyle) -> AblatedMapStyle:
    return AblatedMapStyle(scale, map_style)


@router.post(ABLATIONS, summary="Switch channels or inputs of a layer off", tags=TAGS)
async def ablate(
    client: TheClient, inference: TheInference, request: AblationRequest, top_k: TopK = DEFAULT_TOP_K
) -> AblationInfo:
    """The network's file stays as it is: what channels become are inputs of the graph."""
    network, ablation = inference.network, read_ablation(inference.network, request.ablation)
    run = await client.wait(client.engine.ablations.run(inference, ablation))
    before, after = (read_prediction(scores) for scores in (run.before, run.after))
    best = {*before.order[:top_k].tolist(), *after.order[:top_k].tolist()}
    return AblationInfo(
        model=network.id,
        image=inference.image,
        layer=ablation.layer,
        channels=list(ablation.channels),
        inputs=list(ablation.inputs),
        how=ablation.how,
        factor=ablation.factor,
        strokes=[StrokeInfo.model_validate(each) for each in ablation.strokes],
        before=[prediction_info(network, before, index) for index in sorted(best, key=before.rank)],
        after=[prediction_info(network, after, index) for index in sorted(best, key=after.rank)],
        layers=[LayerChangeInfo(id=name, change=change) for name, change in run.changes.items()],
    )


@router.get(
    f"{ABLATIONS}/layers/{{layer}}.png",
    summary="Every channel of a layer after an ablation",
    tags=TAGS,
    response_class=Png,
)
async def ablated_sheet(
    client: TheClient,
    inference: TheInference,
    view: Annotated[AblatedLayer, Depends(_layer_view)],
    style: TheSheetStyle,
    headers: PureHeaders,
) -> Png:
    """As the layer's sheet before it, on the scale and in the order of the values before."""
    clip = await style.scale.clip_of(client, inference, view.layer)

    def draw(activation: NDArray[np.float32], statistics: Statistics) -> Drawing:
        order = channel_order(statistics.channels, style.order)
        sheet = layer_layout(activation.shape, style.maps.size, style.columns)
        return draw_layer(activation, style.scale.of_channels(statistics, clip), order, sheet, style.maps.colormap)

    key = AblatedSheetKey(*inference.identity, view.ablation, view.layer.id, style)
    handle = client.engine.ablations.draw(key, inference, view.ablation, view.layer, draw)
    return png(await client.wait(handle), headers)


@router.get(
    f"{ABLATIONS}/layers/{{layer}}/channels/{{c}}.png",
    summary="One channel after an ablation",
    tags=TAGS,
    response_class=Png,
)
async def ablated_map(
    client: TheClient,
    inference: TheInference,
    view: Annotated[AblatedChannel, Depends(_channel_view)],
    style: Annotated[AblatedMapStyle, Depends(_map_style)],
    headers: PureHeaders,
) -> Png:
    """On the scale of the values before it."""
    clip = await style.scale.clip_of(client, inference, view.layer)

    def draw(activation: NDArray[np.float32], statistics: Statistics) -> Drawing:
        scale = style.scale.of_channel(statistics, view.channel, clip)
        return draw_channel(activation, view.channel, scale, style.map.size, style.map.colormap)

    key = AblatedMapKey(*inference.identity, view.ablation, view.layer.id, view.channel, style)
    handle = client.engine.ablations.draw(key, inference, view.ablation, view.layer, draw)
    return png(await client.wait(handle), headers)
