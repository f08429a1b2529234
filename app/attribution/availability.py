"""Which methods can explain a network, told without running it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.attribution.linear_head import linear_head
from app.attribution.registry import METHODS
from app.attribution.suitable_layers import default_layer, suitable_layers
from app.errors import ConvScopeError
from app.gradients.backward import GraphSpec, build_backward_graph
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.reading.operators import read_operators


@dataclass(frozen=True, slots=True)
class Availability:
    """For a network's classes: the layers whose maps can explain, the default one, and why a method can't, by name.

    A method without an entry in `reasons` can explain them.
    """

    layers: tuple[Layer, ...]
    default: Layer | None
    reasons: Mapping[str, str]


def availability(network: Network) -> Availability:
    """What can explain a network's classes. Builds the backward graphs, runs nothing."""
    target_layer = network.graph.logits.id
    layers, default = suitable_layers(network.graph, target_layer), default_layer(network.graph, target_layer)
    to_picture = _no_gradient(network, network.graph.input.name)
    to_layer = f"No layer of {network.card.name} has places." if default is None else ""
    if default and to_picture:  # what leads to the picture leads through the layers
        to_layer = _no_gradient(network, default.output)
    reasons = {}
    for name, method in METHODS.items():
        why = _refused(network, name)
        if method.at_layer:
            why = why or to_layer if method.needs_gradients else why or ("" if default else to_layer)
        if method.needs_gradients and method.weighting is None:
            why = why or to_picture
        if why:
            reasons[name] = why
    return Availability(layers, default, reasons)


def _refused(network: Network, name: str) -> str:
    try:
        network.require_weights()
        if name == "cam":
            linear_head(network)
    except ConvScopeError as error:
        return error.message
    return ""


def _no_gradient(network: Network, value: str) -> str:
    """Why there is no gradient of the classes with respect to a value of the graph, or nothing if there is."""
    spec = network.card.input
    try:
        source = read_operators(network.model, (spec.height, spec.width))
        build_backward_graph(network.model, source, GraphSpec(network.graph.logits.output, (value,)))
    except ConvScopeError as error:
        return error.message
    return ""
