"""The stations of a network from its input to its output: blocks, and layers together with what follows them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from math import ceil

from app.analysis.operator_kind import KINDS
from app.nets.layer import INPUT, Layer
from app.web.pages.wording import DASH

FEW = 16  # a network of so few layers has a station for each
MOST = 96  # stations of a network, and layers of a station: longer networks have numbered stations
LEADERS = {"convolution", "dense"}  # the kinds of layers that take the activation and the like after them along
PASSTHROUGH = KINDS["passthrough"].split()
FOLLOWERS = {"activation", "normalisation", "passthrough"}


@dataclass(frozen=True, slots=True)
class Station:
    """Consecutive layers in one place: a block, a layer with those that only follow it, or a single layer."""

    name: str
    layers: tuple[Layer, ...]

    @property
    def is_stack(self) -> bool:
        """Whether it stands for several layers."""
        return len(self.layers) > 1

    @property
    def last(self) -> Layer:
        return self.layers[-1]

    @property
    def face(self) -> Layer:
        """The layer that it is shown as: the last one that does something."""
        return next((layer for layer in reversed(self.layers) if layer.op not in PASSTHROUGH), self.last)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a layer stands within its station: the column is the layers before it, the row its branch."""

    layer: Layer
    column: int
    row: float


def stations_of(layers: Sequence[Layer], kinds: Mapping[str, str]) -> tuple[Station, ...]:
    """The stations of a network; `kinds` has the kind of each layer's operator."""
    stations: list[Station] = []
    for block, group in groupby(layers, key=lambda layer: layer.block):
        members = tuple(group)
        if block:
            stations.append(Station(block, members))
        elif len(layers) <= FEW:
            stations += [Station(layer.name, (layer,)) for layer in members]
        else:
            stations += _with_followers(members, kinds)
    return _bounded(stations)


def connections_of(stations: Sequence[Station]) -> tuple[tuple[int, int], ...]:
    """Which station reads which, as (source, reader) by their places; the network's input is at -1."""
    place = {layer.id: at for at, station in enumerate(stations) for layer in station.layers} | {INPUT: -1}
    layers = [layer for station in stations for layer in station.layers]
    pairs = {(place[source], place[layer.id]) for layer in layers for source in layer.inputs}
    return tuple(sorted(pair for pair in pairs if pair[0] != pair[1]))


def lanes_of(connections: Iterable[tuple[int, int]], most: int) -> dict[tuple[int, int], int]:
    """A lane for each connection that passes stations, the shortest first; only those of the last lane may meet."""
    lanes: list[list[tuple[int, int]]] = [[] for _ in range(most)]
    lane_of: dict[tuple[int, int], int] = {}
    skips = sorted((pair for pair in connections if pair[1] - pair[0] > 1), key=lambda pair: pair[1] - pair[0])
    for start, end in skips:
        free = (at for at, lane in enumerate(lanes) if all(end <= other[0] or other[1] <= start for other in lane))
        lane_of[start, end] = next(free, most - 1)
        lanes[lane_of[start, end]].append((start, end))
    return lane_of


def _bounded(stations: Sequence[Station]) -> tuple[Station, ...]:
    """At most as many stations as a ribbon holds; one that is cut or put together has the numbers of its layers."""
    layers = [layer for station in stations for layer in station.layers]
    starts = [*accumulate((len(station.layers) for station in stations), initial=0)]
    names = {ends: station.name for ends, station in zip(pairwise(starts), stations, strict=True)}
    cuts = [cut for start, end in pairwise(starts) for cut in (*range(start + MOST, end, MOST), end)]
    together = ceil(len(cuts) / MOST)
    ends = dict.fromkeys((0, *cuts[together - 1 :: together], len(layers)))
    return tuple(
        Station(names.get((start, end), f"{start + 1}{DASH}{end}"), tuple(layers[start:end]))
        for start, end in pairwise(ends)
    )


def _with_followers(layers: Iterable[Layer], kinds: Mapping[str, str]) -> list[Station]:
    """Each layer with weights, with the activations and normalisations that only follow it; others alone."""
    stations: list[Station] = []
    for layer in layers:
        before = stations[-1] if stations else None
        leads = before is not None and kinds[before.layers[0].id] in LEADERS
        follows = before is not None and layer.inputs == (before.last.id,) and layer.shape == before.last.shape
        if before and leads and follows and kinds[layer.id] in FOLLOWERS and layer.op != "Softmax":
            stations[-1] = Station(before.name, (*before.layers, layer))
        else:
            stations.append(Station(layer.name, (layer,)))
    return stations


def places_of(layers: Sequence[Layer]) -> tuple[Place, ...]:
    """Where the layers of a station stand. A branch keeps its row, and where branches meet is in the middle of them."""
    inside = {layer.id for layer in layers}
    first: dict[str, str] = {}  # the first layer that reads each layer
    for layer in layers:
        for source in layer.inputs:
            first.setdefault(source, layer.id)
    places: dict[str, Place] = {}
    rows = 0
    for layer in layers:
        sources = [places[source] for source in layer.inputs if source in inside]
        if len(sources) > 1:
            row = (min(source.row for source in sources) + max(source.row for source in sources)) / 2
        elif sources and first[sources[0].layer.id] == layer.id:
            row = sources[0].row
        else:
            row = rows
        rows = max(rows, int(row) + 1)
        places[layer.id] = Place(layer, 1 + max((source.column for source in sources), default=-1), row)
    return tuple(places.values())


def inner_lanes_of(places: Sequence[Place], most: int) -> dict[tuple[int, int], int]:
    """A lane for each connection to the first row that passes layers of it, as (column of source, of reader).

    What stands before the station is at -1.
    """
    column = {place.layer.id: place.column for place in places}
    row = {place.layer.id: place.row for place in places}
    readers = [(place, source) for place in places if place.row == 0 for source in place.layer.inputs]
    along = {(column.get(source, -1), place.column) for place, source in readers if row.get(source, 0) == 0}
    return lanes_of(along, most)


def row_count(places: Iterable[Place]) -> int:
    """How many rows the layers of a station take."""
    return 1 + ceil(max(place.row for place in places))
