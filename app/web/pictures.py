"""The PNG routes of the API, version 1: the picture, the view, sheets, channels and filters."""

from typing import Annotated

import numpy as np
from fastapi import APIRouter, Path, Query, Request, Response
from numpy.typing import NDArray

from app.engine import Engine
from app.errors import UnknownChannel
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.preprocess import Fit
from app.nets.statistics import Order, Statistics, channel_order
from app.web import drawing
from app.web.addresses import SheetDomain
from app.web.caching import pure
from app.web.deps import ImageId, PureHeaders, TheEngine, TheLayer, TheNetwork, finished
from app.web.drawing import ColormapName, Drawing
from app.web.scales import channel_scale, channel_scales


class Png(Response):
    """A PNG, as OpenAPI shall call it."""

    media_type = "image/png"


router = APIRouter(prefix="/api/v1", default_response_class=Png)

Colormap = Annotated[
    ColormapName | None,
    Query(description="`auto` is diverging where values are signed. Without it the PNG is grey, to be coloured later."),
]
Scope = Annotated[
    SheetDomain, Query(description="What a colour means the same in: each `channel` by itself, or the whole `layer`.")
]
SheetOrder = Annotated[
    Order, Query(description="By number, or with the greatest mean, maximum, spread or share of zeros first.")
]
Side = Annotated[int | None, Query(ge=1, le=2048, description="Pixels, about, of the longer side of one map.")]
Opacity = Annotated[float | None, Query(ge=0, le=1, description="Lay the map over the view, this opaque.")]
Fitting = Annotated[
    Fit | None, Query(description="Make the picture fit in another way than the network's own: what it would be given.")
]
InColour = Annotated[bool, Query(description="One picture in colour, where the filter looks at the picture's colours.")]
Channel = Annotated[int, Path(alias="c", ge=0, description="The channel's index.")]

RGB_PLANES = {"RGB": (0, 1, 2), "BGR": (2, 1, 0)}


@router.get("/images/{image}.png", summary="The stored picture", tags=["pictures"])
async def picture(request: Request, engine: TheEngine, image: ImageId, size: Side = None) -> Png:
    headers = pure(request)
    ticket = engine.draw(("picture", image, size), lambda: drawing.draw_picture(engine.picture(image), size).sized)
    return png(await finished(request, ticket), headers)


@router.get("/models/{model}/images/{image}/view.png", summary="What the network is shown", tags=["pictures"])
async def view(
    request: Request,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    headers: PureHeaders,
    fit: Fitting = None,
) -> Png:
    key = ("view", network.sha256, image, fit)
    ticket = engine.draw(key, lambda: drawing.draw_picture(engine.view(network, image, fit), None).sized)
    return png(await finished(request, ticket), headers)


@router.get(
    "/models/{model}/images/{image}/layers/{layer}.png",
    summary="Every channel of a layer on one sheet",
    tags=["activations"],
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
        return drawing.draw_layer(activation, channel_scales(statistics, domain), places, size, colormap).sized

    return png(await finished(request, engine.draw(key, draw)), headers)


@router.get(
    "/models/{model}/images/{image}/layers/{layer}/channels/{c}.png",
    summary="One channel, alone or over the picture",
    tags=["activations"],
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
    check_channel(layer, c, layer.shape[0])
    activation, statistics = await _described(request, engine, network, image, layer)

    def draw() -> tuple[Drawing, int]:
        scale = channel_scale(statistics, c, domain)
        if overlay is None:
            return drawing.draw_channel(activation, c, scale, size, colormap).sized
        seen = engine.view(network, image)
        return drawing.draw_overlay(seen, activation, c, scale, layer, colormap or "auto", overlay).sized

    key = ("channel", network.sha256, image, layer.id, c, domain, size, colormap, overlay)
    return png(await finished(request, engine.draw(key, draw)), headers)


@router.get("/models/{model}/layers/{layer}/filters.png", summary="All the filters of a layer", tags=["filters"])
async def filters(
    request: Request,
    engine: TheEngine,
    network: TheNetwork,
    layer: TheLayer,
    headers: PureHeaders,
    size: Side = None,
    colormap: Colormap = None,
) -> Png:
    weights = network.weights(layer.id)
    key = ("filters", network.sha256, layer.id, size, colormap)
    planes = colour_planes(network, layer)
    ticket = engine.draw(key, lambda: drawing.draw_filters(weights, planes, size, colormap).sized)
    return png(await finished(request, ticket), headers)


@router.get("/models/{model}/layers/{layer}/filters/{c}.png", summary="One filter, all its planes", tags=["filters"])
async def one_filter(
    request: Request,
    engine: TheEngine,
    network: TheNetwork,
    layer: TheLayer,
    c: Channel,
    headers: PureHeaders,
    size: Side = None,
    colormap: Colormap = None,
    colour: InColour = False,
) -> Png:
    weights = network.weights(layer.id)
    check_channel(layer, c, len(weights))
    planes = colour_planes(network, layer) if colour else None
    key = ("filter", network.sha256, layer.id, c, size, colormap, planes)

    def draw() -> tuple[Drawing, int]:
        if planes is None:
            return drawing.draw_filter(weights[c], size, colormap).sized
        return drawing.draw_filters(weights[c : c + 1], planes, size, None).sized

    return png(await finished(request, engine.draw(key, draw)), headers)


async def _described(
    request: Request, engine: Engine, network: Network, image: str, layer: Layer
) -> tuple[NDArray[np.float32], Statistics]:
    """A layer's activation and its statistics."""
    activations = await finished(request, engine.activations(network, image))
    statistics = await finished(request, engine.statistics(network, image, activations))
    return activations.layers[layer.id], statistics[layer.id]


def png(drawn: Drawing, headers: dict[str, str]) -> Png:
    return Png(drawn.png, headers=headers | drawn.headers)


def check_channel(layer: Layer, channel: int, count: int) -> None:
    """Raises UnknownChannel unless the layer has this many channels or filters."""
    if channel >= count:
        raise UnknownChannel(f"{layer.name} has {count} channels, numbered from 0 to {count - 1}.", count=count)


def colour_planes(network: Network, layer: Layer) -> tuple[int, ...] | None:
    """Which input channels are red, green and blue, for a convolution that looks at the picture itself; else None."""
    looks_at_the_picture = layer.op == "Conv" and layer.inputs == ("input",)
    return RGB_PLANES.get(network.card.input.channels) if looks_at_the_picture else None
