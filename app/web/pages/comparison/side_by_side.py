"""From activations to networks side by side on one picture: what each says, and where their maps are of one size."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import prod

from app.engine.activations import DescribedActivations
from app.engine.engine import Engine
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.links import image_api_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.comparison.address import MOST, ComparisonAddress
from app.web.pages.comparison.table import Entry, entry_of
from app.web.pages.components import ColourTable, NetworkOption, Notice
from app.web.pages.prediction import TopClassesView, top_classes
from app.web.pages.samples import Sample
from app.web.pages.thumbnails import ThumbnailView, thumbnail
from app.web.pages.wording import operator_kind

Size = tuple[int, int]
TOO_FEW = 2
FOLLOWING = {"activation", "normalisation"}  # kinds of operator that belong to the layer before them


@dataclass(frozen=True, slots=True)
class Seen:
    """A network and what it made of the picture: nothing if something went wrong."""

    network: Network
    run: DescribedActivations | None
    note: str | None = None
    notice: Notice | None = None


def choices(networks: Iterable[Network], chosen: Sequence[str]) -> tuple[tuple[NetworkOption, ...], ...]:
    """The networks to choose from in each place, those with weights and any that is chosen; the last may stay empty."""
    offered = [network for network in networks if network.has_weights or network.id in chosen]
    if len(offered) < TOO_FEW:
        return ()
    return tuple(
        tuple(
            NetworkOption(each.id, each.card.name, each.has_weights, chosen[place : place + 1] == [each.id])
            for each in offered
        )
        for place in range(min(MOST, len(offered)))
    )


def filled(networks: Iterable[Network], chosen: Sequence[str]) -> list[str]:
    """The chosen networks, and as long as there are not two, others that can be run.

    Those that tell the same classes apart as the first come first, then those that know most.
    """
    known = {network.id: network for network in networks}
    labels = next((known[name].labels for name in chosen if name in known), None)
    others = [network for network in known.values() if network.has_weights and network.id not in chosen]
    others.sort(key=lambda network: (network.labels != labels, -len(network.labels)))
    return [*chosen, *(network.id for network in others[: max(0, TOO_FEW - len(chosen))])]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the networks side by side: what it saw and says, or why it does not.

    `milliseconds` is one plain run, `kept_ms` the run that kept every layer.
    """

    entry: Entry
    href: str
    view: str
    note: str | None
    prediction: TopClassesView | None
    milliseconds: float | None
    kept_ms: float | None
    sizes: tuple[tuple[int, int], ...]
    notice: Notice | None


def side(engine: Engine, image: str, seen: Seen) -> Side:
    """One network's column."""
    network = seen.network
    entry = entry_of(engine, network)
    address = Address(model=network.id, image=image)
    said = None
    if seen.run:
        said = top_classes(network, seen.run.activations.scores, address)
    return Side(
        entry=entry,
        href=f"./{address.link()}",
        view=f"{image_api_path(pinned_id(network), image)}/view.png",
        note=seen.note if said else None,
        prediction=said,
        milliseconds=entry.milliseconds,
        kept_ms=said.milliseconds if said else None,
        sizes=tuple(_by_size(network)),
        notice=seen.notice,
    )


def first_choices(sides: Sequence[Side]) -> tuple[str, ...]:
    """The classes that those who answer put first, each once; none where fewer than two answer."""
    said = [side.prediction.best[0].label for side in sides if side.prediction]
    return tuple(dict.fromkeys(said)) if len(said) >= TOO_FEW else ()


@dataclass(frozen=True, slots=True)
class Step:
    """A block of a network, or a layer that stands alone: its last layer in small, and the way to it."""

    name: str
    href: str
    channels: int
    thumbnail: ThumbnailView | None


@dataclass(frozen=True, slots=True)
class SameSize:
    """Maps of the same height and width: the steps of each network in turn, none where it has no such maps."""

    height: int
    width: int
    steps: tuple[tuple[Step, ...], ...]


def same_sizes(image: str, all_seen: Sequence[Seen]) -> tuple[SameSize, ...]:
    """Where at least two of the networks have maps of one size, from the largest to the smallest."""
    found = [dict(_by_size(seen.network)) for seen in all_seen]
    shared = {size for sizes in found for size in sizes if sum(size in other for other in found) >= TOO_FEW}
    return tuple(
        SameSize(
            *size,
            tuple(
                tuple(_step(seen, image, layers) for layers in sizes.get(size, ()))
                for seen, sizes in zip(all_seen, found, strict=True)
            ),
        )
        for size in sorted(shared, key=prod, reverse=True)
    )


def _by_size(network: Network) -> Mapping[Size, list[list[Layer]]]:
    """Layers with maps of more than one cell, by height and width, in steps: blocks, and layers that stand alone."""
    maps = [layer for layer in network.graph.layers if layer.has_maps]
    sizes: dict[Size, list[list[Layer]]] = {}
    for size in dict.fromkeys(layer.map_size for layer in maps):
        at_size = [layer for layer in maps if layer.map_size == size]
        sizes[size] = [
            step
            for block, layers in groupby(at_size, key=lambda layer: layer.block)
            for step in ([list(layers)] if block else _alone(list(layers)))
        ]
    return sizes


def _alone(layers: list[Layer]) -> Iterator[list[Layer]]:
    """Each layer with the activation and normalisation that follow it."""
    step = layers[:1]
    for before, layer in pairwise(layers):
        if operator_kind(layer.op) in FOLLOWING and before.id in layer.inputs:
            step.append(layer)
        else:
            yield step
            step = [layer]
    yield step


def _step(seen: Seen, image: str, layers: list[Layer]) -> Step:
    network, last = seen.network, layers[-1]
    address = Address(model=network.id, image=image, layer=last.id)
    found = seen.run.statistics[last.id] if seen.run else None
    return Step(
        name=last.block or layers[0].name,
        href=f"./{address.link()}",
        channels=last.channels,
        thumbnail=thumbnail(network, last, address, found) if found else None,
    )


@dataclass(frozen=True, slots=True)
class OnPicture:
    """Networks side by side on one picture, or the places to choose both. `choices` has the options of each place."""

    address: ComparisonAddress
    samples: tuple[Sample, ...]
    max_bytes: int
    choices: tuple[tuple[NetworkOption, ...], ...]
    sides: tuple[Side, ...]
    sizes: tuple[SameSize, ...]
    firsts: tuple[str, ...]
    picture: str | None
    picture_notice: Notice | None
    unsigned: ColourTable
    signed: ColourTable
