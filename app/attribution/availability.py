"""Which methods can explain a network; found without running it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.attribution.linear_head import linear_head
from app.attribution.registry import METHODS
from app.attribution.suitable_layers import default_layer, suitable_layers
from app.errors import ConvScopeError
from app.gradients.backward import GraphSpec, build_backward_graph
from app.gradients.differentiable import read_differentiable
from app.nets.layer import Layer
from app.nets.network import Network


@dataclass(frozen=True, slots=True)
class Availability:
    """The layers whose maps can explain a network's classes, the default one, and why a method is not available.

    `reasons` is by the method's name; a method without an entry is available.
    """

    layers: tuple[Layer, ...]
    default: Layer | None
    reasons: Mapping[str, str]


def availability(network: Network) -> Availability:
    """What can explain a network's classes. Builds the backward graphs and runs nothing."""
    target_layer = network.graph.logits.id
    layers, default = suitable_layers(network.graph, target_layer), default_layer(network.graph, target_layer)
    input_reason = _gradient_refusal(network, network.graph.input.name)
    layer_reason = f"No layer of {network.card.name} has maps of more than one cell." if default is None else ""
    if default and input_reason:  # the operator without a gradient may be before the layer
        layer_reason = _gradient_refusal(network, default.output)
    general_reason = _input_refusal(network)
    reasons = {}
    for name, method in METHODS.items():
        why = _refusal(network, name) or general_reason
        if method.at_layer:
            why = why or layer_reason if method.needs_gradients else why or ("" if default else layer_reason)
        if method.needs_gradients and method.weighting is None:
            why = why or input_reason
        if why:
            reasons[name] = why
    return Availability(layers, default, reasons)


def _refusal(network: Network, name: str) -> str:
    """Why a method is not available apart from gradients and layers, or an empty text."""
    try:
        network.require_weights()
        if name == "cam":
            linear_head(network)
    except ConvScopeError as error:
        return error.message
    return ""


def _input_refusal(network: Network) -> str:
    """Why nothing can explain a network with this input, or an empty text."""
    try:
        read_differentiable(network)
    except ConvScopeError as error:
        return error.message
    return ""


def _gradient_refusal(network: Network, value: str) -> str:
    """Why the classes have no gradient with respect to a value of the graph, or an empty text if they have one."""
    try:
        source = read_differentiable(network)
        build_backward_graph(source.model, source.operators, GraphSpec(network.graph.logits.output, (value,)))
    except ConvScopeError as error:
        return error.message
    return ""
