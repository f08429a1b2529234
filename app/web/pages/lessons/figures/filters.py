"""The first filters of a network and their maps for a photo, side by side."""

from dataclasses import dataclass
from urllib.parse import urlencode

from app.analysis.filters import colour_planes
from app.errors import NotAvailable
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.deps import Client
from app.web.links import channel_path, model_path, pinned_id
from app.web.pages.lessons.figures.network_photo import NetworkPhotoState, inference_of

COUNT = 8
FILTER_SIDE, MAP_SIDE = 96, 160  # pixels


@dataclass(frozen=True, slots=True)
class FilterMap:
    """A channel: the addresses of its filter and its map, the range of the map, and its page."""

    channel: int
    filter: str
    map: str
    least: float
    most: float
    href: str


@dataclass(frozen=True, slots=True)
class FiltersFigure:
    """The filters with the strongest maps. `in_colour` if their planes are the colours of the photo."""

    network: Network
    layer: Layer
    in_colour: bool
    is_signed: bool
    channels: tuple[FilterMap, ...]


async def gather_filters(client: Client, state: NetworkPhotoState) -> FiltersFigure:
    """The strongest channels of the first convolution.

    Raises:
        UnknownModel, UnknownImage: there is no such network or photo.
        NotAvailable: the network has no weights, or no convolution.
    """
    inference = await inference_of(client, state)
    network, image = inference.network, inference.image
    layer = next((each for each in network.graph.layers if each.op == "Conv" and each.has_maps), None)
    if layer is None:
        raise NotAvailable(f"{network.card.name} has no convolution.")
    run = await client.wait(client.engine.layers.summary(inference))
    statistics = run.statistics[layer.id]
    colours = colour_planes(network, layer)
    pinned, in_colour = pinned_id(network), colours is not None
    path = f"{model_path(pinned)}/layers/{layer.id}/filters"

    def channel_map(channel: int) -> FilterMap:
        style = {"size": MAP_SIDE, "domain": "layer"}
        view = {"model": network.id, "image": image, "layer": layer.id, "channel": channel}
        return FilterMap(
            channel=channel,
            filter=f"{path}/{channel}.png?{urlencode({'size': FILTER_SIDE} | ({'colour': 1} if in_colour else {}))}",
            map=f"{channel_path(pinned, image, layer.id, channel)}?{urlencode(style)}",
            least=float(statistics.channels.min[channel]),
            most=float(statistics.channels.max[channel]),
            href=f"?{urlencode(view)}",
        )

    strongest = [each.channel for each in statistics.layer.strongest[:COUNT]]
    return FiltersFigure(
        network=network,
        layer=layer,
        in_colour=in_colour,
        is_signed=statistics.layer.min < 0,
        channels=tuple(map(channel_map, strongest)),
    )
