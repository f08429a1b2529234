"""Some layers of a network from the first to the last: the strongest maps of each for a photo."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from app.analysis.statistics import LayerStatistics
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.deps import Client
from app.web.links import channel_path, pinned_id
from app.web.pages.lessons.figures.network_photo import NetworkPhotoState, inference_of

STAGES, MAPS, MAP_SIDE = 6, 4, 160


@dataclass(frozen=True, slots=True)
class MapsStage:
    """A layer, its statistics, the addresses of its strongest maps with the channel of each, and its page."""

    layer: Layer
    statistics: LayerStatistics
    maps: tuple[tuple[int, str], ...]
    is_signed: bool
    href: str

    @property
    def field(self) -> tuple[int, int]:
        """Rows and columns of the receptive field, in pixels of the input."""
        rows, columns = self.layer.receptive_field.size
        return round(rows), round(columns)


@dataclass(frozen=True, slots=True)
class MapsFigure:
    """The stages from the first to the last; (rows, columns) of the network's input."""

    network: Network
    input_size: tuple[int, int]
    stages: tuple[MapsStage, ...]


async def gather_maps(client: Client, state: NetworkPhotoState) -> MapsFigure:
    """The last layer of each size of map.

    Raises:
        UnknownModel, UnknownImage: there is no such network or photo.
        NotAvailable: the network has no weights.
    """
    inference = await inference_of(client, state)
    network, image = inference.network, inference.image
    run = await client.wait(client.engine.layers.summary(inference))
    pinned = pinned_id(network)

    def stage(layer: Layer) -> MapsStage:
        statistics = run.statistics[layer.id].layer
        query = urlencode({"size": MAP_SIDE, "domain": "layer"})
        view = {"model": network.id, "image": image, "layer": layer.id}
        strongest = [each.channel for each in statistics.strongest[:MAPS]]
        return MapsStage(
            layer=layer,
            statistics=statistics,
            maps=tuple((channel, f"{channel_path(pinned, image, layer.id, channel)}?{query}") for channel in strongest),
            is_signed=statistics.min < 0,
            href=f"?{urlencode(view)}",
        )

    spec = network.card.input
    return MapsFigure(network, (spec.height, spec.width), tuple(map(stage, _stages(network.graph.layers))))


def _stages(layers: Iterable[Layer]) -> list[Layer]:
    """Of each size of map the last layer; at most six, from the first size to the last."""
    last = {layer.map_size: layer for layer in layers if layer.is_spatial and min(layer.map_size) > 1}
    sizes = list(last.values())
    if len(sizes) <= STAGES:
        return sizes
    return [sizes[round(place * (len(sizes) - 1) / (STAGES - 1))] for place in range(STAGES)]
