"""The layers of a network that have maps, and the one that an experiment begins with."""

from collections.abc import Sequence

from app.analysis.operator_kind import operator_kind
from app.errors import InvalidRequest
from app.nets.layer import Layer
from app.nets.network import Network

FEW_CHANNELS = 128  # that a reader looks at one by one


def map_layers(network: Network) -> list[Layer]:
    """The layers with maps; raises InvalidRequest if there are none."""
    layers = [layer for layer in network.graph.layers if layer.has_maps]
    if not layers:
        raise InvalidRequest("No layer of this network has maps: its outputs are vectors.")
    return layers


def default_layer(layers: Sequence[Layer]) -> Layer:
    """Of layers with maps, the last activation of few channels; else the last of few, else the last."""
    few = [layer for layer in layers if layer.channels <= FEW_CHANNELS]
    activations = [layer for layer in few if operator_kind(layer.op) == "activation"]
    return (activations or few or layers)[-1]


def named_layer(network: Network, name: str) -> Layer:
    """The layer with this id, which has maps; raises UnknownLayer, or InvalidRequest if it has none."""
    layer = network.layer(name)
    if not layer.has_maps:
        raise InvalidRequest(f"{layer.name} has no maps: its output is a vector.")
    return layer
