"""The layers whose maps can explain a target, and the default one."""

from collections.abc import Mapping

from app.errors import InvalidRequest
from app.nets.graph import Graph
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.reading.counts import is_weighted

POOLING = {"MaxPool", "AveragePool", "Dropout"}  # they add nothing to the maps before them and may blur them


def suitable_layers(graph: Graph, target_layer: str) -> tuple[Layer, ...]:
    """The layers with maps of more than one cell that the layer `target_layer` is computed from, inputs first."""
    ancestors = _ancestors(graph.by_id, target_layer)
    return tuple(layer for layer in graph.layers if layer.id in ancestors and layer.is_spatial)


def default_layer(graph: Graph, target_layer: str) -> Layer | None:
    """The last layer with maps of more than one cell that is followed by a layer with weights.

    Of pooled maps the finer maps before the pooling are taken. In a network whose last convolution gives a map per
    class, it is the layer before that convolution. None where no layer has such maps.
    """
    weighted = target_layer
    while not is_weighted(graph.by_id[weighted].op, graph.by_id[weighted].weights):
        before = [layer for layer in graph.by_id[weighted].inputs if layer in graph.by_id]
        if not before:
            weighted = target_layer
            break
        weighted = before[-1]
    suitable = suitable_layers(graph, weighted) or suitable_layers(graph, target_layer)
    if not suitable:
        return None
    layer = suitable[-1]
    while layer.op in POOLING and layer.inputs[0] in graph.by_id:
        layer = graph.by_id[layer.inputs[0]]
    return layer


def suitable_layer_or_default(network: Network, target_layer: str, layer_id: str) -> Layer:
    """The layer of this id, or the default one for an empty id.

    Raises:
        UnknownLayer: the network has no layer of this id.
        InvalidRequest: its maps can't explain `target_layer`; the error lists those that can.
    """
    suitable = suitable_layers(network.graph, target_layer)
    known = [layer.id for layer in suitable]
    if not layer_id:
        default = default_layer(network.graph, target_layer)
        if default is None:
            raise InvalidRequest(
                f"No layer of {network.card.name} before this target has maps of more than one cell.", known=[]
            )
        return default
    layer = network.layer(layer_id)
    if layer.id not in known:
        why = _unsuitable(layer, is_before=layer.id in _ancestors(network.graph.by_id, target_layer))
        raise InvalidRequest(f"{layer.name} cannot explain this target: {why}.", known=known)
    return layer


def _unsuitable(layer: Layer, *, is_before: bool) -> str:
    """Why the maps of a layer can't explain a target, which it comes before or not."""
    if not layer.has_maps:
        return "its output is one number per channel"
    return "its output has no channels of maps, unlike a convolution's" if is_before else "it comes after the target"


def _ancestors(by_id: Mapping[str, Layer], target_layer: str) -> set[str]:
    ancestors: set[str] = set()
    waiting = list(by_id[target_layer].inputs)
    while waiting:
        layer = waiting.pop()
        if layer in by_id and layer not in ancestors:
            ancestors.add(layer)
            waiting += by_id[layer].inputs
    return ancestors
