"""From the engine's objects to the first two places of the page: the picture with its answer, and the network."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from app.analysis.statistics import LayerStatisticsById
from app.nets.card import Card
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.components import NetworkOption
from app.web.pages.thumbnails import ThumbnailView, thumbnail
from app.web.pages.wording import operator_kind, short_name


@dataclass(frozen=True, slots=True)
class Row:
    """One layer in the list of all."""

    layer: Layer
    name: str
    kind: str
    href: str
    thumbnail: ThumbnailView | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive layers that belong together; without a name where they stand alone."""

    name: str | None
    rows: tuple[Row, ...]
    params: int
    macs: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of a whole network."""

    layers: int
    params: int
    macs: int
    depth: int
    classes: int


@dataclass(frozen=True, slots=True)
class NetworkContext:
    """The network that is looked at, and those there are; `blocks` have its layers where the page lists them."""

    card: Card
    ready: bool
    totals: Totals
    options: tuple[NetworkOption, ...]
    blocks: tuple[Block, ...]


def network_context(
    networks: Iterable[Network],
    network: Network,
    address: Address,
    statistics: LayerStatisticsById | None,
    *,
    listed: bool,
) -> NetworkContext:
    """The network, and where they are to be `listed` its layers in their order, grouped by block.

    They have thumbnails if a picture has been run through it.
    """
    graph = network.graph
    totals = Totals(len(graph.layers), graph.params, graph.macs, graph.depth, len(network.labels))
    blocks = (
        _block(network, name, tuple(layers), address, statistics)
        for name, layers in groupby(graph.layers, key=lambda layer: layer.block)
    )
    return NetworkContext(
        card=network.card,
        totals=totals,
        ready=network.has_weights,
        options=tuple(
            NetworkOption(each.id, each.card.name, each.has_weights, each.id == network.id) for each in networks
        ),
        blocks=tuple(blocks) if listed else (),
    )


def _block(
    network: Network,
    name: str | None,
    layers: tuple[Layer, ...],
    address: Address,
    statistics: LayerStatisticsById | None,
) -> Block:
    rows = tuple(
        Row(
            layer=layer,
            name=short_name(layer),
            kind=operator_kind(layer.op),
            href=address.link(layer=layer.id, channel=None),
            thumbnail=thumbnail(network, layer, address, statistics[layer.id]) if statistics else None,
            chosen=layer.id == address.layer,
        )
        for layer in layers
    )
    return Block(name, rows, sum(layer.params for layer in layers), sum(layer.macs for layer in layers))
