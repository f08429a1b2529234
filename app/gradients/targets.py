"""What a gradient is of: a class, a channel or one cell, as a question that one graph answers for all of its kind."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from app.errors import InvalidRequest, UnknownChannel, UnknownLayer
from app.nets.graph import Graph
from app.nets.layer import Layer
from app.nets.runtime import Tensor


class GradientTarget(Protocol):
    """One number for each picture: a weighted sum of a layer's output."""

    @property
    def of_scores(self) -> bool:
        """Whether it is a sum of the classes' probabilities, also where the network gives logits alone."""

    def layer(self, graph: Graph) -> str:
        """The id of the layer.

        Raises:
            UnknownLayer: there is none.
        """

    def seed(self, shape: tuple[int, ...]) -> Tensor:
        """The weights, of the layer's shape: the gradient of the number with respect to the layer's output.

        Raises:
            InvalidRequest: there is no such class or cell.
            UnknownChannel: there is no such channel.
        """


@dataclass(frozen=True, slots=True)
class Logit:
    """What the network's last layer says of a class before softmax."""

    index: int
    of_scores = False

    def layer(self, graph: Graph) -> str:
        return graph.logits.id

    def seed(self, shape: tuple[int, ...]) -> Tensor:
        return _one_class(shape, self.index)


@dataclass(frozen=True, slots=True)
class Probability:
    """The probability of a class."""

    index: int
    of_scores = True

    def layer(self, graph: Graph) -> str:
        return graph.scores.id

    def seed(self, shape: tuple[int, ...]) -> Tensor:
        return _one_class(shape, self.index)


@dataclass(frozen=True, slots=True)
class ChannelMean:
    """The mean of a channel's map."""

    layer_id: str
    channel: int
    of_scores = False

    def layer(self, graph: Graph) -> str:
        return require_layer(graph, self.layer_id).id

    def seed(self, shape: tuple[int, ...]) -> Tensor:
        seed = _zeros(shape, self.channel)
        seed[self.channel] = 1 / seed[self.channel].size
        return seed


@dataclass(frozen=True, slots=True)
class CellValue:
    """One cell of a channel's map; of a layer without maps, (0, 0)."""

    layer_id: str
    channel: int
    y: int = 0
    x: int = 0
    of_scores = False

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
    """The layer of that id.

    Raises:
        UnknownLayer: there is none.
    """
    found = graph.by_id.get(layer_id)
    if found is None:
        raise UnknownLayer("The network has no such layer.", known=list(graph.by_id))
    return found


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
