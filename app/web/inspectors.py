"""From the engine's objects to the third place of the page: one layer, one channel."""

from collections.abc import Sequence
from math import ceil
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from app.engine import Statistics
from app.nets.layer import INPUT, Layer, ReceptiveField
from app.nets.network import Activations, Network
from app.nets.statistics import ChannelStatistics
from app.rendering.scale import Domain, scale_of
from app.rendering.sheet import Order, SheetLayout, channel_order, layout
from app.web.addresses import Address, SheetDomain, channel_path, layer_path, model_path, shown_path
from app.web.contexts import (
    ChannelContext,
    ChannelFacts,
    Choice,
    Filters,
    LayerContext,
    Legend,
    Sheet,
    Strong,
)
from app.web.pictures import check_channel, colour_planes
from app.web.scales import channel_scale, channel_scales
from app.web.wording import kind_of

SHEET_WIDTH = 640  # pixels that the third place can give a sheet
MAP_SIDE = 384  # pixels of a channel shown large
FILTER_SIDE = 24
FILTERS_WIDTH = 128  # pixels at least of one channel's filter, all its planes together
STRONG_SIDE = 64
Values = NDArray[np.float32]


def layer_context(
    network: Network, layer: Layer, address: Address, run: tuple[Activations, Statistics] | None
) -> LayerContext:
    """A layer, and with a run of the network what it gives. Raises UnknownChannel."""
    statistics = run[1] if run else None
    drawable = statistics is not None and not (statistics.layer.nan or statistics.layer.inf)
    activation = run[0].layers[layer.id] if run and drawable else None
    if address.channel is not None:
        check_channel(layer, address.channel, layer.shape[0])
    return LayerContext(
        layer=layer,
        name=layer.name,
        kind=kind_of(layer.op),
        inputs=tuple(
            (network.layer(name).name, address.to(layer=name, channel=None)) for name in layer.inputs if name != INPUT
        ),
        field=_moving_field(layer),
        statistics=statistics.layer if statistics else None,
        sheet=None if activation is None or not statistics else _sheet(network, layer, address, activation, statistics),
        strongest=_strongest(network, layer, address, statistics) if statistics else (),
        orders=tuple(Choice(name, address.to(order=name), name == address.order) for name in get_args(Order)),
        domains=tuple(Choice(name, address.to(domain=name), name == address.domain) for name in get_args(SheetDomain)),
        filters=_layer_filters(network, layer),
        channel=_channel(network, layer, address, statistics) if drawable and statistics else None,
        data=_data(network, layer, address.image if run else None),
    )


