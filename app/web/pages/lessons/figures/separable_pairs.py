"""The depthwise separable convolutions of a network, compared with full ones of the same size."""

from dataclasses import dataclass
from itertools import pairwise

from pydantic import Field

from app.errors import NotAvailable
from app.lessons.figures.kind import FigureState
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.deps import Client


class SeparablePairsState(FigureState):
    """The network."""

    model: str = Field(default="mobilenet_v1-imagenette", max_length=200)


@dataclass(frozen=True, slots=True)
class SeparablePair:
    """A depthwise convolution and the 1 x 1 convolution after it; `full` is the work of one full convolution."""

    depthwise: Layer
    pointwise: Layer
    full: int

    @property
    def macs(self) -> int:
        return self.depthwise.macs + self.pointwise.macs

    @property
    def ratio(self) -> float:
        return self.macs / self.full

    @property
    def expected(self) -> float:
        """1/N + 1/k^2, with N filters and a kernel of k x k."""
        rows, columns = map(int, self.depthwise.attributes["kernel_shape"])
        return 1 / self.pointwise.channels + 1 / (rows * columns)


@dataclass(frozen=True, slots=True)
class SeparablePairsFigure:
    """The pairs from the first to the last."""

    network: Network
    pairs: tuple[SeparablePair, ...]

    @property
    def ratio(self) -> float:
        """Of the work of all pairs together."""
        return sum(pair.macs for pair in self.pairs) / sum(pair.full for pair in self.pairs)


async def gather_separable_pairs(client: Client, state: SeparablePairsState) -> SeparablePairsFigure:
    """The pairs of a network; raises UnknownModel, and NotAvailable if it has none."""
    network = await client.network(state.model)
    convolutions = [layer for layer in network.graph.layers if layer.op == "Conv"]
    pairs = [
        SeparablePair(one, other, one.macs * other.channels)
        for one, other in pairwise(convolutions)
        if _is_depthwise(one) and list(other.attributes["kernel_shape"]) == [1, 1]
    ]
    if not pairs:
        raise NotAvailable(f"{network.card.name} has no depthwise separable convolution.")
    return SeparablePairsFigure(network, tuple(pairs))


def _is_depthwise(layer: Layer) -> bool:
    return int(layer.attributes.get("group", 1)) == layer.channels > 1
