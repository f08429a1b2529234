"""From the catalogue to the comparison in figures: the sortable table, the charts, VGG's table, the lecture's."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Literal, get_args

from app.engine.engine import Engine
from app.engine.timings import MEASURED_RUNS
from app.nets.card import Accuracy, Card
from app.nets.graph import Graph
from app.nets.network import Network
from app.web.pages.charts.scatter import Point, ScatterChart, scatter_chart
from app.web.pages.comparison.address import Column, ComparisonAddress
from app.web.pages.components import Notice

IMAGENET, IMAGENETTE = "imagenet1k", "imagenette"  # the labels of networks that are drawn on one chart
VALIDATION = "ImageNet's validation set"
TOO_FEW = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One network and its figures. `original` is the name of the one it is a narrower copy of; `copied` has a copy.

    `field` is the greater side of the last map's receptive field in pixels, `accuracy` the first measurement of the
    weights that are here or are known to fit, `published` its paper's top-1, which is not a copy's.
    """

    card: Card
    ready: bool
    original: str | None
    copied: bool
    depth: int
    params: int
    macs: int
    nbytes: int
    activation_bytes: int
    field: float | None
    milliseconds: float | None
    accuracy: Accuracy | None
    published: float | None


VALUES: Mapping[Column, Callable[[Entry], Any]] = {
    "network": lambda entry: entry.card.name.casefold(),
    "family": lambda entry: entry.card.family.casefold(),
    "year": lambda entry: entry.card.year,
    "depth": lambda entry: entry.depth,
    "params": lambda entry: entry.params,
    "macs": lambda entry: entry.macs,
    "bytes": lambda entry: entry.nbytes,
    "input": lambda entry: entry.card.input.width * entry.card.input.height,
    "field": lambda entry: entry.field,
    "activations": lambda entry: entry.activation_bytes,
    "time": lambda entry: entry.milliseconds,
    "accuracy": lambda entry: entry.accuracy and entry.accuracy.top1,
    "published": lambda entry: entry.published,
}


@dataclass(frozen=True, slots=True)
class Configuration:
    """A row of VGG's table: for each group of layers before a halving, the sides of its filters; a 0 is an LRN."""

    letter: str
    entry: Entry
    groups: tuple[tuple[int, ...], ...]
    maps: tuple[int, ...]
    error: float
    best: float


@dataclass(frozen=True, slots=True)
class Correction:
    """A row of the lecture's table beside what is computed."""

    text: Any
    entry: Entry


@dataclass(frozen=True, slots=True)
class DataChart:
    """The chart of the networks that answer with the same labels; `left_out` have no figure on that data."""

    labels: str
    chart: ScatterChart
    left_out: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """A family's idea in words, and its networks here."""

    text: Any
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading, and the address that sorts by it; `order` is how it is sorted now."""

    column: Column
    href: str
    order: Literal["ascending", "descending"] | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All networks. A time is the median of `runs` on `provider`; `unmeasured` networks could be run and have none."""

    address: ComparisonAddress
    headings: tuple[Heading, ...]
    entries: tuple[Entry, ...]
    runs: int
    provider: str
    unmeasured: int
    charts: tuple[DataChart, ...]
    vgg: tuple[Configuration, ...]
    families: tuple[Family, ...]
    corrections: tuple[Correction, ...]
    notice: Notice | None


def figures(engine: Engine, address: ComparisonAddress, texts: SimpleNamespace, notice: Notice | None) -> Figures:
    """All networks compared. `texts` also holds what is known of the VGG paper and of the lecture's table."""
    networks = {network.id: network for network in engine.catalog}
    copied = {engine.catalog.original_of(network) for network in networks.values()}
    by_id = {name: entry_of(engine, network, name in copied) for name, network in networks.items()}
    return Figures(
        address=address,
        headings=headings(address),
        entries=in_order(by_id.values(), address),
        runs=MEASURED_RUNS,
        provider=engine.status().provider_in_use,
        unmeasured=sum(entry.ready and entry.milliseconds is None for entry in by_id.values()),
        charts=tuple(_charts(by_id.values())),
        vgg=tuple(
            configuration(row.letter, by_id[row.id], networks[row.id].graph, row.error, row.best)
            for row in texts.vgg.rows
            if row.id in by_id
        ),
        families=tuple(
            Family(text, tuple(entry for entry in by_id.values() if entry.card.family in text.match))
            for text in texts.families.list
        ),
        corrections=tuple(Correction(row, by_id[row.id]) for row in texts.notes.table if row.id in by_id),
        notice=notice,
    )


