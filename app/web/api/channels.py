"""The routes of the API about one channel, its filter and what its cells see."""

from dataclasses import asdict

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.analysis.channel import Cell, Examined
from app.analysis.histogram import Histogram
from app.analysis.statistics import Statistics, rank
from app.nets.layer import Box, Layer, check_channel
from app.nets.network import Network
from app.rendering.channel_scales import channel_scale
from app.rendering.drawing import Drawing
from app.rendering.maps import draw_channel, draw_overlay
from app.web.api.filters import FilterOfChannel, _filter, examination
from app.web.api.layers import _described
from app.web.api.params import Channel, Colormap, Opacity, Scope, Side
from app.web.api.responses import NPY, Png, Shape, npy, png
from app.web.deps import ImageId, PureHeaders, TheEngine, TheLayer, TheNetwork, finished

router = APIRouter(prefix="/api/v1")


@router.get(
    "/models/{model}/images/{image}/layers/{layer}/channels/{c}.npy",
    summary="One channel as an array",
    tags=["activations"],
    response_class=Response,
    responses=NPY,
)
async def channel_array(
    request: Request,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    layer: TheLayer,
    c: Channel,
    headers: PureHeaders,
) -> Response:
    check_channel(layer, c, layer.channels)
    activations = await finished(request, engine.activations(network, image))
    return npy(activations.layers[layer.id][c], headers)


class BoxInfo(BaseModel):
    """Pixels of the view; `bottom` and `right` are the first ones outside."""

    top: int
    left: int
    bottom: int
    right: int


class CellInfo(BaseModel):
    y: int
    x: int
    value: float
    seen: BoxInfo = Field(description="What the cell sees of the view, exact at the borders.")
    field: BoxInfo = Field(description="Its whole receptive field, padding included.")


class HistogramInfo(BaseModel):
    edges: list[float] = Field(description="Round numbers, one more than counts; zero is one of them or beyond them.")
    counts: list[int] = Field(
        description="Cells from one edge up to the next; those that are exactly zero are in none."
    )
    zeros: int = Field(description="How many cells are exactly zero.")


class ChannelDetail(BaseModel):
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
    rank: int = Field(description="Its place among the layer's channels, by mean; 1 is the greatest.")
    histogram: HistogramInfo
    strongest: CellInfo = Field(description="The cell of the greatest value.")
    filter: FilterOfChannel | None


def channel_detail(
    network: Network, image: str, layer: Layer, number: int, statistics: Statistics, examined: Examined
) -> ChannelDetail:
    channels = statistics.channels
    return ChannelDetail(
        model=network.id,
        image=image,
        layer=layer.id,
        channel=number,
        shape=list(layer.shape[1:]),
        min=float(channels.min[number]),
        max=float(channels.max[number]),
        mean=float(channels.mean[number]),
        std=float(channels.std[number]),
        zeros=float(channels.zeros[number]),
        rank=rank(statistics, number),
        histogram=_histogram(examined.histogram),
        strongest=_cell(examined.strongest),
        filter=None if examined.filter is None else _filter(examined.filter),
    )


def _histogram(found: Histogram) -> HistogramInfo:
    return HistogramInfo(edges=list(found.edges), counts=list(found.counts), zeros=found.zeros)


def _cell(cell: Cell) -> CellInfo:
    return CellInfo(y=cell.y, x=cell.x, value=cell.value, seen=box_info(cell.seen), field=box_info(cell.field))


def box_info(box: Box) -> BoxInfo:
    return BoxInfo(**asdict(box))


@router.get(
    "/models/{model}/images/{image}/layers/{layer}/channels/{c}.png",
    summary="One channel, alone or over the picture",
    tags=["activations"],
    response_class=Png,
)
async def channel(
    request: Request,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    layer: TheLayer,
    c: Channel,
    headers: PureHeaders,
    domain: Scope = "channel",
    size: Side = None,
    colormap: Colormap = None,
    overlay: Opacity = None,
) -> Png:
    check_channel(layer, c, layer.channels)
    activation, statistics = await _described(request, engine, network, image, layer)

    def draw() -> tuple[Drawing, int]:
        scale = channel_scale(statistics, c, domain)
        if overlay is None:
            return draw_channel(activation, c, scale, size, colormap).sized
        seen = engine.view(network, image)
        return draw_overlay(seen, activation, c, scale, layer, colormap or "auto", overlay).sized

    key = ("channel", network.sha256, image, layer.id, c, domain, size, colormap, overlay)
    return png(await finished(request, engine.draw(key, draw)), headers)


@router.get(
    "/models/{model}/images/{image}/layers/{layer}/channels/{c}",
    summary="One channel: its figures, histogram, strongest cell and filter",
    tags=["activations"],
)
async def one_channel(
    request: Request,
    response: Response,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    layer: TheLayer,
    c: Channel,
    headers: PureHeaders,
) -> ChannelDetail:
    check_channel(layer, c, layer.channels)
    activations = await finished(request, engine.activations(network, image))
    statistics = await finished(request, engine.statistics(network, image, activations))
    examined = await finished(request, examination(engine, network, layer, image, c, activations))
    response.headers.update(headers)
    return channel_detail(network, image, layer, c, statistics[layer.id], examined)
