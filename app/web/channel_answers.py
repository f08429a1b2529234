"""From what was worked out about a channel, a layer's filters or its fields to the JSON answers."""

from collections.abc import Iterable
from dataclasses import asdict

from app.nets.contributions import Contributions
from app.nets.examine import Cell, Examined, Filter
from app.nets.filters import Alike, LayerFilters
from app.nets.histogram import Histogram
from app.nets.layer import Box, Layer
from app.nets.network import Network
from app.nets.statistics import Statistics
from app.web.channel_schemas import (
    AlikeInfo,
    BoxInfo,
    CellInfo,
    ChannelDetail,
    ContributionsInfo,
    FieldsSeen,
    FilterFigures,
    FilterOfChannel,
    FiltersDetail,
    HistogramInfo,
)

Edges = list[tuple[int, int]]


def channel_detail(
    network: Network, image: str, layer: Layer, number: int, statistics: Statistics, examined: Examined
) -> ChannelDetail:
    channels = statistics.channels
    return ChannelDetail(
        model=network.id,
        image=image,
        layer=layer.id,
        channel=number,
        shape=list(layer.shape[1:]),
        min=float(channels.min[number]),
        max=float(channels.max[number]),
        mean=float(channels.mean[number]),
        std=float(channels.std[number]),
        zeros=float(channels.zeros[number]),
        rank=rank(statistics, number),
        histogram=_histogram(examined.histogram),
        strongest=_cell(examined.strongest),
        filter=None if examined.filter is None else _filter(examined.filter),
    )


def rank(statistics: Statistics, number: int) -> int:
    """A channel's place by mean; 1 is the greatest."""
    means = statistics.channels.mean
    return 1 + int((means > means[number]).sum())


def filters_detail(network: Network, layer: Layer, found: LayerFilters) -> FiltersDetail:
    return FiltersDetail(
        model=network.id,
        layer=layer.id,
        shape=list(network.weights(layer.id).shape),
        l1=[each.l1 for each in found.statistics],
        l2=[each.l2 for each in found.statistics],
        mean=[each.mean for each in found.statistics],
        near_zero=[each.near_zero for each in found.statistics],
        threshold=found.alike.threshold,
        pairs=found.alike.count,
        closest=_alike(found.alike.pairs),
    )


def fields_seen(network: Network, layer: Layer, rows: Edges, columns: Edges) -> FieldsSeen:
    return FieldsSeen(model=network.id, layer=layer.id, rows=rows, columns=columns)


def _histogram(found: Histogram) -> HistogramInfo:
    return HistogramInfo(edges=list(found.edges), counts=list(found.counts), zeros=found.zeros)


def _cell(cell: Cell) -> CellInfo:
    return CellInfo(y=cell.y, x=cell.x, value=cell.value, seen=box_info(cell.seen), field=box_info(cell.field))


def box_info(box: Box) -> BoxInfo:
    return BoxInfo(**asdict(box))


def _filter(found: Filter) -> FilterOfChannel:
    return FilterOfChannel(
        shape=list(found.shape),
        statistics=FilterFigures(**asdict(found.statistics)),
        nearest=None if found.nearest is None else _alike(found.nearest),
        contributions=None if found.contributions is None else _contributions(found.contributions),
    )


def _alike(pairs: Iterable[Alike]) -> list[AlikeInfo]:
    return [AlikeInfo(**asdict(pair)) for pair in pairs]


def _contributions(found: Contributions) -> ContributionsInfo:
    return ContributionsInfo(
        inputs=found.inputs.tolist(),
        mean_abs=found.mean_abs.tolist(),
        mean=found.mean.tolist(),
        order=found.order.tolist(),
    )