def entry_of(engine: Engine, network: Network, copied: bool = False) -> Entry:
    """One network's figures, all from its graph and its card but the time."""
    graph = network.graph
    original = engine.catalog.original_of(network)
    last, seconds = graph.last_map, engine.timings.known(network)
    return Entry(
        card=network.card,
        ready=network.has_weights,
        original=engine.catalog.published[original].name if original else None,
        copied=copied,
        depth=graph.depth,
        params=graph.params,
        macs=graph.macs,
        nbytes=network.nbytes,
        activation_bytes=graph.activation_bytes,
        field=max(last.receptive_field.size) if last else None,
        milliseconds=None if seconds is None else 1e3 * seconds,
        accuracy=next(iter(network.accuracy), None),
        published=None if original else network.card.paper.top1,
    )


def in_order(entries: Iterable[Entry], address: ComparisonAddress) -> tuple[Entry, ...]:
    """Sorted as the address says, what has no figure last; else by year, every copy after its original."""
    if address.sort is None:
        return _by_year(entries)
    value = VALUES[_column(address.sort)]
    known = [entry for entry in entries if value(entry) is not None]
    unknown = [entry for entry in entries if value(entry) is None]
    return (*sorted(known, key=value, reverse=address.sort.startswith("-")), *unknown)


def headings(address: ComparisonAddress) -> tuple[Heading, ...]:
    """Every column's; that of the sorted one turns the order round."""
    found = []
    for column in get_args(Column):
        order: Literal["ascending", "descending"] | None = None
        if address.sort and _column(address.sort) == column:
            order = "descending" if address.sort.startswith("-") else "ascending"
        turned = f"-{column}" if order == "ascending" else column
        found.append(Heading(column, address.link(sort=turned, measure=False), order))
    return tuple(found)


def configuration(letter: str, entry: Entry, graph: Graph, error: float, best: float) -> Configuration:
    """A VGG network as the paper's table has it: its layers between poolings."""
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
    return Configuration(letter, entry, tuple(tuple(group) for group in groups if group), tuple(maps), error, best)


def _charts(entries: Iterable[Entry]) -> Iterable[DataChart]:
    for labels in (IMAGENET, IMAGENETTE):
        answering = [entry for entry in entries if entry.card.labels == labels]
        points = [point for entry in answering if (point := _point(entry))]
        if len(points) >= TOO_FEW:
            drawn = {point.id for point in points}
            left_out = tuple(entry for entry in answering if entry.card.id not in drawn)
            yield DataChart(labels, scatter_chart(points), left_out)


def _point(entry: Entry) -> Point | None:
    """The network with its accuracy on the data of its labels, if there is one: for ImageNet the paper's own if any."""
    card, accuracy = entry.card, entry.accuracy
    published = entry.published if card.labels == IMAGENET else None
    here = accuracy.top1 if accuracy and (card.labels != IMAGENET or accuracy.on == VALIDATION) else None
    top1 = here if published is None else published
    if top1 is None:
        return None
    stood_in = card.labels == IMAGENET and published is None
    return Point(card.id, card.name, entry.macs, top1, entry.params, entry.ready, stood_in)


def _column(sort: str) -> Column:
    return next(column for column in get_args(Column) if column == sort.removeprefix("-"))


def _by_year(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    listed = list(entries)
    place = {entry.card.id: (entry.card.year, entry.card.family, index) for index, entry in enumerate(listed)}

    def key(entry: Entry) -> tuple[int, str, int, bool]:
        base = entry.card.id.partition("-")[0] if entry.original else entry.card.id
        return *place[base], entry.original is not None

    return tuple(sorted(listed, key=key))
