"""From the engine's objects to one channel as the page shows it: its map, figures, strongest cell and filter."""

import numpy as np
from numpy.typing import NDArray

from app.errors import NotAvailable
from app.nets.contributions import Contributions
from app.nets.examine import FILTERED, Examined, Filter, cell_of
from app.nets.filters import ALIKE
from app.nets.layer import INPUT, Layer
from app.nets.network import Network
from app.nets.statistics import Statistics
from app.rendering.scale import scale_of
from app.rendering.sheet import SheetLayout, layout
from app.web.addresses import Address, channel_path, layer_path, model_path, pinned, shown_path
from app.web.asking import why_channel
from app.web.channel_answers import rank
from app.web.contexts import Legend
from app.web.histogram_chart import histogram_chart
from app.web.inspected import ChannelContext, ChannelFacts, Effective, FilterContext, Filters, Plane, PointedCell, Twin
from app.web.inspecting import Found, kept_place
from app.web.pictures import colour_planes
from app.web.scales import channel_scale
from app.web.units import has_places, unit_name

MAP_SIDE = 384  # pixels of a channel shown large
FILTER_SIDE = 24
FILTERS_WIDTH = 128  # pixels at least of one channel's filter, all its planes together
COLOUR_SIDE = 96
THUMB_SIDE = 48
PLANES_SHOWN = 8
Values = NDArray[np.float32]


