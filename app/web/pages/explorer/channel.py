"""One channel: its map, its statistics, its histogram, two of its cells and its filter."""

from dataclasses import dataclass
from urllib.parse import urlencode

from app.analysis.channel import MapCell
from app.analysis.statistics import Statistics, rank
from app.nets.layer import Box, CellPlace, Layer
from app.nets.network import Network
from app.rendering.channel_scales import channel_scale
from app.web.links import channel_path, image_api_path, layer_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.charts.histogram import HistogramChart, histogram_chart
from app.web.pages.explanation.question import channel_question
from app.web.pages.explorer.filter import FilterView, filter_view
from app.web.pages.explorer.gather import LayerData
from app.web.pages.legend import Legend, map_legend, scale_fields
from app.web.pages.prediction import unit_name

MAP_SIDE = 352  # pixels of a large map, which a narrow phone has too


@dataclass(frozen=True, slots=True)
class ChannelStatisticsView:
    """The statistics of one channel; `zeros` is a share, `rank` its position in the layer by mean."""

    min: float
    max: float
    mean: float
    std: float
    zeros: float
    rank: int


@dataclass(frozen=True, slots=True)
class EffectiveFieldView:
    """The effective receptive field of a cell: its PNG, and the pixels with most of it; None if it is zero."""

    src: str
    box: Box | None


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell of the map, the address that pins it, and the page of how its number is computed."""

    cell: MapCell
    href: str
    computation: str
    effective_field: EffectiveFieldView | None = None

    @property
    def padded(self) -> bool:
        """Whether a part of the receptive field is padding."""
        return self.cell.field != self.cell.seen


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One channel of a layer. `width` and `height` count its cells; a unit of a vector has one cell and no map.
    A cell is drawn as `magnify` by `magnify` pixels.

    `src` is the address of the map as PNG, `overlay` that of the map to lay over the input, `view` that of the input.
    `unpin` is the page without a pinned cell, `question` the page that explains the channel, `computation`
    that of how its first number is computed. `apart` are the cells of tokens apart from the map.
    """

    number: int
    name: str | None
    statistics: ChannelStatisticsView
    legend: Legend
    width: int
    height: int
    magnify: int
    src: str | None
    overlay: str | None
    view: str
    opacity: float | None
    previous: str | None
    next: str | None
    histogram: HistogramChart | None
    strongest: CellView
    apart: tuple[CellView, ...]
    pinned: CellView | None
    unpin: str
    question: str
    computation: str
    filter: FilterView | None


def channel_view(network: Network, layer: Layer, address: Address, data: LayerData) -> ChannelView | None:
    """The channel of the address; None if it has none, or there are no results for it."""
    number, statistics, analysis = address.channel, data.statistics, data.channel
    if number is None or statistics is None or analysis is None:
        return None
    scale = channel_scale(statistics, number, address.domain, data.clip)
    height, width = layer.map_size
    path = channel_path(pinned_id(network), str(address.image), layer.id, number)
    magnify = max(1, MAP_SIDE // max(height, width))
    scaled = scale_fields(address.domain)
    strongest = analysis.strongest
    return ChannelView(
        number=number,
        name=unit_name(network, layer, number),
        statistics=_statistics(statistics, number),
        legend=map_legend(scale, statistics.layer, data.clip),
        width=width,
        height=height,
        magnify=magnify,
        src=f"{path}?{urlencode({'size': magnify * max(height, width), **scaled})}" if layer.has_maps else None,
        overlay=f"{path}?{urlencode({'overlay': 1, 'colormap': 'grey', **scaled})}" if layer.has_maps else None,
        view=f"{image_api_path(pinned_id(network), str(address.image))}/view.png",
        opacity=address.overlay,
        previous=address.link(channel=number - 1) if number else None,
        next=address.link(channel=number + 1) if number + 1 < layer.channels else None,
        histogram=histogram_chart(analysis.histogram) if layer.has_maps else None,
        strongest=_cell(layer, number, address, strongest),
        apart=tuple(_cell(layer, number, address, cell) for cell in analysis.apart),
        pinned=_pinned_cell(network, layer, address, data) if layer.has_maps else None,
        unpin=address.link(cell=None),
        question=channel_question(network, layer, number, address),
        computation=address.number_link(CellPlace(layer.id, number)),
        filter=filter_view(network, layer, address, data),
    )


def _statistics(statistics: Statistics, number: int) -> ChannelStatisticsView:
    channels = statistics.channels
    return ChannelStatisticsView(
        min=float(channels.min[number]),
        max=float(channels.max[number]),
        mean=float(channels.mean[number]),
        std=float(channels.std[number]),
        zeros=float(channels.zeros[number]),
        rank=rank(statistics, number),
    )


def _pinned_cell(network: Network, layer: Layer, address: Address, data: LayerData) -> CellView | None:
    if data.pinned_cell is None or address.channel is None:
        return None
    field = None
    if data.effective_field is not None:
        path = layer_path(pinned_id(network), str(address.image), layer.id)
        src = f"{path}/cells/{address.channel}/{data.pinned_cell.y}/{data.pinned_cell.x}/effective.png"
        field = EffectiveFieldView(src, data.effective_field.box)
    return _cell(layer, address.channel, address, data.pinned_cell, field)


def _cell(
    layer: Layer, channel: int, address: Address, cell: MapCell, field: EffectiveFieldView | None = None
) -> CellView:
    place = CellPlace(layer.id, channel, cell.y, cell.x)
    return CellView(cell, address.link(cell=f"{cell.y},{cell.x}"), address.number_link(place), field)
