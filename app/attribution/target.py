"""What an explanation is about: a class, one class against another, or a channel of a layer."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import InvalidRequest, UnknownChannel
from app.gradients.targets import ChannelMean, Logit
from app.nets.graph import Graph
from app.nets.labels import find_classes
from app.nets.network import Network
from app.nets.runtime import Tensor

MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Target:
    """A class by its index, or with `channel_of` a channel of that layer.

    Its score is the class's logit, less that of the class `against` if there is one, or the mean of the channel's map.
    """

    index: int
    against: int | None = None
    channel_of: str | None = None
    of_scores = False

    def layer(self, graph: Graph) -> str:
        """The id of the layer that it belongs to."""
        return self.channel_of or graph.logits.id

    def seed(self, shape: tuple[int, ...]) -> Tensor:
        """The gradient of its score with respect to that layer's output, of its shape."""
        if self.channel_of is not None:
            return ChannelMean(self.channel_of, self.index).seed(shape)
        seed = Logit(self.index).seed(shape)
        return seed if self.against is None else seed - Logit(self.against).seed(shape)

    def label(self, network: Network) -> str:
        """The target in words: a class's label, or the layer and the channel."""
        if self.channel_of is not None:
            return f"{network.layer(self.channel_of).name}, channel {self.index}"
        if self.against is None:
            return network.labels[self.index]
        return f"{network.labels[self.index]} rather than {network.labels[self.against]}"


def read_target(network: Network, text: str, against: str, best: int) -> Target:
    """The target that a request names.

    Args:
        network: whose classes and layers they are.
        text: a class's index or name, `layer:channel` for a channel, or nothing for the best class.
        against: the index or name of a second class, or nothing.
        best: the index of the best class.

    Raises:
        InvalidRequest: there is no such class, more than one fits the name, or it is set against itself.
        UnknownLayer, UnknownChannel: there is no such channel.
    """
    layer, colon, channel = text.rpartition(":")
    if colon and layer in network.graph.by_id:
        if against:
            raise InvalidRequest("A class can be set against another class; a channel can't.")
        return _channel(network, layer, channel)
    index = _class(network.labels, text) if text else best
    if not against:
        return Target(index)
    other = _class(network.labels, against)
    if other == index:
        raise InvalidRequest(f"{network.labels[index]} can't be set against itself.")
    return Target(index, other)


def _channel(network: Network, layer: str, text: str) -> Target:
    count = network.layer(layer).channels
    if not text.isdecimal() or int(text) >= count:
        raise UnknownChannel(f"{network.layer(layer).name} has channels from 0 to {count - 1}.", count=count)
    return Target(int(text), channel_of=layer)


def _class(labels: Sequence[str], said: str) -> int:
    """The one class that is meant by a number, a name or words of names; where several are, the error lists some."""
    found = find_classes(labels, said)
    if len(found) == 1:
        return found[0]
    if found:
        known = [labels[index] for index in found[:MOST_NAMED]]
        raise InvalidRequest(f"More than one class is meant by `{said}`: {', '.join(known)}.", known=known)
    raise InvalidRequest(
        f"The network has no class `{said}`. Give a name, words of one, or a number up to {len(labels) - 1}.",
        count=len(labels),
    )
