"""Two or three networks side by side on one picture: the prediction of each, and their maps of the same size."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from app.engine.engine import Engine
from app.nets.network import Network
from app.web.links import image_api_path, image_png_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.comparison.address import MAX_NETWORKS, ComparisonAddress
from app.web.pages.comparison.entry import NetworkEntry, network_entry
from app.web.pages.comparison.gather import NetworkRun
from app.web.pages.comparison.map_sizes import MIN_NETWORKS, MapShape, MapSizeView, shared_map_sizes, steps_by_size
from app.web.pages.components import ColourTable, NetworkOption, Notice, colour_filters
from app.web.pages.prediction import TopClassesView, top_classes
from app.web.pages.samples import SampleChoice
from app.web.pages.site import Site


@dataclass(frozen=True, slots=True)
class NetworkColumnView:
    """One of the networks side by side: its input and prediction, or why there is none.

    `milliseconds` is one plain run, `all_layers_ms` the run that returned every layer's output.
    """

    entry: NetworkEntry
    href: str
    view: str
    note: str | None
    prediction: TopClassesView | None
    milliseconds: float | None
    all_layers_ms: float | None
    sizes: tuple[MapShape, ...]
    notice: Notice | None


@dataclass(frozen=True, slots=True)
class SideBySideView:
    """Networks side by side on one picture, or the forms to choose both.

    `choices` has the options of each selection, `firsts` the different classes that the networks rank first.
    `layers` is the comparison of a layer of the first network with one of the second.
    """

    address: ComparisonAddress
    samples: SampleChoice
    max_bytes: int
    choices: tuple[tuple[NetworkOption, ...], ...]
    sides: tuple[NetworkColumnView, ...]
    sizes: tuple[MapSizeView, ...]
    firsts: tuple[str, ...]
    layers: str | None
    picture: str | None
    picture_notice: Notice | None
    unsigned: ColourTable
    signed: ColourTable


def side_by_side_view(
    site: Site, engine: Engine, address: ComparisonAddress, runs: Sequence[NetworkRun], notice: Notice | None
) -> SideBySideView:
    """The networks of the address side by side; `runs` is empty where there is no picture."""
    image = address.image or ""
    sides = tuple(_column_view(engine, image, run) for run in runs)
    offered = offered_networks(engine, address.models)
    unsigned, signed = colour_filters("auto")
    return SideBySideView(
        address=address,
        samples=SampleChoice.of(site.samples, (each for each in offered if each.id in address.models)),
        max_bytes=site.max_bytes,
        choices=network_choices(offered, address.models),
        sides=sides,
        sizes=shared_map_sizes(image, runs),
        firsts=_first_classes(sides),
        layers=_layers_href(image, address.models) if len(runs) >= MIN_NETWORKS else None,
        picture=image_png_path(image) if runs else None,
        picture_notice=notice,
        unsigned=unsigned,
        signed=signed,
    )


def offered_networks(engine: Engine, chosen: Sequence[str]) -> list[Network]:
    """The networks of the catalog, and those that are chosen by an id that no list has.

    Raises:
        UnknownModel: there is no network with such an id.
    """
    listed = list(engine.catalog)
    ids = {network.id for network in listed}
    return [*listed, *(engine.network(name) for name in chosen if name not in ids)]


def network_choices(networks: Iterable[Network], chosen: Sequence[str]) -> tuple[tuple[NetworkOption, ...], ...]:
    """The options of each selection: networks with weights, and the chosen ones; none if there are fewer than two."""
    offered = [network for network in networks if network.has_weights or network.id in chosen]
    if len(offered) < MIN_NETWORKS:
        return ()
    return tuple(
        tuple(
            NetworkOption(each.id, each.card.name, each.has_weights, chosen[position : position + 1] == [each.id])
            for each in offered
        )
        for position in range(min(MAX_NETWORKS, len(offered)))
    )


def complete_choice(networks: Iterable[Network], chosen: Sequence[str]) -> list[str]:
    """The chosen networks, completed to two by others that have weights.

    Those with the same labels as the first come first, then those with the most classes.
    """
    known = {network.id: network for network in networks}
    labels = next((known[name].labels for name in chosen if name in known), None)
    others = [network for network in known.values() if network.has_weights and network.id not in chosen]
    others.sort(key=lambda network: (network.labels != labels, -network.classes))
    return [*chosen, *(network.id for network in others[: max(0, MIN_NETWORKS - len(chosen))])]


def _column_view(engine: Engine, image: str, run: NetworkRun) -> NetworkColumnView:
    network = run.network
    entry = network_entry(engine, network)
    address = Address(model=network.id, image=image)
    predicted = top_classes(network, run.summary.scores, address) if run.summary else None
    return NetworkColumnView(
        entry=entry,
        href=f"./{address.link()}",
        view=f"{image_api_path(pinned_id(network), image)}/view.png",
        note=run.note if predicted else None,
        prediction=predicted,
        milliseconds=entry.milliseconds,
        all_layers_ms=predicted.milliseconds if predicted else None,
        sizes=tuple(steps_by_size(network)),
        notice=run.notice,
    )


def _layers_href(image: str, models: Sequence[str]) -> str:
    query = {"model": models[0], "other_model": models[1], "image": image}
    return f"experiments/compare?{urlencode(query)}"


def _first_classes(sides: Sequence[NetworkColumnView]) -> tuple[str, ...]:
    """The classes ranked first, each once; none where fewer than two networks predict one class."""
    labels = [side.prediction.best[0].label for side in sides if side.prediction and side.prediction.is_exclusive]
    return tuple(dict.fromkeys(labels)) if len(labels) >= MIN_NETWORKS else ()
