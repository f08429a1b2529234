"""The numbers behind the Explorer: waited for before it is worded."""

from dataclasses import dataclass

from app.analysis.channel import ChannelAnalysis
from app.analysis.effective_field import EffectiveReceptiveField
from app.analysis.filters import LayerFilters
from app.analysis.statistics import Statistics
from app.engine.activations import DescribedActivations
from app.engine.inference import Inference
from app.errors import ConvScopeError, NotDifferentiable
from app.gradients.targets import CellValue
from app.nets.layer import Layer
from app.nets.network import Activations, Network
from app.web.deps import Client
from app.web.pages.address import Address
from app.web.pages.components import Notice
from app.web.pages.explanation.gather import ExplanationData
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
    examined: ChannelAnalysis | None = None
    effective: EffectiveReceptiveField | None = None
    filters: LayerFilters | None = None
    notice: Notice | None = None


async def find_numbers(client: Client, network: Network, address: Address, run: DescribedActivations | None) -> Found:
    """What the address asks for about one layer; `run` is what its picture gave."""
    layer = network.graph.by_id.get(address.layer or "")
    if layer is None:
        return Found()
    activations, statistics = (run.activations, run.statistics[layer.id]) if run else (None, None)
    examined, effective, filters, notice = None, None, None, None
    engine = client.engine
    try:
        if statistics and address.image and _has(layer, address.channel, statistics):
            inference = Inference(network, address.image)
            examined = await client.wait(engine.layers.channel(inference, layer, address.channel or 0))
            effective = await _effective(client, inference, layer, address)
        if address.alike:
            filters = await client.wait(engine.layers.filters(network, layer))
    except ConvScopeError as error:
        notice = Notice.of(error)
    negative = frozenset(layer for layer, each in (run.statistics if run else {}).items() if each.layer.min < 0)
    return Found(activations, statistics, negative, examined, effective, filters, notice)


def _has(layer: Layer, channel: int | None, statistics: Statistics) -> bool:
    """Whether there is such a channel, in a layer whose numbers can be shown."""
    finite = not (statistics.layer.nan or statistics.layer.inf)
    return finite and channel is not None and channel < layer.channels


async def _effective(
    client: Client, inference: Inference, layer: Layer, address: Address
) -> EffectiveReceptiveField | None:
    """What the cell that the address keeps really depends on; None without such a cell, or without gradients."""
    place = kept_place(layer, address)
    if place is None or address.channel is None:
        return None
    cell = CellValue(layer.id, address.channel, *place)
    try:
        return await client.wait(client.engine.explanations.effective_field(inference, cell))
    except NotDifferentiable:
        return None


def kept_place(layer: Layer, address: Address) -> tuple[int, int] | None:
    """The row and column that the address keeps, if the layer's maps have such a cell."""
    if address.cell is None or len(layer.shape) == 1:
        return None
    y, x = map(int, address.cell.split(","))
    height, width = layer.map_size
    return (y, x) if y < height and x < width else None


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was waited for to show a view; None where it was not asked for or there is none."""

    run: DescribedActivations | None
    shown: Shown | None
    prepared: Prepared | None
    found: Found
    explanation: ExplanationData | None
    notice: Notice | None
