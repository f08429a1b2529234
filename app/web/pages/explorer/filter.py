"""The filter of one channel: its weights as a picture, its statistics, its input channels and similar filters."""

from dataclasses import dataclass
from urllib.parse import urlencode

from app.analysis.channel import FILTER_OPERATORS, Filter, filter_of
from app.analysis.filters import SIMILAR, FilterStatistics, colour_planes
from app.errors import NotAvailable
from app.nets.layer import INPUT, Layer
from app.nets.network import Network
from app.nets.session import Tensor
from app.rendering.filters import kernel_planes
from app.rendering.scale import scale_of
from app.rendering.sheet import SheetLayout, Tile, layout
from app.web.links import channel_path, model_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.explorer.gather import LayerData
from app.web.pages.legend import Legend, scale_fields

KERNEL_SIDE = 24  # pixels of one plane
FILTER_WIDTH = 128  # pixels at least of all planes of a filter together
COLOUR_SIDE = 96
THUMBNAIL_SIDE = 32
MAX_CONTRIBUTIONS = 8


@dataclass(frozen=True, slots=True)
class WeightsView:
    """Weights as a picture; `coloured` if it shows them as colours of the input."""

    src: str
    layout: SheetLayout
    coloured: bool
    legend: Legend
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ContributionView:
    """One plane of a filter and its contribution to the channel; `share` is of all planes, by mean magnitude.

    `input` is the input channel, `href` its page and `src` its map, `signed` if the map may be negative. `tile` is the
    plane's place on the sheet of all planes.
    """

    input: int
    name: str
    href: str | None
    src: str | None
    signed: bool
    mean_abs: float
    mean: float
    share: float
    tile: Tile


@dataclass(frozen=True, slots=True)
class SimilarFilterView:
    """One of the most similar filters of the layer, by the cosine of their weights."""

    channel: int
    cosine: float
    href: str
    is_near_duplicate: bool


@dataclass(frozen=True, slots=True)
class FilterView:
    """The filter of one channel. `colour` shows it as colours of the input, `planes` all its planes on one sheet.

    `contributions` are the planes with the largest ones, beside maps of the size `input_map`; `ordered` is whether the
    sheet is in that order. `similar` is None if the layer has too many filters to compare.
    """

    shape: tuple[int, ...]
    statistics: FilterStatistics
    colour: WeightsView | None
    planes: WeightsView
    ordered: bool
    contributions: tuple[ContributionView, ...]
    input_map: SheetLayout
    similar: tuple[SimilarFilterView, ...] | None
    threshold: float


def layer_weights(network: Network, layer: Layer) -> Tensor | None:
    """The layer's weights, (C_out, C_in / groups, kH, kW) or (N_out, N_in); None if it has none or they are missing."""
    if not network.has_weights or layer.op not in FILTER_OPERATORS:
        return None
    try:
        return network.weights(layer.id)
    except NotAvailable:
        return None


def weights_view(src: str, sheet: SheetLayout, weights: Tensor, *, coloured: bool) -> WeightsView:
    """Weights on one scale with zero in the middle; `sheet` is the layout of the picture at `src`."""
    scale = scale_of(weights, "channel", signed=True)
    legend = Legend(scale.lo, scale.hi, scale.signed, scale.domain)
    return WeightsView(src, sheet, coloured, legend, weights.shape)


def filter_view(network: Network, layer: Layer, address: Address, data: LayerData) -> FilterView | None:
    """The filter of the channel in the address; None if the layer has no filters."""
    number = address.channel
    if number is None or data.channel is None or data.channel.filter is None:
        return None
    weights, index = filter_of(network, layer, number)
    kernel, analysis = weights[index], data.channel.filter
    planes = kernel_planes(kernel).shape
    sheet = layout(planes, side=max(KERNEL_SIDE, FILTER_WIDTH // layout(planes).columns))
    path = channel_path(pinned_id(network), str(address.image), layer.id, number).removesuffix(".png")
    src = f"{path}/planes.png?size={max(sheet.cell_w, sheet.cell_h)}"
    return FilterView(
        shape=analysis.shape,
        statistics=analysis.statistics,
        colour=_colour_weights(network, layer, kernel, index),
        planes=weights_view(src, sheet, kernel, coloured=False),
        ordered=analysis.contributions is not None,
        input_map=layout((1, *_map_size(network, layer.inputs[0])), side=THUMBNAIL_SIDE),
        contributions=_contributions(network, layer.inputs[0], address, data, sheet),
        similar=_similar_filters(analysis, address),
        threshold=SIMILAR,
    )


def _colour_weights(network: Network, layer: Layer, kernel: Tensor, number: int) -> WeightsView | None:
    """A filter of the first layer as colours of the input."""
    if colour_planes(network, layer) is None or kernel.ndim != 3:
        return None
    sheet = layout((1, *kernel.shape[1:]), side=COLOUR_SIDE)
    path = f"{model_path(pinned_id(network))}/layers/{layer.id}/filters/{number}.png?size={COLOUR_SIDE}&colour=1"
    return weights_view(path, sheet, kernel, coloured=True)


def _contributions(
    network: Network, source: str, address: Address, data: LayerData, sheet: SheetLayout
) -> tuple[ContributionView, ...]:
    """The planes with the largest contributions; `source` is the id of the layer that they read."""
    contributions = data.channel.filter.contributions if data.channel and data.channel.filter else None
    if contributions is None:
        return ()
    total = float(contributions.mean_abs.sum()) or 1.0
    signed = data.is_signed(source)
    views = []
    for position, plane in enumerate(contributions.order[:MAX_CONTRIBUTIONS].tolist()):
        number = int(contributions.inputs[plane])
        views.append(
            ContributionView(
                input=number,
                name=_input_name(network, source, number),
                href=None if source == INPUT else address.link(layer=source, channel=number),
                src=_input_map(network, address, source, number),
                signed=signed,
                mean_abs=float(contributions.mean_abs[plane]),
                mean=float(contributions.mean[plane]),
                share=float(contributions.mean_abs[plane]) / total,
                tile=sheet.tile(position),
            )
        )
    return tuple(views)


def _input_name(network: Network, source: str, number: int) -> str:
    """The name of an input channel: its letter in RGB, else its number."""
    if source != INPUT:
        return str(number)
    channels = network.card.input.channels
    return channels[number] if len(channels) == 3 and number < 3 else str(number)


def _map_size(network: Network, source: str) -> tuple[int, int]:
    """The height and width of the maps of the layer that a filter reads."""
    return network.layer(source).map_size if source != INPUT else (1, 1)


def _input_map(network: Network, address: Address, source: str, number: int) -> str | None:
    if source == INPUT or not network.layer(source).has_maps:
        return None
    path = channel_path(pinned_id(network), str(address.image), source, number)
    return f"{path}?{urlencode({'size': THUMBNAIL_SIDE, **scale_fields('layer')})}"


def _similar_filters(analysis: Filter, address: Address) -> tuple[SimilarFilterView, ...] | None:
    if analysis.nearest is None:
        return None
    return tuple(
        SimilarFilterView(pair.other, pair.cosine, address.link(channel=pair.other), pair.cosine >= SIMILAR)
        for pair in analysis.nearest
    )
