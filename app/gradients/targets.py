"""The targets of gradients: a class, a channel or one cell, each as a weighted sum of a layer's output."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from app.errors import InvalidRequest, UnknownChannel, UnknownLayer
from app.nets.graph import Graph
from app.nets.layer import Layer
from app.nets.runtime import Tensor


class GradientTarget(Protocol):
    """One number for each input: a weighted sum of a layer's output."""

    @property
    def is_probability(self) -> bool:
        """Whether the layer's output are probabilities; softmax is added to a network that gives logits only."""

    def layer(self, graph: Graph) -> str:
        """The id of the layer.

        Raises:
            UnknownLayer: the network has no such layer.
        """

    def seed(self, shape: tuple[int, ...]) -> Tensor:
        """The weights, of the layer's shape: the gradient of the number with respect to the layer's output.

        Raises:
            InvalidRequest: there is no such class or cell.
            UnknownChannel: there is no such channel.
        """


@dataclass(frozen=True, slots=True)
class Logit:
    """The logit of a class: the output of the last layer before softmax."""

    index: int
    is_probability = False

    def layer(self, graph: Graph) -> str:
        return graph.logits.id

    def seed(self, shape: tuple[int, ...]) -> Tensor:
        return _one_class(shape, self.index)


@dataclass(frozen=True, slots=True)
class Probability:
    """The probability of a class."""

    index: int
    is_probability = True

    def layer(self, graph: Graph) -> str:
        return graph.scores.id

    def seed(self, shape: tuple[int, ...]) -> Tensor:
        return _one_class(shape, self.index)


@dataclass(frozen=True, slots=True)
class ChannelMean:
    """The mean of a channel's map."""

    layer_id: str
    channel: int
    is_probability = False

    def layer(self, graph: Graph) -> str:
        return require_layer(graph, self.layer_id).id

    def seed(self, shape: tuple[int, ...]) -> Tensor:
        seed = _zeros(shape, self.channel)
        seed[self.channel] = 1 / seed[self.channel].size
        return seed


@dataclass(frozen=True, slots=True)
class CellValue:
    """The value of one cell of a channel's map; the cell of a layer without maps is (0, 0)."""

    layer_id: str
    channel: int
    y: int = 0
    x: int = 0
    is_probability = False

    def layer(self, graph: Graph) -> str:
        return require_layer(graph, self.layer_id).id

    def seed(self, shape: tuple[int, ...]) -> Tensor:
        seed = _zeros(shape, self.channel)
        maps = seed.reshape(shape[0], *(shape[1:] if len(shape) == 3 else (-1, 1)))
        if not (0 <= self.y < maps.shape[1] and 0 <= self.x < maps.shape[2]):
            raise InvalidRequest("The layer's maps have no such cell.", height=maps.shape[1], width=maps.shape[2])
        maps[self.channel, self.y, self.x] = 1
        return seed


def require_layer(graph: Graph, layer_id: str) -> Layer:
    """The layer of this id.

    Raises:
        UnknownLayer: the network has no such layer.
    """
    layer = graph.by_id.get(layer_id)
    if layer is None:
        raise UnknownLayer("The network has no such layer.", known=list(graph.by_id))
    return layer


def _zeros(shape: tuple[int, ...], channel: int) -> Tensor:
    if not 0 <= channel < shape[0]:
        raise UnknownChannel(f"The layer has {shape[0]} channels.", channels=shape[0])
    return np.zeros(shape, np.float32)


def _one_class(shape: tuple[int, ...], index: int) -> Tensor:
    seed = np.zeros(shape, np.float32)
    if not 0 <= index < seed.size:
        raise InvalidRequest(f"The network has {seed.size} classes.", classes=seed.size)
    seed.reshape(-1)[index] = 1
    return seed
