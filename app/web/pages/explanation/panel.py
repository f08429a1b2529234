"""The panel of an explanation: its question, its map, the faithfulness of the map and other maps to compare."""

from dataclasses import dataclass
from typing import get_args

from app.attribution.registry import METHODS
from app.attribution.suitable_layers import suitable_layers
from app.attribution.target import Target
from app.nets.labels import distinct_labels
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.links import image_api_path, pinned_id
from app.web.pages.address import FIRST_METHOD, OPACITY, Address, ComparisonKind
from app.web.pages.components import Choice, Notice
from app.web.pages.explanation.faithfulness import FaithfulnessView, faithfulness_view
from app.web.pages.explanation.form import FormView, form_view
from app.web.pages.explanation.gather import ExplanationData
from app.web.pages.explanation.map import MapView, PendingView, map_view, pending_view
from app.web.pages.explanation.side_by_side import MapComparisonView, map_comparison_view


@dataclass(frozen=True, slots=True)
class ClassView:
    """A class and what the network predicts for it; a number of a vector has no `score`."""

    index: int
    label: str
    score: float | None
    logit: float
    rank: int


@dataclass(frozen=True, slots=True)
class TargetChannelView:
    """A channel whose activation is explained."""

    layer: str
    layer_name: str
    index: int


@dataclass(frozen=True, slots=True)
class ExplanationView:
    """An explanation of a class, `target`, or of a `channel`; both are None if the question can't be answered.

    `view` is the address of the network's input as PNG, `opacity` that of the map over it. `notice` says why there is
    no explanation. `has_classes` is whether the numbers of the output are scores of classes.
    """

    title: str
    target: ClassView | None
    against: ClassView | None
    channel: TargetChannelView | None
    has_classes: bool
    form: FormView
    view: str
    opacity: float
    default_opacity: float
    map: MapView | None
    map_pending: PendingView
    faithfulness: FaithfulnessView | None
    faithfulness_pending: PendingView
    comparisons: tuple[Choice, ...]
    comparison: MapComparisonView | None
    notice: Notice | None
    faithfulness_notice: Notice | None


def explanation_view(network: Network, address: Address, data: ExplanationData) -> ExplanationView:
    """The panel at this address. An unknown method is replaced by the default one: `data` has a notice of it."""
    if address.method not in METHODS:
        address = address.model_copy(update={"method": FIRST_METHOD})
    target = data.request.target if data.request else None
    layers = _suitable_layers(network, data, target)
    return ExplanationView(
        title=target.label(network) if target else str(address.why),
        target=_class(network, data, target.index) if target and target.channel_of is None else None,
        against=_class(network, data, target.against) if target and target.against is not None else None,
        channel=_channel(network, target),
        has_classes=network.classes > 0,
        form=form_view(network, address, layers, data),
        view=f"{image_api_path(pinned_id(network), str(address.image))}/view.png",
        opacity=OPACITY if address.overlay is None else address.overlay,
        default_opacity=OPACITY,
        map=map_view(network, address, data.explanation) if data.explanation else None,
        map_pending=pending_view(network, address, "explanation", "auto"),
        faithfulness=faithfulness_view(data.faithfulness) if data.faithfulness else None,
        faithfulness_pending=pending_view(network, address, "faithfulness", "auto"),
        comparisons=_comparisons(address),
        comparison=map_comparison_view(network, address, layers, data),
        notice=data.notice,
        faithfulness_notice=data.faithfulness_notice,
    )


def _class(network: Network, data: ExplanationData, index: int) -> ClassView:
    reading = data.reading
    score = None if reading.kind == "vector" else float(reading.scores[index])
    return ClassView(
        index, distinct_labels(network.labels)[index], score, float(reading.logits[index]), reading.rank(index)
    )


def _channel(network: Network, target: Target | None) -> TargetChannelView | None:
    if target is None or target.channel_of is None:
        return None
    return TargetChannelView(target.channel_of, network.layer(target.channel_of).name, target.index)


def _suitable_layers(network: Network, data: ExplanationData, target: Target | None) -> tuple[Layer, ...]:
    """The layers whose maps can explain the target, in the network's order."""
    logits = network.graph.logits.id
    layer = target.layer(network.graph) if target else logits
    return data.available.layers if layer == logits else suitable_layers(network.graph, layer)


def _comparisons(address: Address) -> tuple[Choice, ...]:
    """What the map can be compared with; with other layers only if the method takes a layer."""
    at_layer = METHODS[address.method].at_layer
    return tuple(
        Choice(name, address.link(beside=name), name == address.beside)
        for name in get_args(ComparisonKind)[1:]
        if name != "layers" or at_layer
    )
