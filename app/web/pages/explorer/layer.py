"""One layer: all its channels on a sheet, or its values as bars, with their statistics and filters."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import urlencode

import numpy as np

from app.analysis.filters import LayerFilters, colour_planes
from app.analysis.operator_kind import operator_kind
from app.analysis.statistics import LayerStatistics, Order, Statistics
from app.arithmetic.working import operand
from app.nets.layer import INPUT, Layer, ReceptiveField, check_channel
from app.nets.network import Network
from app.rendering.channel_scales import SheetDomain
from app.rendering.sheet import SheetLayout, layout
from app.web.links import channel_path, model_path, pinned_id
from app.web.pages.address import Address, Zoom
from app.web.pages.components import Choice
from app.web.pages.explorer.channel import ChannelView, channel_view
from app.web.pages.explorer.filter import WeightsView, layer_weights, weights_view
from app.web.pages.explorer.formulas import FormulasView, formulas_of
from app.web.pages.explorer.gather import LayerData
from app.web.pages.explorer.sheet import SheetView, sheet_view
from app.web.pages.explorer.units import UnitsView, units_view
from app.web.pages.legend import scale_fields
from app.web.pages.wording import MINUS, TIMES, short_name

FILTER_SIDE = 36
THUMBNAIL_SIDE = 64
MAX_PAIRS = 24
MAX_DEAD = 24


@dataclass(frozen=True, slots=True)
class FilterPairView:
    """Two near-duplicate filters, and their pages."""

    one: int
    other: int
    cosine: float
    one_href: str
    other_href: str


@dataclass(frozen=True, slots=True)
class FilterPairsView:
    """The pairs of near-duplicate filters: their number, the cosine from which a pair counts, the most similar ones."""

    count: int
    threshold: float
    closest: tuple[FilterPairView, ...]


@dataclass(frozen=True, slots=True)
class StrongestChannelView:
    """One of the channels with the largest mean, its page, and its map on the scale of the sheet."""

    channel: int
    mean: float
    href: str
    src: str


@dataclass(frozen=True, slots=True)
class LayerView:
    """One layer, with its results if there is a run: maps as a `sheet`, the values of a vector as `units`.

    `short_name` is the name within the block, `field` the receptive field of a layer with maps. `inputs` are the names
    and the pages of the layers before it; `dead` the first channels that are zero everywhere and their pages.
    `quantisation` is what a number q of a quantised layer stands for.
    """

    layer: Layer
    name: str
    short_name: str
    kind: str
    inputs: tuple[tuple[str, str], ...]
    field: ReceptiveField | None
    quantisation: str | None
    formulas: FormulasView
    statistics: LayerStatistics | None
    sheet: SheetView | None
    units: UnitsView | None
    dead: tuple[tuple[int, str], ...]
    strongest: tuple[StrongestChannelView, ...]
    thumbnail: SheetLayout
    orders: tuple[Choice, ...]
    domains: tuple[Choice, ...]
    zooms: tuple[Choice, ...]
    filters: WeightsView | None
    pairs: FilterPairsView | None
    pairs_href: str | None
    pairs_json: str
    channel: ChannelView | None


def layer_view(network: Network, layer: Layer, address: Address, data: LayerData) -> LayerView:
    """A layer, with the results for it if there is a run. Raises UnknownChannel."""
    if address.channel is not None:
        check_channel(layer, address.channel, layer.channels)
    statistics = data.statistics
    finite = statistics if statistics and not (statistics.layer.nan or statistics.layer.inf) else None
    maps, vector = (finite, None) if layer.has_maps else (None, finite)
    return LayerView(
        layer=layer,
        name=layer.name,
        short_name=short_name(layer),
        kind=operator_kind(layer.op),
        inputs=tuple(
            (network.layer(name).name, address.link(layer=name, channel=None)) for name in layer.inputs if name != INPUT
        ),
        field=_local_field(layer),
        quantisation=_quantisation(layer),
        formulas=formulas_of(network, layer),
        statistics=statistics.layer if statistics else None,
        sheet=sheet_view(network, layer, address, data, maps) if maps else None,
        units=units_view(network, layer, address, vector) if vector else None,
        dead=_dead_channels(address, maps) if maps else (),
        strongest=_strongest_channels(network, layer, address, maps) if maps else (),
        thumbnail=layout((1, *layer.map_size), side=THUMBNAIL_SIDE),
        orders=_choices(address, "order", get_args(Order)),
        domains=_choices(address, "domain", get_args(SheetDomain)),
        zooms=_choices(address, "zoom", get_args(Zoom)),
        filters=_layer_filters(network, layer),
        pairs=_pairs(data.filters, address) if data.filters else None,
        pairs_href=address.link(alike=not address.alike) if _has_comparable_filters(network, layer) else None,
        pairs_json=f"{model_path(network.id)}/layers/{layer.id}/filters",
        channel=channel_view(network, layer, address, data) if finite else None,
    )


def _choices(address: Address, name: str, values: Iterable[str]) -> tuple[Choice, ...]:
    chosen: Any = getattr(address, name)
    return tuple(Choice(value, address.link(**{name: value}), value == chosen) for value in values)


def _dead_channels(address: Address, statistics: Statistics) -> tuple[tuple[int, str], ...]:
    """The first channels that are zero everywhere, and their pages."""
    dead = np.flatnonzero(statistics.channels.zeros == 1)[:MAX_DEAD].tolist()
    return tuple((channel, address.link(channel=channel)) for channel in dead)


def _strongest_channels(
    network: Network, layer: Layer, address: Address, statistics: Statistics
) -> tuple[StrongestChannelView, ...]:
    paths = (
        channel_path(pinned_id(network), str(address.image), layer.id, each.channel)
        for each in statistics.layer.strongest
    )
    query = urlencode({"size": THUMBNAIL_SIDE, **scale_fields(address.domain)})
    return tuple(
        StrongestChannelView(
            channel=strong.channel,
            mean=strong.mean,
            href=address.link(channel=strong.channel),
            src=f"{path}?{query}",
        )
        for strong, path in zip(statistics.layer.strongest, paths, strict=True)
    )


def _local_field(layer: Layer) -> ReceptiveField | None:
    """The receptive field, if it moves with the cell."""
    field = layer.receptive_field
    return field if min(field.step) > 0 and layer.is_channels_first and len(layer.shape) > 1 else None


def _quantisation(layer: Layer) -> str | None:
    """(q - zero point) scale, with the layer's figures."""
    given = layer.quantisation
    return f"(q {MINUS} {operand(given.zero_point)}) {TIMES} {operand(given.scale)}" if given else None


def _layer_filters(network: Network, layer: Layer) -> WeightsView | None:
    """All filters, if each is one small picture: those of the first layer as colours, and depthwise ones."""
    kernels = layer_weights(network, layer)
    coloured = colour_planes(network, layer) is not None
    if kernels is None or kernels.ndim != 4 or not (coloured or kernels.shape[1] == 1):
        return None
    sheet = layout((len(kernels), *kernels.shape[2:]), side=FILTER_SIDE)
    path = f"{model_path(pinned_id(network))}/layers/{layer.id}/filters.png?size={FILTER_SIDE}"
    return weights_view(path, sheet, kernels, coloured=coloured)


def _has_comparable_filters(network: Network, layer: Layer) -> bool:
    """Whether the layer has more than one filter to compare."""
    weights = layer_weights(network, layer)
    return weights is not None and len(weights) > 1


def _pairs(filters: LayerFilters, address: Address) -> FilterPairsView:
    return FilterPairsView(
        count=filters.alike.count,
        threshold=filters.alike.threshold,
        closest=tuple(
            FilterPairView(
                pair.one, pair.other, pair.cosine, address.link(channel=pair.one), address.link(channel=pair.other)
            )
            for pair in filters.alike.pairs[:MAX_PAIRS]
        ),
    )
