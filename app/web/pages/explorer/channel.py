"""From the engine's objects to one channel as the page shows it: its map, figures, strongest cell and filter."""

from dataclasses import dataclass

from app.analysis.channel import MapCell, map_cell
from app.analysis.statistics import Statistics, rank
from app.nets.layer import Box as Field
from app.nets.layer import Layer
from app.nets.network import Network
from app.rendering.channel_scales import channel_scale
from app.web.links import channel_path, image_api_path, layer_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.charts.histogram import HistogramChart, histogram_chart
from app.web.pages.components import Legend
from app.web.pages.explanation.question import channel_question
from app.web.pages.explorer.filter import FilterContext, _filter
from app.web.pages.explorer.gather import Found, kept_place
from app.web.pages.explorer.units import unit_name

MAP_SIDE = 384  # pixels of a channel shown large


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """The statistics of one channel."""

    min: float
    max: float
    mean: float
    std: float
    zeros: float
    rank: int


@dataclass(frozen=True, slots=True)
class Effective:
    """What a cell really depends on: the picture of it, and the pixels where most of that is, if it depends on any."""

    src: str
    box: Field | None


@dataclass(frozen=True, slots=True)
class PointedCell:
    """A cell that the address or the page points at, and the address that does."""

    cell: MapCell
    href: str
    effective: Effective | None = None

    @property
    def padded(self) -> bool:
        """Whether a part of its field lies outside the view."""
        return self.cell.field != self.cell.seen


@dataclass(frozen=True, slots=True)
class ChannelContext:
    """One channel of a layer, large. `width` and `height` are its cells; a unit of a vector has one and no map.

    `cell` is the one that the address names, `unpin` the address without it, `question` that of its explanation.
    """

    number: int
    name: str | None
    facts: ChannelFacts
    legend: Legend
    width: int
    height: int
    src: str | None
    over: str | None
    view: str
    opacity: float | None
    back: str | None
    forth: str | None
    histogram: HistogramChart | None
    strongest: PointedCell
    cell: PointedCell | None
    unpin: str
    question: str
    filter: FilterContext | None


def channel_context(network: Network, layer: Layer, address: Address, found: Found) -> ChannelContext | None:
    """The channel that the address names, if it names one and there are numbers of it."""
    number, statistics, examined = address.channel, found.statistics, found.examined
    if number is None or statistics is None or examined is None:
        return None
    scale = channel_scale(statistics, number, address.domain)
    height, width = layer.map_size
    path = channel_path(pinned_id(network), str(address.image), layer.id, number)
    side = max(height, width) * max(1, MAP_SIDE // max(height, width))
    mapped = layer.has_maps
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
        view=f"{image_api_path(pinned_id(network), str(address.image))}/view.png",
        opacity=address.overlay,
        back=address.link(channel=number - 1) if number else None,
        forth=address.link(channel=number + 1) if number + 1 < layer.channels else None,
        histogram=histogram_chart(examined.histogram) if mapped else None,
        strongest=PointedCell(strongest, address.link(cell=f"{strongest.y},{strongest.x}")),
        cell=_pointed(network, layer, address, found) if mapped else None,
        unpin=address.link(cell=None),
        question=channel_question(network, layer, number, address),
        filter=_filter(network, layer, address, found, examined),
    )


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
    values = layer.maps_of(found.activations.layers[layer.id])[address.channel]
    effective = None
    if found.effective is not None:
        path = layer_path(pinned_id(network), str(address.image), layer.id)
        src = f"{path}/cells/{address.channel}/{place[0]}/{place[1]}/effective.png"
        effective = Effective(src, found.effective.box)
    return PointedCell(map_cell(network.graph, layer, values, *place), address.link(), effective)
