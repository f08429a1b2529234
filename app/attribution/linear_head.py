"""The head of a network that ends in global average pooling and one linear layer, in either order."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.errors import NotAvailable
from app.nets.layer import Layer
from app.nets.network import Network

PASSING = {"DequantizeLinear", "Dropout", "Flatten", "QuantizeLinear", "Reshape", "Squeeze", "Unsqueeze"}
LINEAR = {"Gemm", "MatMul", "Conv"}


@dataclass(frozen=True, slots=True)
class LinearHead:
    """The layer whose `maps` the head reads, of the picture's height and width, and its weights, (classes, C)."""

    maps: Layer
    weights: npt.NDArray[np.float32]


def linear_head(network: Network) -> LinearHead:
    """The network's linear head.

    Raises:
        NotAvailable: the network ends in another way, or its weights are not here.
    """
    by_id = network.graph.by_id
    layer = network.graph.logits
    linear: Layer | None = None
    pooled = False
    while not layer.has_maps or linear is None or not pooled:
        if linear is None and layer.op in LINEAR and (layer.op != "Conv" or _reads_one_cell(layer, network)):
            linear = layer
        elif not pooled and _averages_all(layer, by_id.get(layer.inputs[0])):
            pooled = True
        elif layer.op not in PASSING and not (layer.op == "Add" and _adds_a_bias(layer)):
            raise _unsupported_head(network, layer)
        if len(layer.inputs) != 1 or layer.inputs[0] not in by_id or not network.graph.reads_outputs(layer):
            raise _unsupported_head(network, layer)
        layer = by_id[layer.inputs[0]]
    weights = network.weights(linear.id)
    rows = np.asarray(weights).reshape(len(weights), -1)
    if not layer.moves_over_input or rows.shape[1] != layer.channels:
        raise _unsupported_head(network, layer)
    return LinearHead(layer, rows)


def _averages_all(layer: Layer, before: Layer | None) -> bool:
    """Whether a layer reduces each map to its mean."""
    if before is None or not before.has_maps or layer.has_maps:
        return False
    if layer.op == "AveragePool":
        return tuple(layer.attributes.get("kernel_shape", ())) == before.map_size
    return layer.op in {"GlobalAveragePool", "ReduceMean"}


def _reads_one_cell(layer: Layer, network: Network) -> bool:
    return network.weights(layer.id).shape[2:] == (1, 1) and layer.attributes.get("group", 1) == 1


def _adds_a_bias(layer: Layer) -> bool:
    return "bias" in layer.weights


def _unsupported_head(network: Network, layer: Layer) -> NotAvailable:
    return NotAvailable(
        f"CAM needs a network that ends in global average pooling and one linear layer; {network.card.name} has "
        f"{layer.name} ({layer.op}) there. Grad-CAM gives the same map for such a network and also works for this one.",
        layer=layer.id,
    )