def fitting_side(layer_shape: Sequence[int]) -> int:
    """The side of a sheet's cells that makes it at least as wide as the page shows it, by whole magnifications."""
    columns = layout(layer_shape, side=max(layer_shape[1:], default=1)).columns
    longer = max(layer_shape[1:], default=1)
    wanted = max(1, SHEET_WIDTH // columns)
    return longer * ceil(wanted / longer) if longer <= wanted else ceil(longer / (longer // wanted))


def _sheet(network: Network, layer: Layer, address: Address, activation: Values, statistics: Statistics) -> Sheet:
    side = fitting_side(layer.shape)
    grid = layout(layer.shape, side=side)
    path = layer_path(network.id, str(address.image), layer.id)
    order = channel_order(activation, address.order).tolist()
    return Sheet(
        src=f"{path}.png?order={address.order}&domain={address.domain}&size={side}",
        layout=grid,
        order=None if address.order == "index" else tuple(order),
        chosen=None if address.channel is None else grid.box(order.index(address.channel)),
        legend=_sheet_legend(statistics, address.domain),
        statistics=path,
    )


def _sheet_legend(statistics: Statistics, domain: Domain) -> Legend:
    scales = channel_scales(statistics, domain)
    widest = max(scales, key=lambda scale: scale.hi)
    return Legend(widest.lo, widest.hi, min(scale.hi for scale in scales), widest.signed, widest.domain)


def _strongest(network: Network, layer: Layer, address: Address, statistics: Statistics) -> tuple[Strong, ...]:
    drawable = len(layer.shape) == 3 and not (statistics.layer.nan or statistics.layer.inf)
    return tuple(
        Strong(
            channel=strong.channel,
            name=_unit_name(network, layer, strong.channel),
            mean=strong.mean,
            href=address.to(channel=strong.channel),
            src=f"{channel_path(network.id, str(address.image), layer.id, strong.channel)}?size={STRONG_SIDE}"
            f"&domain={address.domain}"
            if drawable
            else None,
        )
        for strong in statistics.layer.strongest
    )


def _channel(network: Network, layer: Layer, address: Address, statistics: Statistics) -> ChannelContext | None:
    number = address.channel
    if number is None:
        return None
    scale = channel_scale(statistics, number, address.domain)
    height, width = layer.shape[1:] or (1, 1)
    path = channel_path(network.id, str(address.image), layer.id, number)
    side = max(height, width) * max(1, MAP_SIDE // max(height, width))
    mapped = len(layer.shape) == 3
    return ChannelContext(
        number=number,
        name=_unit_name(network, layer, number),
        facts=_facts(statistics.channels, number),
        legend=Legend(scale.lo, scale.hi, scale.hi, scale.signed, scale.domain),
        width=width,
        height=height,
        src=f"{path}?size={side}&domain={address.domain}" if mapped else None,
        over=f"{path}?overlay=1&colormap=grey&domain={address.domain}" if mapped else None,
        view=f"{shown_path(network.id, str(address.image))}/view.png",
        opacity=address.overlay,
        back=address.to(channel=number - 1) if number else None,
        forth=address.to(channel=number + 1) if number + 1 < layer.shape[0] else None,
        filter=_channel_filter(network, layer, number),
    )


def _facts(channels: ChannelStatistics, number: int) -> ChannelFacts:
    return ChannelFacts(
        min=float(channels.min[number]),
        max=float(channels.max[number]),
        mean=float(channels.mean[number]),
        std=float(channels.std[number]),
        zeros=float(channels.zeros[number]),
        rank=1 + int((channels.mean > channels.mean[number]).sum()),
    )


def _unit_name(network: Network, layer: Layer, number: int) -> str | None:
    """The class that a unit of the answer stands for."""
    graph = network.graph
    return network.labels[number] if layer in (graph.logits, graph.scores) else None


def _moving_field(layer: Layer) -> ReceptiveField | None:
    """The receptive field, where a cell's place says where it looks."""
    field = layer.receptive_field
    return field if field and min(field.step) > 0 and len(layer.shape) == 3 else None


def _kernels(network: Network, layer: Layer) -> Values | None:
    """A convolution's weights, (C_out, C_in / groups, kH, kW), if they are here."""
    return network.weights(layer.id) if network.ready and layer.op == "Conv" and "weight" in layer.weights else None


def _layer_filters(network: Network, layer: Layer) -> Filters | None:
    """All filters, where each is one small picture: those that look at the picture's colours, and depthwise ones."""
    kernels = _kernels(network, layer)
    coloured = colour_planes(network, layer) is not None
    if kernels is None or not (coloured or kernels.shape[1] == 1):
        return None
    sheet = layout((len(kernels), *kernels.shape[2:]), side=FILTER_SIDE)
    path = f"{model_path(network.id)}/layers/{layer.id}/filters.png?size={FILTER_SIDE}"
    return _filters(path, sheet, kernels, coloured=coloured)


def _channel_filter(network: Network, layer: Layer, number: int) -> Filters | None:
    kernels = _kernels(network, layer)
    if kernels is None:
        return None
    kernel = kernels[number]
    side = max(FILTER_SIDE, FILTERS_WIDTH // layout(kernel.shape).columns)
    sheet = layout(kernel.shape, side=side)
    path = f"{model_path(network.id)}/layers/{layer.id}/filters/{number}.png?size={side}"
    return _filters(path, sheet, kernel, coloured=False)


def _filters(src: str, sheet: SheetLayout, weights: Values, *, coloured: bool) -> Filters:
    scale = scale_of(weights, "layer", signed=True)
    legend = Legend(scale.lo, scale.hi, scale.hi, scale.signed, scale.domain)
    return Filters(src, sheet.width, sheet.height, coloured, legend, weights.shape)


def _data(network: Network, layer: Layer, image: str | None) -> tuple[tuple[str, str], ...]:
    """The same as this view through the API: what it is, and where."""
    links = []
    if image is not None:
        path = layer_path(network.id, image, layer.id)
        links += [("statistics", path), ("numbers", f"{path}.npy"), ("sheet", f"{path}.png?colormap=auto")]
    if network.ready and "weight" in layer.weights:
        links.append(("filters", f"{model_path(network.id)}/layers/{layer.id}/filters.npy"))
    return tuple(links)
