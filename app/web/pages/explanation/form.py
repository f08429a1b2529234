"""The form of an explanation: its current values, and what else can be chosen."""

from dataclasses import dataclass

from app.attribution.availability import Availability
from app.attribution.method import Method, OptionValue, Parameter
from app.attribution.registry import METHODS
from app.nets.labels import distinct_labels
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.pages.address import Address, class_name
from app.web.pages.components import Choice
from app.web.pages.explanation.gather import ExplanationData
from app.web.pages.explanation.question import method_options

RIVALS = 4


@dataclass(frozen=True, slots=True)
class ParameterView:
    """A parameter of the method with its value; None if it depends on the network and the image."""

    parameter: Parameter
    value: OptionValue


@dataclass(frozen=True, slots=True)
class LayerOptionView:
    """A layer whose maps can explain, or do."""

    id: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class MethodOptionView:
    """A method that can be chosen, or the reason why it can't."""

    method: Method
    chosen: bool
    reason: str


@dataclass(frozen=True, slots=True)
class FormView:
    """The form's values and choices.

    `target` and `against` are the texts of the two classes. `rivals` are the likeliest classes to compare with.
    `layer` is the one whose maps explain. `changed` says that a parameter differs from its default.
    """

    target: str
    against: str
    rivals: tuple[Choice, ...]
    method: Method
    methods: tuple[MethodOptionView, ...]
    layer: LayerOptionView | None
    layers: tuple[LayerOptionView, ...]
    parameters: tuple[ParameterView, ...]
    changed: bool


def form_view(network: Network, address: Address, layers: tuple[Layer, ...], data: ExplanationData) -> FormView:
    """The form at this address; `layers` are those whose maps can explain the target."""
    method = METHODS[address.method]
    target = data.request.target if data.request else None
    layer = data.request.layer if data.request else None
    index = target.index if target and target.channel_of is None else None
    options = method_options(method, address)
    return FormView(
        target=_class_text(network, address.why, index),
        against=_class_text(network, address.against, target.against if target else None),
        rivals=() if index is None else _rivals(network, address, data),
        method=method,
        methods=_methods(data.available, method),
        layer=_layer_option(layer, address) if layer else None,
        layers=tuple(_layer_option(each, address) for each in layers),
        parameters=tuple(ParameterView(each, options.get(each.name, each.default)) for each in method.parameters),
        changed=bool(options),
    )


def _class_text(network: Network, text: str | None, index: int | None) -> str:
    """What a field shows: the label of the class, or the text as it was entered if that names none."""
    return (text or "") if index is None else class_name(network, index)


def _rivals(network: Network, address: Address, data: ExplanationData) -> tuple[Choice, ...]:
    if data.request is None:
        return ()
    target = data.request.target
    best = [index for index in data.reading.order[: RIVALS + 1].tolist() if index != target.index][:RIVALS]
    return tuple(
        Choice(
            distinct_labels(network.labels)[index],
            address.link(against=class_name(network, index)),
            index == target.against,
        )
        for index in best
    )


def _methods(available: Availability, chosen: Method) -> tuple[MethodOptionView, ...]:
    """Every method, the fast ones first."""
    return tuple(
        MethodOptionView(method, method is chosen, available.reasons.get(name, ""))
        for name, method in sorted(METHODS.items(), key=lambda item: item[1].slow)
    )


def _layer_option(layer: Layer, address: Address) -> LayerOptionView:
    return LayerOptionView(layer.id, layer.name, layer.id == address.at)
