"""The targets of gradients: a class, a channel or one cell, each as a weighted sum of a layer's output."""

from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

import numpy as np

from app.errors import InvalidRequest, UnknownChannel, UnknownLayer
from app.nets.graph import Graph
from app.nets.layer import Layer
from app.nets.session import Tensor

Quantity = Literal["output", "probability", "log_odds"]


class GradientTarget(Protocol):
    """One number for each input: a weighted sum of a layer's output, or of what an activation makes of it."""

    @property
    def quantity(self) -> Quantity:
        """What is summed; an activation is added where the layer's output are logits and probabilities are meant."""

    def layer(self, graph: Graph) -> str:
        """The id of the layer.

        Raises:
            UnknownLayer: the network has no such layer.
        """

    def seed(self, layer: Layer) -> Tensor:
        """The weights, of the shape of that layer: the gradient of the number with respect to the layer's output.

        Raises:
            InvalidRequest: there is no such class or cell.
            UnknownChannel: there is no such channel.
        """


@dataclass(frozen=True, slots=True)
class Logit:
    """The logit of a class: the output of the last layer before the final activation."""

    index: int
    quantity: ClassVar[Quantity] = "output"

    def layer(self, graph: Graph) -> str:
        return graph.logits.id

    def seed(self, layer: Layer) -> Tensor:
        return _one_class(layer, self.index)


@dataclass(frozen=True, slots=True)
class Probability:
    """The probability of a class."""

    index: int
    quantity: ClassVar[Quantity] = "probability"

    def layer(self, graph: Graph) -> str:
        return (graph.scores if graph.head.has_scores else graph.logits).id

    def seed(self, layer: Layer) -> Tensor:
        return _one_class(layer, self.index)


@dataclass(frozen=True, slots=True)
class LogOdds:
    """The logarithm of p / (1 - p) for the probability p of a class, among classes that exclude one another."""

    index: int
    quantity: ClassVar[Quantity] = "log_odds"

    def layer(self, graph: Graph) -> str:
        return graph.logits.id

    def seed(self, layer: Layer) -> Tensor:
        return _one_class(layer, self.index)


@dataclass(frozen=True, slots=True)
class ChannelMean:
    """The mean of a channel's map."""

    layer_id: str
    channel: int
    quantity: ClassVar[Quantity] = "output"

    def layer(self, graph: Graph) -> str:
        return require_layer(graph, self.layer_id).id

    def seed(self, layer: Layer) -> Tensor:
        maps = _zeros(layer, self.channel)
        maps[self.channel] = 1 / maps[self.channel].size
        return layer.from_maps(maps)


@dataclass(frozen=True, slots=True)
class CellValue:
    """The value of one cell of a channel's map; the cell of a layer without maps is (0, 0)."""

    layer_id: str
    channel: int
    y: int = 0
    x: int = 0
    quantity: ClassVar[Quantity] = "output"

    def layer(self, graph: Graph) -> str:
        return require_layer(graph, self.layer_id).id

    def seed(self, layer: Layer) -> Tensor:
        maps = _zeros(layer, self.channel)
        height, width = layer.map_size
        if not (0 <= self.y < height and 0 <= self.x < width):
            raise InvalidRequest("The layer's maps have no such cell.", height=height, width=width)
        maps[self.channel, self.y, self.x] = 1
        return layer.from_maps(maps)


def require_layer(graph: Graph, layer_id: str) -> Layer:
    """The layer of this id.

    Raises:
        UnknownLayer: the network has no such layer.
    """
    layer = graph.by_id.get(layer_id)
    if layer is None:
        raise UnknownLayer("The network has no such layer.", known=list(graph.by_id))
    return layer


def _zeros(layer: Layer, channel: int) -> Tensor:
    """Zeros of the layer's `map_shape`, which has such a channel."""
    if not 0 <= channel < layer.channels:
        why = f"The channels of the layer are numbered from 0 to {layer.channels - 1}."
        raise UnknownChannel(why, channels=layer.channels)
    return np.zeros(layer.map_shape, np.float32)


def _one_class(layer: Layer, index: int) -> Tensor:
    seed = np.zeros(layer.shape, np.float32)
    if not 0 <= index < seed.size:
        raise InvalidRequest(f"The network has {seed.size} classes.", classes=seed.size)
    seed.reshape(-1)[index] = 1
    return seed
