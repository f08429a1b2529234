"""The stations of a network from its input to its output: blocks, and layers together with what follows them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil

from app.nets.layer import Layer

FEW = 16  # a network of so few layers has a station for each
FOLLOWERS = {"convolution", "dense"}  # the kinds of layers that take the activation and the like after them along


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
    return tuple(stations)


def _with_followers(layers: Iterable[Layer], kinds: Mapping[str, str]) -> list[Station]:
    """Each layer with weights, with the activations and normalisations that only follow it; others alone."""
    stations: list[Station] = []
    for layer in layers:
        before = stations[-1] if stations else None
        leads = before is not None and kinds[before.layers[0].id] in FOLLOWERS
        follows = before is not None and layer.inputs == (before.last.id,) and layer.shape == before.last.shape
        if (
            before
            and leads
            and follows
            and kinds[layer.id] in ("activation", "normalisation")
            and layer.op != "Softmax"
        ):
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


def row_count(places: Iterable[Place]) -> int:
    """How many rows the layers of a station take."""
    return 1 + ceil(max(place.row for place in places))
