"""From the engine's objects to the third place of the page: one layer, all its channels or values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, get_args

import numpy as np

from app.analysis.filters import LayerFilters, colour_planes
from app.analysis.statistics import LayerStatistics, Order, Statistics, channel_order
from app.nets.layer import INPUT, Layer, ReceptiveField, check_channel
from app.nets.network import Network
from app.rendering.channel_scales import SheetDomain, channel_scales
from app.rendering.scale import Domain
from app.rendering.sheet import SheetLayout, Tile, layout
from app.web.links import channel_path, layer_path, model_path, pinned_id
from app.web.pages.address import Address, Zoom
from app.web.pages.components import Choice, Legend
from app.web.pages.explorer.channel import ChannelContext, channel_context
from app.web.pages.explorer.filter import Filters, layer_weights, weights_picture
from app.web.pages.explorer.gather import Found
from app.web.pages.explorer.units import Units, units_context
from app.web.pages.wording import operator_kind, short_name

SHEET_WIDTH = 640  # pixels that the third place can give a sheet
FILTER_SIDE = 36
STRONG_SIDE = 64
PAIRS_SHOWN = 24
DEAD_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Pair:
    """Two filters of a layer that are nearly the same."""

    one: int
    other: int
    cosine: float
    one_href: str
    other_href: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of filters that are nearly the same: how many, from which cosine on, and the closest."""

    count: int
    threshold: float
    closest: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All channels of a layer as one picture, with the geometry that says which is where.

    `order` has the channel at each place, unless they are in the order of their numbers. `chosen` is the chosen
    channel's box, `dead` those of the channels that are zero everywhere, `statistics` the address of every channel's
    figures, `fields` of what the cells see.
    """

    src: str
    layout: SheetLayout
    order: tuple[int, ...] | None
    chosen: Tile | None
    dead: tuple[Tile, ...]
    legend: Legend
    statistics: str
    fields: str


@dataclass(frozen=True, slots=True)
class Strong:
    """A channel with a great mean, and the way to it."""

    channel: int
    mean: float
    href: str
    src: str


@dataclass(frozen=True, slots=True)
class LayerContext:
    """One layer: what it is, and with a picture what it gives. Maps come as a `sheet`, a vector's values as `units`.

    `short_name` is that within its block, `dead` are the first few channels that are zero everywhere, and the ways to
    them.
    """

    layer: Layer
    name: str
    short_name: str
    kind: str
    inputs: tuple[tuple[str, str], ...]
    field: ReceptiveField | None
    statistics: LayerStatistics | None
    sheet: Sheet | None
    units: Units | None
    dead: tuple[tuple[int, str], ...]
    strongest: tuple[Strong, ...]
    orders: tuple[Choice, ...]
    domains: tuple[Choice, ...]
    zooms: tuple[Choice, ...]
    filters: Filters | None
    pairs: Pairs | None
    pairs_href: str | None
    pairs_json: str
    channel: ChannelContext | None


def layer_context(network: Network, layer: Layer, address: Address, found: Found) -> LayerContext:
    """A layer, and with a run of the network what it gives. Raises UnknownChannel."""
    if address.channel is not None:
        check_channel(layer, address.channel, layer.channels)
    statistics = found.statistics
    drawable = statistics is not None and not (statistics.layer.nan or statistics.layer.inf)
    shown = statistics if drawable else None
    mapped = layer.has_maps
    return LayerContext(
        layer=layer,
        name=layer.name,
        short_name=short_name(layer),
        kind=operator_kind(layer.op),
        inputs=tuple(
            (network.layer(name).name, address.link(layer=name, channel=None)) for name in layer.inputs if name != INPUT
        ),
        field=_moving_field(layer),
        statistics=statistics.layer if statistics else None,
        sheet=_sheet(network, layer, address, shown) if shown and mapped else None,
        units=units_context(network, layer, address, shown) if shown and not mapped else None,
        dead=_dead(address, shown) if shown and mapped else (),
        strongest=_strongest(network, layer, address, shown) if shown and mapped else (),
        orders=_choices(address, "order", get_args(Order)),
        domains=_choices(address, "domain", get_args(SheetDomain)),
        zooms=_choices(address, "zoom", get_args(Zoom)),
        filters=_layer_filters(network, layer),
        pairs=None if found.filters is None else _pairs(found.filters, address),
        pairs_href=address.link(alike=not address.alike) if _compared(network, layer) else None,
        pairs_json=f"{model_path(network.id)}/layers/{layer.id}/filters",
        channel=channel_context(network, layer, address, found) if shown else None,
    )


def fitting_side(layer_shape: Sequence[int]) -> int:
    """The side of a sheet's cells that makes it at least as wide as the page shows it, by whole magnifications."""
    columns = layout(layer_shape, side=max(layer_shape[1:], default=1)).columns
    longer = max(layer_shape[1:], default=1)
    wanted = max(1, SHEET_WIDTH // columns)
    return longer * ceil(wanted / longer) if longer <= wanted else ceil(longer / (longer // wanted))


def _choices(address: Address, name: str, values: Iterable[str]) -> tuple[Choice, ...]:
    said: Any = getattr(address, name)
    return tuple(Choice(value, address.link(**{name: value}), value == said) for value in values)


def _sheet(network: Network, layer: Layer, address: Address, statistics: Statistics) -> Sheet:
    side = fitting_side(layer.map_shape)
    grid = layout(layer.map_shape, side=side)
    path = layer_path(pinned_id(network), str(address.image), layer.id)
    order = channel_order(statistics.channels, address.order).tolist()
    dead = set(np.flatnonzero(statistics.channels.zeros == 1).tolist())
    return Sheet(
        src=f"{path}.png?order={address.order}&domain={address.domain}&size={side}",
        layout=grid,
        order=None if address.order == "index" else tuple(order),
        chosen=None if address.channel is None else grid.tile(order.index(address.channel)),
        dead=tuple(grid.tile(place) for place, channel in enumerate(order) if channel in dead),
        legend=_sheet_legend(statistics, address.domain),
        statistics=path,
        fields=f"{model_path(pinned_id(network))}/layers/{layer.id}/fields",
    )


def _sheet_legend(statistics: Statistics, domain: Domain) -> Legend:
    scales = channel_scales(statistics, domain)
    widest = max(scales, key=lambda scale: scale.hi)
    return Legend(widest.lo, widest.hi, min(scale.hi for scale in scales), widest.signed, widest.domain)


def _dead(address: Address, statistics: Statistics) -> tuple[tuple[int, str], ...]:
    """The first few channels that are zero everywhere, and the ways to them."""
    dead = np.flatnonzero(statistics.channels.zeros == 1)[:DEAD_SHOWN].tolist()
    return tuple((channel, address.link(channel=channel)) for channel in dead)


def _strongest(network: Network, layer: Layer, address: Address, statistics: Statistics) -> tuple[Strong, ...]:
    paths = (
        channel_path(pinned_id(network), str(address.image), layer.id, each.channel)
        for each in statistics.layer.strongest
    )
    return tuple(
        Strong(
            channel=strong.channel,
            mean=strong.mean,
            href=address.link(channel=strong.channel),
            src=f"{path}?size={STRONG_SIDE}&domain={address.domain}",
        )
        for strong, path in zip(statistics.layer.strongest, paths, strict=True)
    )


def _moving_field(layer: Layer) -> ReceptiveField | None:
    """The receptive field, where a cell's place says where it looks."""
    field = layer.receptive_field
    return field if min(field.step) > 0 and layer.is_channels_first and len(layer.shape) > 1 else None


def _layer_filters(network: Network, layer: Layer) -> Filters | None:
    """All filters, where each is one small picture: those that look at the picture's colours, and depthwise ones."""
    kernels = layer_weights(network, layer)
    coloured = colour_planes(network, layer) is not None
    if kernels is None or kernels.ndim != 4 or not (coloured or kernels.shape[1] == 1):
        return None
    sheet = layout((len(kernels), *kernels.shape[2:]), side=FILTER_SIDE)
    path = f"{model_path(pinned_id(network))}/layers/{layer.id}/filters.png?size={FILTER_SIDE}"
    return weights_picture(path, sheet, kernels, coloured=coloured)


def _compared(network: Network, layer: Layer) -> bool:
    """Whether the layer has filters that can be compared with each other."""
    weights = layer_weights(network, layer)
    return weights is not None and len(weights) > 1


def _pairs(found: LayerFilters, address: Address) -> Pairs:
    return Pairs(
        count=found.alike.count,
        threshold=found.alike.threshold,
        closest=tuple(
            Pair(pair.one, pair.other, pair.cosine, address.link(channel=pair.one), address.link(channel=pair.other))
            for pair in found.alike.pairs[:PAIRS_SHOWN]
        ),
    )
