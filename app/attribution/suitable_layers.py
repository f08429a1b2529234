"""Which layers' maps can explain an answer, and which one does if none is named."""

from collections.abc import Mapping

from app.errors import InvalidRequest
from app.nets.graph import Graph
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.reading.counts import is_weighted

COARSER = {"MaxPool", "AveragePool", "Dropout"}  # they add nothing to the maps before them, and may blur them


def suitable_layers(graph: Graph, target_layer: str) -> tuple[Layer, ...]:
    """The layers with maps of more than one cell that `target_layer`, a layer's id, is computed from; inputs first."""
    behind = _ancestors(graph.by_id, target_layer)
    return tuple(layer for layer in graph.layers if layer.id in behind and layer.has_maps)


def default_layer(graph: Graph, target_layer: str) -> Layer | None:
    """The last maps before what decides: the last layer with places that a layer with weights still follows.

    Maps that pooling made are passed over for the finer ones they were made of. In a network whose last convolution
    makes a map per class, it is the layer before that convolution. None where no layer has places.
    """
    decisive = target_layer
    while not is_weighted(graph.by_id[decisive].op, graph.by_id[decisive].weights):
        before = [layer for layer in graph.by_id[decisive].inputs if layer in graph.by_id]
        if not before:
            decisive = target_layer
            break
        decisive = before[-1]
    suitable = suitable_layers(graph, decisive) or suitable_layers(graph, target_layer)
    if not suitable:
        return None
    layer = suitable[-1]
    while layer.op in COARSER and layer.inputs[0] in graph.by_id:
        layer = graph.by_id[layer.inputs[0]]
    return layer


def suitable_layer_or_default(network: Network, target_layer: str, layer_id: str) -> Layer:
    """The layer that is asked for, or if none is the default.

    Raises:
        UnknownLayer: the network has none of this id.
        InvalidRequest: its maps can't explain `target_layer`; the error names those that can.
    """
    suitable = suitable_layers(network.graph, target_layer)
    known = [layer.id for layer in suitable]
    if not layer_id:
        found = default_layer(network.graph, target_layer)
        if found is None:
            raise InvalidRequest(f"No layer of {network.card.name} before this target has maps with places.", known=[])
        return found
    layer = network.layer(layer_id)
    if layer.id not in known:
        why = "comes after the target" if layer.has_maps else "has no places: its output is one number per channel"
        raise InvalidRequest(f"{layer.name} can't show where: it {why}.", known=known)
    return layer


def _ancestors(by_id: Mapping[str, Layer], target_layer: str) -> set[str]:
    found: set[str] = set()
    waiting = list(by_id[target_layer].inputs)
    while waiting:
        layer = waiting.pop()
        if layer in by_id and layer not in found:
            found.add(layer)
            waiting += by_id[layer].inputs
    return found
