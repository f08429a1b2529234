"""From activations to networks side by side on one picture: what each says, and where their maps are of one size."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import prod

from app.engine import Engine
from app.nets.layer import Layer
from app.nets.network import Activations, Network
from app.web import overview
from app.web.addresses import Address, pinned, shown_path
from app.web.answering import note, prediction
from app.web.comparing import entry_of
from app.web.comparison import MOST, SameSize, Side, Step
from app.web.contexts import Notice, Option
from app.web.overview import LayerStatisticsById
from app.web.wording import kind_of

Size = tuple[int, int]
TOO_FEW = 2
FOLLOWING = {"activation", "normalisation"}  # kinds of operator that belong to the layer before them


@dataclass(frozen=True, slots=True)
class Seen:
    """A network and what it made of the picture: nothing if something went wrong."""

    network: Network
    run: tuple[Activations, LayerStatisticsById] | None
    notice: Notice | None = None


def choices(networks: Iterable[Network], chosen: Sequence[str]) -> tuple[tuple[Option, ...], ...]:
    """The networks to choose from in each place, those with weights and any that is chosen; the last may stay empty."""
    offered = [network for network in networks if network.ready or network.id in chosen]
    if len(offered) < TOO_FEW:
        return ()
    return tuple(
        tuple(Option(each.id, each.card.name, each.ready, chosen[place : place + 1] == [each.id]) for each in offered)
        for place in range(min(MOST, len(offered)))
    )


def filled(networks: Iterable[Network], chosen: Sequence[str]) -> list[str]:
    """The chosen networks, and as long as there are not two, others that can be run.

    Those that tell the same classes apart as the first come first, then those that know most.
    """
    known = {network.id: network for network in networks}
    labels = next((known[name].labels for name in chosen if name in known), None)
    others = [network for network in known.values() if network.ready and network.id not in chosen]
    others.sort(key=lambda network: (network.labels != labels, -len(network.labels)))
    return [*chosen, *(network.id for network in others[: max(0, TOO_FEW - len(chosen))])]


def side(engine: Engine, image: str, seen: Seen) -> Side:
    """One network's column."""
    network = seen.network
    entry = entry_of(engine, network)
    address = Address(model=network.id, image=image)
    said = None
    if seen.run:
        said = prediction(network, seen.run[0].scores, address)
    return Side(
        entry=entry,
        href=f"./{address.to()}",
        view=f"{shown_path(pinned(network), image)}/view.png",
        note=note(engine, network, image) if said else None,
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
    maps = [layer for layer in network.graph.layers if len(layer.shape) == 3 and prod(layer.shape[1:]) > 1]
    sizes: dict[Size, list[list[Layer]]] = {}
    for size in dict.fromkeys((layer.shape[1], layer.shape[2]) for layer in maps):
        at_size = [layer for layer in maps if layer.shape[1:] == size]
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
        if kind_of(layer.op) in FOLLOWING and before.id in layer.inputs:
            step.append(layer)
        else:
            yield step
            step = [layer]
    yield step


def _step(seen: Seen, image: str, layers: list[Layer]) -> Step:
    network, last = seen.network, layers[-1]
    address = Address(model=network.id, image=image, layer=last.id)
    found = seen.run[1][last.id] if seen.run else None
    return Step(
        name=last.block or layers[0].name,
        href=f"./{address.to()}",
        channels=last.shape[0],
        thumbnail=overview.thumbnail(network, last, address, found) if found else None,
    )
