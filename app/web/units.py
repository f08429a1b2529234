"""A vector's values as what they are: bars, with the classes' names where they stand for classes."""

import numpy as np
from numpy.typing import NDArray

from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.statistics import Statistics
from app.web.addresses import Address, layer_path, pinned
from app.web.inspected import Unit, Units

ROWS = 20


def has_places(layer: Layer) -> bool:
    """Whether the layer's channels are maps of more than one cell."""
    return len(layer.shape) == 3 and layer.shape[1:] != (1, 1)


def unit_name(network: Network, layer: Layer, number: int) -> str | None:
    """The class that a unit of the answer stands for."""
    graph = network.graph
    return network.labels[number] if layer in (graph.logits, graph.scores) else None


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
        back=address.to(first=max(0, first - ROWS)) if first else None,
        forth=address.to(first=first + ROWS) if first + ROWS < count else None,
        statistics=layer_path(pinned(network), str(address.image), layer.id),
        named=unit_name(network, layer, 0) is not None,
    )


def _unit(network: Network, layer: Layer, address: Address, channel: int, value: float, lo: float, hi: float) -> Unit:
    span = hi - lo or 1
    return Unit(
        channel=channel,
        name=unit_name(network, layer, channel),
        value=value,
        href=address.to(channel=channel),
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
