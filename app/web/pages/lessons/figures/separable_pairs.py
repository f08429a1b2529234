"""The depthwise separable convolutions of a network, compared with full ones of the same size."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from app.errors import NotAvailable
from app.lessons.figures.kind import FigureState
from app.nets.graph import Graph
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
    pairs = separable_pairs(network.graph)
    if not pairs:
        raise NotAvailable(f"{network.card.name} has no depthwise separable convolution.")
    return SeparablePairsFigure(network, pairs)


def separable_pairs(graph: Graph) -> tuple[SeparablePair, ...]:
    """Each depthwise convolution with the 1 x 1 convolution after it."""
    convolutions = [layer for layer in graph.layers if layer.op == "Conv"]
    return tuple(
        SeparablePair(one, other, one.macs * other.channels)
        for place, one in enumerate(convolutions)
        if _is_depthwise(one) and (other := _next_of_its_size(one, convolutions[place + 1 :]))
        if list(other.attributes["kernel_shape"]) == [1, 1]
    )


def _is_depthwise(layer: Layer) -> bool:
    return int(layer.attributes.get("group", 1)) == layer.channels > 1


def _next_of_its_size(depthwise: Layer, after: Sequence[Layer]) -> Layer | None:
    """The next convolution on maps as large; between the two, some networks weight the channels with 1 x 1 maps."""
    return next((layer for layer in after if layer.map_size == depthwise.map_size), None)
