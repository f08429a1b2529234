"""From the engine's objects to the first two places of the page: the picture with its answer, and the network."""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import get_args

from app.nets.layer import Layer
from app.nets.network import Network, Scores
from app.nets.preprocess import RGB, crop_box, note_of
from app.nets.statistics import Statistics
from app.rendering.colormap import DEFAULT, DIVERGING, colour_table
from app.web.addresses import Address, channel_path, image_path, layer_path, pinned, shown_path
from app.web.answering import answer
from app.web.contexts import (
    Block,
    Choice,
    ColourTable,
    NetworkContext,
    Option,
    Row,
    Sample,
    Shown,
    Thumbnail,
    Totals,
)
from app.web.drawing import ColormapName
from app.web.wording import kind_of, short_name

THUMBNAIL_SIDE = 64
BARS_SIDE = 48  # as wide as the list shows them
OTHERS = 3

LayerStatisticsById = Mapping[str, Statistics]


def read_samples(path: Path) -> tuple[Sample, ...]:
    """The photos that ship, in the order of their list."""
    return tuple(
        Sample(**entry | {"known_to": tuple(entry["known_to"])}) for entry in json.loads(path.read_text("utf-8"))
    )


def shown(network: Network, address: Address, picture: RGB, scores: Scores | None) -> Shown:
    """The picture, with the network's answer if there is one."""
    height, width = picture.shape[:2]
    image = str(address.image)
    view = f"{shown_path(pinned(network), image)}/view.png"
    crop = crop_box(picture, network.card.input)
    said = answer(network, image, scores, address) if scores else None
    note = note_of(picture, network.card.input) if said else None
    return Shown(image_path(image), view, width, height, crop, note, said)


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
        ready=network.ready,
        options=tuple(Option(each.id, each.card.name, each.ready, each.id == network.id) for each in networks),
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
            kind=kind_of(layer.op),
            href=address.to(layer=layer.id, channel=None),
            thumbnail=thumbnail(network, layer, address, statistics[layer.id]) if statistics else None,
            chosen=layer.id == address.layer,
        )
        for layer in layers
    )
    return Block(name, rows, sum(layer.params for layer in layers), sum(layer.macs for layer in layers))


def thumbnail(network: Network, layer: Layer, address: Address, found: Statistics) -> Thumbnail | None:
    """The strongest channel, or where channels are single values all of them, as bars."""
    whole = found.layer
    if address.image is None or whole.nan or whole.inf:
        return None
    signed = whole.min < 0
    if found.channels.cells == 1:
        return Thumbnail(f"{layer_path(pinned(network), address.image, layer.id)}.png?size={BARS_SIDE}", None, signed)
    strongest, *others = (strong.channel for strong in whole.strongest[: 1 + OTHERS])
    path = channel_path(pinned(network), address.image, layer.id, strongest)
    return Thumbnail(f"{path}?size={THUMBNAIL_SIDE}", strongest, signed, tuple(others))


def colormap_choices(address: Address) -> tuple[Choice, ...]:
    return tuple(Choice(name, address.to(colormap=name), name == address.colormap) for name in get_args(ColormapName))


@lru_cache
def colour_filters(chosen: str) -> tuple[ColourTable, ColourTable]:
    """The tables for values without and with a sign."""
    names = (DEFAULT, DIVERGING) if chosen == "auto" else (chosen, chosen)
    unsigned, signed = (ColourTable(*_table_values(name)) for name in names)
    return unsigned, signed


def _table_values(name: str) -> tuple[str, str, str]:
    red, green, blue = (
        " ".join(f"{component / 255:.3f}".removeprefix("0") for component in column) for column in colour_table(name).T
    )
    return red, green, blue