def channel_context(network: Network, layer: Layer, address: Address, found: Found) -> ChannelContext | None:
    """The channel that the address names, if it names one and there are numbers of it."""
    number, statistics, examined = address.channel, found.statistics, found.examined
    if number is None or statistics is None or examined is None:
        return None
    scale = channel_scale(statistics, number, address.domain)
    height, width = layer.shape[1:] or (1, 1)
    path = channel_path(pinned(network), str(address.image), layer.id, number)
    side = max(height, width) * max(1, MAP_SIDE // max(height, width))
    mapped = has_places(layer)
    strongest = examined.strongest
    return ChannelContext(
        number=number,
        name=unit_name(network, layer, number),
        facts=_facts(statistics, number),
        legend=Legend(scale.lo, scale.hi, scale.hi, scale.signed, scale.domain),
        width=width,
        height=height,
        src=f"{path}?size={side}&domain={address.domain}" if mapped else None,
        over=f"{path}?overlay=1&colormap=grey&domain={address.domain}" if mapped else None,
        view=f"{shown_path(pinned(network), str(address.image))}/view.png",
        opacity=address.overlay,
        back=address.to(channel=number - 1) if number else None,
        forth=address.to(channel=number + 1) if number + 1 < layer.shape[0] else None,
        histogram=histogram_chart(examined.histogram) if mapped else None,
        strongest=PointedCell(strongest, address.to(cell=f"{strongest.y},{strongest.x}")),
        cell=_pointed(network, layer, address, found) if mapped else None,
        unpin=address.to(cell=None),
        why=why_channel(network, layer, number, address),
        filter=_filter(network, layer, address, found, examined),
    )


def layer_weights(network: Network, layer: Layer) -> Values | None:
    """The layer's weights, (C_out, C_in / groups, kH, kW) or (N_out, N_in), if it has any and they are here."""
    if not network.ready or layer.op not in FILTERED:
        return None
    try:
        return network.weights(layer.id)
    except NotAvailable:
        return None


def weights_picture(src: str, sheet: SheetLayout, weights: Values, *, coloured: bool) -> Filters:
    """Weights as a picture on one scale with zero in the middle, laid out as its sheet is."""
    scale = scale_of(weights, "channel", signed=True)
    legend = Legend(scale.lo, scale.hi, scale.hi, scale.signed, scale.domain)
    return Filters(src, sheet, coloured, legend, weights.shape)


def _facts(statistics: Statistics, number: int) -> ChannelFacts:
    channels = statistics.channels
    return ChannelFacts(
        min=float(channels.min[number]),
        max=float(channels.max[number]),
        mean=float(channels.mean[number]),
        std=float(channels.std[number]),
        zeros=float(channels.zeros[number]),
        rank=rank(statistics, number),
    )


def _pointed(network: Network, layer: Layer, address: Address, found: Found) -> PointedCell | None:
    """The cell that the address names, if the map has it."""
    place = kept_place(layer, address)
    if place is None or address.channel is None or found.activations is None:
        return None
    values = found.activations.layers[layer.id][address.channel]
    effective = None
    if found.effective is not None:
        path = layer_path(pinned(network), str(address.image), layer.id)
        src = f"{path}/cells/{address.channel}/{place[0]}/{place[1]}/effective.png"
        effective = Effective(src, found.effective.box)
    return PointedCell(cell_of(network.graph, layer, values, *place), address.to(), effective)


def _filter(network: Network, layer: Layer, address: Address, run: Found, examined: Examined) -> FilterContext | None:
    weights, number = layer_weights(network, layer), address.channel
    if weights is None or examined.filter is None or number is None:
        return None
    kernel, found = weights[number], examined.filter
    sheet = layout(kernel.shape, side=max(FILTER_SIDE, FILTERS_WIDTH // layout(kernel.shape).columns))
    path = channel_path(pinned(network), str(address.image), layer.id, number).removesuffix(".png")
    side = max(sheet.cell_w, sheet.cell_h)
    given = found.contributions
    return FilterContext(
        shape=found.shape,
        statistics=found.statistics,
        colour=_colour_picture(network, layer, kernel, number),
        planes=weights_picture(f"{path}/planes.png?size={side}", sheet, kernel, coloured=False),
        ordered=given is not None,
        given=() if given is None else _given(network, layer, address, given, sheet, run.negative),
        nearest=_nearest(found, address),
        threshold=ALIKE,
    )


def _colour_picture(network: Network, layer: Layer, kernel: Values, number: int) -> Filters | None:
    """A filter of the first layer in the picture's own colours."""
    if colour_planes(network, layer) is None or kernel.ndim != 3:
        return None
    sheet = layout((1, *kernel.shape[1:]), side=COLOUR_SIDE)
    path = f"{model_path(pinned(network))}/layers/{layer.id}/filters/{number}.png?size={COLOUR_SIDE}&colour=1"
    return weights_picture(path, sheet, kernel, coloured=True)


def _given(
    network: Network,
    layer: Layer,
    address: Address,
    given: Contributions,
    sheet: SheetLayout,
    negative: frozenset[str],
) -> tuple[Plane, ...]:
    """The planes that gave most, with the ways to the channels that they read."""
    source = layer.inputs[0]
    whole = float(given.mean_abs.sum()) or 1.0
    planes = []
    for place, plane in enumerate(given.order[:PLANES_SHOWN].tolist()):
        number = int(given.inputs[plane])
        planes.append(
            Plane(
                input=number,
                name=_input_name(network, source, number),
                href=None if source == INPUT else address.to(layer=source, channel=number),
                src=_input_map(network, address, source, number),
                signed=source in negative,
                mean_abs=float(given.mean_abs[plane]),
                mean=float(given.mean[plane]),
                share=float(given.mean_abs[plane]) / whole,
                box=sheet.box(place),
            )
        )
    return tuple(planes)


def _input_name(network: Network, source: str, number: int) -> str:
    """What a plane reads: a colour of the picture, or a channel by its number."""
    if source != INPUT:
        return str(number)
    channels = network.card.input.channels
    return channels[number] if len(channels) == 3 and number < 3 else str(number)


def _input_map(network: Network, address: Address, source: str, number: int) -> str | None:
    if source == INPUT or not has_places(network.layer(source)):
        return None
    return f"{channel_path(pinned(network), str(address.image), source, number)}?size={THUMB_SIDE}&domain=layer"


def _nearest(found: Filter, address: Address) -> tuple[Twin, ...] | None:
    if found.nearest is None:
        return None
    return tuple(
        Twin(each.other, each.cosine, address.to(channel=each.other), each.cosine >= ALIKE) for each in found.nearest
    )
