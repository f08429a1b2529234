"""The VGG family as the table of its paper: one row for each configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace

from app.engine.engine import Engine
from app.nets.graph import Graph
from app.web.pages.comparison.entry import NetworkEntry


@dataclass(frozen=True, slots=True)
class VggRowView:
    """A configuration: for each group of layers before a pooling, the kernel sizes; a 0 is an LRN.

    `maps` are the channels of each group. `error` and `best` are top-5 errors in per cent: tested at 256 pixels, and
    the best single scale.
    """

    letter: str
    entry: NetworkEntry
    groups: tuple[tuple[int, ...], ...]
    maps: tuple[int, ...]
    error: float
    best: float


def vgg_rows(engine: Engine, entries: Mapping[str, NetworkEntry], texts: SimpleNamespace) -> tuple[VggRowView, ...]:
    """The rows of the configurations that are in the catalogue; `texts` has the paper's errors."""
    return tuple(
        VggRowView(row.letter, entries[row.id], *_groups(engine.network(row.id).graph), row.error, row.best)
        for row in texts.rows
        if row.id in entries
    )


def _groups(graph: Graph) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """The kernel sizes of the layers between poolings, and the channels of each group."""
    groups: list[list[int]] = [[]]
    maps: list[int] = []
    for layer in graph.layers:
        if layer.op == "Conv":
            groups[-1].append(int(layer.attributes["kernel_shape"][0]))
        elif layer.op == "LRN":
            groups[-1].append(0)
        elif layer.op == "MaxPool":
            groups.append([])
            maps.append(layer.channels)
    return tuple(tuple(group) for group in groups if group), tuple(maps)
