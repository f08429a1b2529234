"""The target of an explanation: a class, a class compared with another, or a channel of a layer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.errors import InvalidRequest, UnknownChannel
from app.gradients.targets import ChannelMean, Logit, Quantity
from app.nets.graph import Graph
from app.nets.labels import distinct_labels, find_classes
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.session import Tensor

MAX_LISTED = 10


@dataclass(frozen=True, slots=True)
class Target:
    """A class by its index, or with `channel_of` a channel of that layer.

    The score of a class is its logit, minus the logit of the class `against` if there is one. The score of a channel is
    the mean of its map.
    """

    index: int
    against: int | None = None
    channel_of: str | None = None
    quantity: ClassVar[Quantity] = "output"

    def layer(self, graph: Graph) -> str:
        """The id of the layer that the target belongs to."""
        return self.channel_of or graph.logits.id

    def seed(self, layer: Layer) -> Tensor:
        """The gradient of the score with respect to that layer's output, of the output's shape."""
        if self.channel_of is not None:
            return ChannelMean(self.channel_of, self.index).seed(layer)
        seed = Logit(self.index).seed(layer)
        return seed if self.against is None else seed - Logit(self.against).seed(layer)

    def label(self, network: Network) -> str:
        """The target as a text: the labels of its classes, or the layer and the channel."""
        if self.channel_of is not None:
            return f"{network.layer(self.channel_of).name}, channel {self.index}"
        labels = distinct_labels(network.labels)
        if self.against is None:
            return labels[self.index]
        return f"{labels[self.index]} compared with {labels[self.against]}"


def read_target(network: Network, text: str, against: str, best: int) -> Target:
    """The target that a request names.

    Args:
        network: the network with the classes and layers.
        text: a class's index or name, `layer:channel` for a channel, or empty for the best class.
        against: the index or name of a second class, or empty.
        best: the index of the best class.

    Raises:
        InvalidRequest: no class or several classes match the text, or a class is compared with itself.
        UnknownChannel: the layer has no such channel.
    """
    layer, colon, channel = text.rpartition(":")
    if colon and layer in network.graph.by_id:
        if against:
            raise InvalidRequest("Only a class can be compared with another class, not a channel.")
        return _channel(network, layer, channel)
    index = find_class(network.labels, text) if text else best
    if not against:
        return Target(index)
    other = find_class(network.labels, against)
    if other == index:
        raise InvalidRequest(f"{distinct_labels(network.labels)[index]} cannot be compared with itself.")
    return Target(index, other)


def _channel(network: Network, layer: str, text: str) -> Target:
    count = network.layer(layer).channels
    if not text.isdecimal() or int(text) >= count:
        raise UnknownChannel(f"{network.layer(layer).name} has channels from 0 to {count - 1}.", count=count)
    return Target(int(text), channel_of=layer)


def find_class(labels: Sequence[str], text: str) -> int:
    """The one class that matches a number, a name or words of names.

    Raises:
        InvalidRequest: none matches, or several; the error lists some.
    """
    matches = find_classes(labels, text)
    if len(matches) == 1:
        return matches[0]
    if matches:
        known = [distinct_labels(labels)[index] for index in matches[:MAX_LISTED]]
        raise InvalidRequest(f"More than one class matches `{text}`: {', '.join(known)}.", known=known)
    raise InvalidRequest(
        f"The network has no class `{text}`. Give a name, words of a name, or a number up to {len(labels) - 1}.",
        count=len(labels),
    )
