"""A vector's values as what they are: bars, with the classes' names where they stand for classes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.analysis.statistics import Statistics
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.links import layer_path, pinned_id
from app.web.pages.address import Address

ROWS = 20


def unit_name(network: Network, layer: Layer, number: int) -> str | None:
    """The class that a unit of the answer stands for."""
    graph = network.graph
    return network.labels[number] if layer in (graph.logits, graph.scores) else None


@dataclass(frozen=True, slots=True)
class Unit:
    """One value of a vector as a bar from zero: `start` and `length` are shares of the axis, 0..1."""

    channel: int
    name: str | None
    value: float
    href: str
    start: float
    length: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class Units:
    """The values of a vector. `rows` are some of them, the greatest first, from place `first` on; `path` draws all.

    The path's coordinates are a unit's number across and, from the top, hundredths of the range from `hi` to `lo`.
    """

    count: int
    lo: float
    hi: float
    zero: float
    path: str
    rows: tuple[Unit, ...]
    first: int
    back: str | None
    forth: str | None
    statistics: str
    named: bool


def units_context(network: Network, layer: Layer, address: Address, statistics: Statistics) -> Units:
    """The values of a layer of shape (N,) or (N, 1, 1), the greatest first, a page of them."""
    values = statistics.channels.mean
    count = len(values)
    order = np.argsort(-values, kind="stable")
    first = address.first if address.first < count else 0
    lo, hi = min(0.0, float(values.min())), max(0.0, float(values.max()))
    rows = tuple(
        _unit(network, layer, address, int(channel), float(values[channel]), lo, hi)
        for channel in order[first : first + ROWS]
    )
    return Units(
        count=count,
        lo=lo,
        hi=hi,
        zero=100 * hi / (hi - lo or 1),
        path=_path(values, lo, hi),
        rows=rows,
        first=first,
        back=address.link(first=max(0, first - ROWS)) if first else None,
        forth=address.link(first=first + ROWS) if first + ROWS < count else None,
        statistics=layer_path(pinned_id(network), str(address.image), layer.id),
        named=unit_name(network, layer, 0) is not None,
    )


def _unit(network: Network, layer: Layer, address: Address, channel: int, value: float, lo: float, hi: float) -> Unit:
    span = hi - lo or 1
    return Unit(
        channel=channel,
        name=unit_name(network, layer, channel),
        value=value,
        href=address.link(channel=channel),
        start=(min(value, 0) - lo) / span,
        length=abs(value) / span,
        chosen=channel == address.channel,
    )


def _path(values: NDArray[np.float64], lo: float, hi: float) -> str:
    """A stroke for every value, from zero to it, as wide as a unit: the `d` of an SVG path."""
    span = hi - lo or 1
    tops = 100 * (hi - values) / span
    zero = 100 * hi / span
    return "".join(f"M{at + 0.5:g} {zero:.4g}V{top:.4g}" for at, top in enumerate(tops.tolist()) if values[at])
