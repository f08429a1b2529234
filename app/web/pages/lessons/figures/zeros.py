"""The share of zeros after each ReLU of a network, for a photo."""

from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
from pydantic import Field

from app.errors import NotAvailable
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.lessons.figures.network_photo import NetworkPhotoState, inference_of

OPERATORS = frozenset({"Relu", "Clip"})
MOST_LAYERS = 16


class ZerosState(NetworkPhotoState):
    """The photo and the network."""

    model: str = Field(default="vgg16-imagenette", max_length=200)


@dataclass(frozen=True, slots=True)
class LayerZeros:
    """A layer, the share of its cells that are exactly zero, how many channels are zero everywhere, and its page."""

    layer: Layer
    share: float
    dead: int
    href: str


@dataclass(frozen=True, slots=True)
class ZerosFigure:
    """The layers from the first to the last."""

    network: Network
    layers: tuple[LayerZeros, ...]


async def gather_zeros(client: Client, state: ZerosState) -> ZerosFigure:
    """The zeros of the layers with ReLU, at most sixteen, evenly spread.

    Raises:
        UnknownModel, UnknownImage: there is no such network or photo.
        NotAvailable: the network has no weights, or no ReLU.
    """
    inference = await inference_of(client, state)
    network, image = inference.network, inference.image
    layers = [layer for layer in network.graph.layers if layer.op in OPERATORS]
    if not layers:
        raise NotAvailable(f"{network.card.name} has no ReLU.")
    run = await client.wait(client.engine.layers.summary(inference))
    places = sorted({round(place) for place in np.linspace(0, len(layers) - 1, MOST_LAYERS)})

    def zeros_of(layer: Layer) -> LayerZeros:
        statistics = run.statistics[layer.id]
        view = {"model": network.id, "image": image, "layer": layer.id}
        share = statistics.layer.zeros
        return LayerZeros(layer, share, statistics.layer.dead, f"?{urlencode(view)}")

    return ZerosFigure(network, tuple(zeros_of(layers[place]) for place in places))
