"""Layers of several networks whose maps have the same height and width."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import prod

from app.experiments.comparison.steps import steps_of
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.comparison.gather import NetworkRun
from app.web.pages.thumbnails import ThumbnailView, thumbnail

MapShape = tuple[int, int]
MIN_NETWORKS = 2


@dataclass(frozen=True, slots=True)
class StepView:
    """A block of a network, or a layer outside of blocks: the thumbnail of its last layer, and the link to it."""

    name: str
    href: str
    channels: int
    thumbnail: ThumbnailView | None


@dataclass(frozen=True, slots=True)
class MapSizeView:
    """Maps of the same height and width: for each network in turn its steps, none where it has no such maps."""

    height: int
    width: int
    steps: tuple[tuple[StepView, ...], ...]


def shared_map_sizes(image: str, runs: Sequence[NetworkRun]) -> tuple[MapSizeView, ...]:
    """The sizes of maps that at least two of the networks have, from the largest to the smallest."""
    by_network = [steps_by_size(run.network) for run in runs]
    shared = {
        size for sizes in by_network for size in sizes if sum(size in other for other in by_network) >= MIN_NETWORKS
    }
    return tuple(
        MapSizeView(
            *size,
            tuple(
                tuple(_step_view(run, image, layers) for layers in sizes.get(size, ()))
                for run, sizes in zip(runs, by_network, strict=True)
            ),
        )
        for size in sorted(shared, key=prod, reverse=True)
    )


def steps_by_size(network: Network) -> Mapping[MapShape, list[list[Layer]]]:
    """Layers with maps of more than one cell, by height and width, in steps: blocks, and layers outside of blocks."""
    maps = [layer for layer in network.graph.layers if layer.has_maps]
    sizes: dict[MapShape, list[list[Layer]]] = {}
    for size in dict.fromkeys(layer.map_size for layer in maps):
        at_size = [layer for layer in maps if layer.map_size == size]
        sizes[size] = [
            step
            for block, layers in groupby(at_size, key=lambda layer: layer.block)
            for step in ([list(layers)] if block else [list(each.layers) for each in steps_of(layers)])
        ]
    return sizes


def _step_view(run: NetworkRun, image: str, layers: list[Layer]) -> StepView:
    network, last = run.network, layers[-1]
    address = Address(model=network.id, image=image, layer=last.id)
    statistics = run.summary.statistics[last.id] if run.summary else None
    return StepView(
        name=last.block or layers[0].name,
        href=f"./{address.link()}",
        channels=last.channels,
        thumbnail=thumbnail(network, last, address, statistics) if statistics else None,
    )
