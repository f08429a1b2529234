"""From an explanation to the third place of the page: the map, how far to believe it, and what else can be asked."""

from dataclasses import dataclass
from typing import get_args

from app.analysis.prediction import PredictionSummary, read_prediction
from app.attribution.availability import Availability
from app.attribution.method import Method, OptionValue, Parameter
from app.attribution.registry import METHODS
from app.attribution.suitable_layers import suitable_layers
from app.attribution.target import Target
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.links import pinned, shown_path
from app.web.pages.address import FIRST_METHOD, OPACITY, Address, Beside, class_name
from app.web.pages.components import Choice, Notice
from app.web.pages.explanation.gather import WhyFound
from app.web.pages.explanation.map import Belief, Pending, Shown, belief, pending, shown_map
from app.web.pages.explanation.question import said_of
from app.web.pages.explanation.side_by_side import MethodComparison, beside_view

RIVALS = 4


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What the network says of a class."""

    label: str
    score: float
    logit: float
    rank: int


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of the method: its value as the form shows it, empty where it is worked out."""

    name: str
    kind: str
    value: OptionValue
    default: OptionValue
    low: float
    high: float
    choices: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class LayerOption:
    """A layer at which an explanation can be made, or is."""

    id: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class MethodOption:
    """A method that can be chosen, or the reason why it can't."""

    method: Method
    chosen: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Why:
    """An explanation, with all that can be asked of it.

    `channel` is the target if that is a channel: (layer's id, its name, number). `layer` is the one whose maps explain.
    `opacity` is that of the map over the view. Where the question can't be answered, `notice` says why and the form is
    there to ask another one.
    """

    title: str
    index: int | None
    channel: tuple[str, str, int] | None
    about: ClassFacts | None
    against: ClassFacts | None
    rivals: tuple[Choice, ...]
    asked: str
    asked_against: str
    method: Method
    methods: tuple[MethodOption, ...]
    layer: LayerOption | None
    layers: tuple[LayerOption, ...]
    fields: tuple[Field, ...]
    changed: bool
    view: str
    opacity: float
    usual_opacity: float
    shown: Shown | None
    pending: Pending | None
    belief: Belief | None
    measuring: Pending | None
    sides: tuple[Choice, ...]
    beside: MethodComparison | None
    notice: Notice | None
    measure_notice: Notice | None


def why_view(network: Network, address: Address, found: WhyFound) -> Why:
    """All that the page shows of an explanation."""
    reading = read_prediction(found.scores)
    method = METHODS.get(address.method, METHODS[FIRST_METHOD])
    target = found.asked.target if found.asked else None
    layers = _suitable(network, found, target)
    return Why(
        title=target.label(network) if target else str(address.why),
        index=target.index if target and target.channel_of is None else None,
        channel=_channel(network, target),
        about=_facts(network, reading, target.index) if target and target.channel_of is None else None,
        against=_facts(network, reading, target.against) if target and target.against is not None else None,
        rivals=_rivals(network, address, reading, target),
        asked=_worded(network, address.why, target.index if target and target.channel_of is None else None),
        asked_against=_worded(network, address.against, target.against if target else None),
        method=method,
        methods=_methods(found.available, method),
        layer=_made_at(found, address),
        layers=tuple(LayerOption(layer.id, layer.name, layer.id == address.at) for layer in layers),
        fields=tuple(_field(parameter, address) for parameter in method.parameters),
        changed=bool(said_of(method, address)),
        view=f"{shown_path(pinned(network), str(address.image))}/view.png",
        usual_opacity=OPACITY,
        opacity=OPACITY if address.overlay is None else address.overlay,
        shown=shown_map(network, address, method, found.explanation) if found.explanation else None,
        pending=None if found.explanation else pending(network, address, method, "explanation", "auto"),
        belief=belief(found.faithfulness) if found.faithfulness else None,
        measuring=pending(network, address, method, "faithfulness", "auto"),
        sides=tuple(Choice(name, address.to(beside=name), name == address.beside) for name in get_args(Beside)[1:]),
        beside=beside_view(network, address, method, layers, found),
        notice=found.notice,
        measure_notice=found.measure_notice,
    )


def _channel(network: Network, target: Target | None) -> tuple[str, str, int] | None:
    if target is None or target.channel_of is None:
        return None
    return target.channel_of, network.layer(target.channel_of).name, target.index


def _facts(network: Network, reading: PredictionSummary, index: int) -> ClassFacts:
    return ClassFacts(
        network.labels[index], float(reading.scores[index]), float(reading.logits[index]), reading.rank(index)
    )


def _rivals(
    network: Network, address: Address, reading: PredictionSummary, target: Target | None
) -> tuple[Choice, ...]:
    """The likeliest other classes, to set the class against."""
    if target is None or target.channel_of is not None:
        return ()
    best = [index for index in reading.order[: RIVALS + 1].tolist() if index != target.index][:RIVALS]
    return tuple(
        Choice(network.labels[index], address.to(against=class_name(network, index)), index == target.against)
        for index in best
    )


def _worded(network: Network, said: str | None, index: int | None) -> str:
    """What a field shows: the label of the class that was meant, else what was typed."""
    return (said or "") if index is None else class_name(network, index)


def _methods(found: Availability, method: Method) -> tuple[MethodOption, ...]:
    return tuple(
        MethodOption(each, each is method, found.reasons.get(name, ""))
        for name, each in sorted(METHODS.items(), key=lambda item: item[1].slow)
    )


def _made_at(found: WhyFound, address: Address) -> LayerOption | None:
    layer = found.asked.layer if found.asked else None
    return LayerOption(layer.id, layer.name, layer.id == address.at) if layer else None


def _suitable(network: Network, found: WhyFound, target: Target | None) -> tuple[Layer, ...]:
    """The layers whose maps can explain the target, the first in the network first."""
    goal = target.layer(network.graph) if target else network.graph.logits.id
    return found.available.layers if goal == network.graph.logits.id else suitable_layers(network.graph, goal)


def _field(parameter: Parameter, address: Address) -> Field:
    return Field(
        name=parameter.name,
        kind=parameter.kind,
        value=address.options.get(parameter.name, parameter.default),
        default=parameter.default,
        low=parameter.low,
        high=parameter.high,
        choices=parameter.choices,
        description=parameter.description,
    )
