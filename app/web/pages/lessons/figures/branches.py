"""The branches of a network's first Inception block: their layers with shapes and counts, read from its graph."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from pydantic import Field

from app.errors import NotAvailable
from app.lessons.figures.kind import FigureState
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.deps import Client

LEAST_BRANCHES = 3


class BranchesState(FigureState):
    """The network."""

    model: str = Field(default="googlenet-imagenette", max_length=200)


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch from the block's input to its end: its layers, without activation functions."""

    layers: tuple[Layer, ...]

    @property
    def channels(self) -> int:
        return self.layers[-1].channels


@dataclass(frozen=True, slots=True)
class BranchesFigure:
    """The block: its input, its branches and the layer that joins them, with its page."""

    network: Network
    source: Layer
    branches: tuple[Branch, ...]
    joined: Layer
    href: str

    @property
    def parameters(self) -> int:
        return sum(layer.params for branch in self.branches for layer in branch.layers)

    @property
    def macs(self) -> int:
        return sum(layer.macs for branch in self.branches for layer in branch.layers)


async def gather_branches(client: Client, state: BranchesState) -> BranchesFigure:
    """The first concatenation of at least three branches; raises UnknownModel, and NotAvailable if there is none."""
    network = await client.network(state.model)
    by_id = network.graph.by_id
    for joined in network.graph.layers:
        if joined.op != "Concat" or len(joined.inputs) < LEAST_BRANCHES:
            continue
        ways = [list(_way_back(by_id, layer)) for layer in joined.inputs]
        common = next((layer for layer in ways[0] if all(layer in way for way in ways)), None)
        if common:
            branches = tuple(_branch(by_id, way[: way.index(common)]) for way in ways)
            href = f"?{urlencode({'model': network.id, 'layer': joined.id})}"
            return BranchesFigure(network, by_id[common], branches, joined, href)
    raise NotAvailable(f"{network.card.name} has no block with {LEAST_BRANCHES} branches.")


def _way_back(by_id: Mapping[str, Layer], layer: str) -> Iterator[str]:
    """The ids from a layer back along first inputs."""
    while layer in by_id:
        yield layer
        layer = by_id[layer].inputs[0]


def _branch(by_id: Mapping[str, Layer], way: list[str]) -> Branch:
    layers = [by_id[layer] for layer in reversed(way)]
    return Branch(tuple(layer for layer in layers if layer.params or "Pool" in layer.op))
