"""The numbers behind the third place of the page: waited for before it is worded."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request

from app.analysis.channel import Examined
from app.analysis.effective_field import EffectiveField
from app.analysis.filters import LayerFilters
from app.analysis.statistics import LayerStatisticsById, Statistics
from app.engine.engine import Engine
from app.engine.explanations import Explainer
from app.errors import ConvScopeError, NotDifferentiable
from app.nets.layer import Layer
from app.nets.network import Activations, Network
from app.web.api.filters import examination, filters_of
from app.web.deps import finished
from app.web.pages.address import Address
from app.web.pages.components import Notice
from app.web.pages.explanation.gather import WhyFound
from app.web.pages.explorer.input import Prepared
from app.web.pages.explorer.picture import Shown


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of the layer that is looked at; None where it was not asked for or there is none.

    `negative` names the layers with a negative value; `notice` tells why something that was asked for is missing.
    """

    activations: Activations | None = None
    statistics: Statistics | None = None
    negative: frozenset[str] = frozenset()
    examined: Examined | None = None
    effective: EffectiveField | None = None
    filters: LayerFilters | None = None
    notice: Notice | None = None


async def find_numbers(
    request: Request,
    engine: Engine,
    network: Network,
    address: Address,
    run: tuple[Activations, Mapping[str, Statistics]] | None,
) -> Found:
    """What the address asks for about one layer; `run` is what its picture gave."""
    layer = network.graph.by_id.get(address.layer or "")
    if layer is None:
        return Found()
    activations, statistics = (run[0], run[1][layer.id]) if run else (None, None)
    examined, effective, filters, notice = None, None, None, None
    try:
        if activations and statistics and address.image and _has(layer, address.channel, statistics):
            ticket = examination(engine, network, layer, address.image, address.channel or 0, activations)
            examined = await finished(request, ticket)
            effective = await _effective(request, network, layer, address)
        if address.alike:
            filters = await finished(request, filters_of(engine, network, layer))
    except ConvScopeError as error:
        notice = Notice.of(error)
    negative = frozenset(layer for layer, each in (run[1] if run else {}).items() if each.layer.min < 0)
    return Found(activations, statistics, negative, examined, effective, filters, notice)


def _has(layer: Layer, channel: int | None, statistics: Statistics) -> bool:
    """Whether there is such a channel, in a layer whose numbers can be shown."""
    finite = not (statistics.layer.nan or statistics.layer.inf)
    return finite and channel is not None and channel < layer.channels


async def _effective(request: Request, network: Network, layer: Layer, address: Address) -> EffectiveField | None:
    """What the cell that the address keeps really depends on; None without such a cell, or without gradients."""
    place = kept_place(layer, address)
    if place is None or address.image is None or address.channel is None:
        return None
    explainer: Explainer = request.app.state.explainer
    try:
        return await finished(request, explainer.effective(network, address.image, layer, address.channel, *place))
    except NotDifferentiable:
        return None


def kept_place(layer: Layer, address: Address) -> tuple[int, int] | None:
    """The row and column that the address keeps, if the layer's maps have such a cell."""
    if address.cell is None or len(layer.shape) != 3:
        return None
    y, x = map(int, address.cell.split(","))
    return (y, x) if y < layer.shape[1] and x < layer.shape[2] else None


@dataclass(frozen=True, slots=True)
class Run:
    """What a picture gave when it was run through the network."""

    activations: Activations
    statistics: LayerStatisticsById


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was waited for to show a view; None where it was not asked for or there is none."""

    run: Run | None
    shown: Shown | None
    prepared: Prepared | None
    found: Found
    why: WhyFound | None
    notice: Notice | None


async def _run(request: Request, engine: Engine, network: Network, image: str) -> Run:
    activations = await finished(request, engine.activations(network, image))
    return Run(activations, await finished(request, engine.statistics(network, image, activations)))
