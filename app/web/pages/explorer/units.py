"""The values of a vector as bars, with the names of the classes where the values are logits or probabilities."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from app.analysis.statistics import Statistics
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.links import layer_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.prediction import unit_name

ROWS = 20
MOST_BARS = 4096  # more than a screen has columns


@dataclass(frozen=True, slots=True)
class ValueAxis:
    """An axis from `lo` to `hi` that includes zero."""

    lo: float
    hi: float

    @property
    def span(self) -> float:
        """The length of the axis; 1 if all values are zero."""
        return self.hi - self.lo or 1


@dataclass(frozen=True, slots=True)
class UnitView:
    """One value of a vector as a bar from zero; `start` and `length` are shares of the axis, 0..1."""

    channel: int
    name: str | None
    value: float
    href: str
    start: float
    length: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class UnitsView:
    """The values of a vector. `rows` is one page of them, the largest first, from position `first`.

    `path` draws all values: the unit across; down, hundredths of the range from `hi` to `lo`. Of a long vector a bar
    covers several units. `named` is whether the units have the names of classes.
    """

    count: int
    lo: float
    hi: float
    zero: float
    path: str
    rows: tuple[UnitView, ...]
    first: int
    previous: str | None
    next: str | None
    statistics: str
    named: bool


def units_view(network: Network, layer: Layer, address: Address, statistics: Statistics) -> UnitsView:
    """The values of a layer of shape (N,) or (N, 1, 1)."""
    values = statistics.channels.mean
    count = len(values)
    order = np.argsort(-values, kind="stable")
    first = address.first if address.first < count else 0
    axis = ValueAxis(min(0.0, float(values.min())), max(0.0, float(values.max())))
    return UnitsView(
        count=count,
        lo=axis.lo,
        hi=axis.hi,
        zero=100 * axis.hi / axis.span,
        path=_path(values, axis),
        rows=tuple(
            _unit(address, axis, channel, float(values[channel]), unit_name(network, layer, channel))
            for channel in order[first : first + ROWS].tolist()
        ),
        first=first,
        previous=address.link(first=max(0, first - ROWS)) if first else None,
        next=address.link(first=first + ROWS) if first + ROWS < count else None,
        statistics=layer_path(pinned_id(network), str(address.image), layer.id),
        named=unit_name(network, layer, 0) is not None,
    )


def _unit(address: Address, axis: ValueAxis, channel: int, value: float, name: str | None) -> UnitView:
    return UnitView(
        channel=channel,
        name=name,
        value=value,
        href=address.link(channel=channel),
        start=(min(value, 0) - axis.lo) / axis.span,
        length=abs(value) / axis.span,
        chosen=channel == address.channel,
    )


def _path(values: NDArray[np.float64], axis: ValueAxis) -> str:
    """One bar per value, or per few neighbours, from the least of them and zero to the greatest: an SVG path's `d`."""
    width = ceil(len(values) / MOST_BARS)
    starts = np.arange(0, len(values), width)
    highest, lowest = (np.maximum.reduceat(values, starts), np.minimum.reduceat(values, starts))
    ends = np.minimum(starts + width, len(values))
    tops = 100 * (axis.hi - np.maximum(highest, 0)) / axis.span
    floors = 100 * (axis.hi - np.minimum(lowest, 0)) / axis.span
    bars = zip(starts.tolist(), ends.tolist(), tops.tolist(), floors.tolist(), strict=True)
    return "".join(f"M{start} {top:.4g}H{end}V{floor:.4g}H{start}z" for start, end, top, floor in bars if top < floor)
