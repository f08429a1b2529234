"""What the third place's templates are given: one layer, one channel, frozen and with every decision made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.analysis.channel import FILTER_OPERATORS, ChannelAnalysis, Filter
from app.analysis.contributions import Contributions
from app.analysis.filters import SIMILAR, FilterStatistics, colour_planes
from app.errors import NotAvailable
from app.nets.layer import INPUT, Layer
from app.nets.network import Network
from app.rendering.scale import scale_of
from app.rendering.sheet import SheetLayout, Tile, layout
from app.web.links import channel_path, model_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.components import Legend
from app.web.pages.explorer.gather import Found

FILTER_SIDE = 24
FILTERS_WIDTH = 128  # pixels at least of one channel's filter, all its planes together
COLOUR_SIDE = 96
THUMB_SIDE = 48
PLANES_SHOWN = 8
Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Filters:
    """The weights of a convolution as pictures; `coloured` where they look at the picture's own colours."""

    src: str
    layout: SheetLayout
    coloured: bool
    legend: Legend
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plane:
    """One plane of a filter and what it gave: `share` of what all planes gave, by mean magnitude.

    `input` is the channel that it reads, `href` the way there and `src` that channel's map, where it has one, `signed`
    if it may be negative. `box` is where the plane lies on the sheet of all planes.
    """

    input: int
    name: str
    href: str | None
    src: str | None
    signed: bool
    mean_abs: float
    mean: float
    share: float
    box: Tile


@dataclass(frozen=True, slots=True)
class Twin:
    """A filter that points in nearly the same direction, or is the nearest there is."""

    channel: int
    cosine: float
    href: str
    alike: bool


@dataclass(frozen=True, slots=True)
class FilterContext:
    """The filter of one channel. `colour` draws it in the picture's colours, `planes` all its planes on one sheet.

    `given` are the planes that gave most, `ordered` says that the sheet is in that order; `nearest` is None where there
    are too many filters to compare.
    """

    shape: tuple[int, ...]
    statistics: FilterStatistics
    colour: Filters | None
    planes: Filters
    ordered: bool
    given: tuple[Plane, ...]
    nearest: tuple[Twin, ...] | None
    threshold: float


def layer_weights(network: Network, layer: Layer) -> Values | None:
    """The layer's weights, (C_out, C_in / groups, kH, kW) or (N_out, N_in), if it has any and they are here."""
    if not network.has_weights or layer.op not in FILTER_OPERATORS:
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


def _filter(
    network: Network, layer: Layer, address: Address, run: Found, examined: ChannelAnalysis
) -> FilterContext | None:
    weights, number = layer_weights(network, layer), address.channel
    if weights is None or examined.filter is None or number is None:
        return None
    kernel, found = weights[number], examined.filter
    sheet = layout(kernel.shape, side=max(FILTER_SIDE, FILTERS_WIDTH // layout(kernel.shape).columns))
    path = channel_path(pinned_id(network), str(address.image), layer.id, number).removesuffix(".png")
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
        threshold=SIMILAR,
    )


def _colour_picture(network: Network, layer: Layer, kernel: Values, number: int) -> Filters | None:
    """A filter of the first layer in the picture's own colours."""
    if colour_planes(network, layer) is None or kernel.ndim != 3:
        return None
    sheet = layout((1, *kernel.shape[1:]), side=COLOUR_SIDE)
    path = f"{model_path(pinned_id(network))}/layers/{layer.id}/filters/{number}.png?size={COLOUR_SIDE}&colour=1"
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
                href=None if source == INPUT else address.link(layer=source, channel=number),
                src=_input_map(network, address, source, number),
                signed=source in negative,
                mean_abs=float(given.mean_abs[plane]),
                mean=float(given.mean[plane]),
                share=float(given.mean_abs[plane]) / whole,
                box=sheet.tile(place),
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
    if source == INPUT or not network.layer(source).has_maps:
        return None
    return f"{channel_path(pinned_id(network), str(address.image), source, number)}?size={THUMB_SIDE}&domain=layer"


def _nearest(found: Filter, address: Address) -> tuple[Twin, ...] | None:
    if found.nearest is None:
        return None
    return tuple(
        Twin(each.other, each.cosine, address.link(channel=each.other), each.cosine >= SIMILAR)
        for each in found.nearest
    )
