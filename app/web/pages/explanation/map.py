"""The map of an explanation as the page shows it, and what stands in its place until it is computed."""

from dataclasses import dataclass
from typing import Literal

from app.attribution.explain import Explanation
from app.engine.products import Product
from app.nets.network import Network
from app.rendering.signed_maps import signed_scale
from app.web.links import pinned_id
from app.web.pages.address import Address
from app.web.pages.explanation.question import explanation_path
from app.web.pages.legend import Legend

Start = Literal["auto", "manual"]


@dataclass(frozen=True, slots=True)
class PendingView:
    """Something that is not computed yet.

    `events` is the API's address of its progress; it is empty where nothing reports any. `href` is the page that waits
    for it. `start` says whether the scripts begin at once or at a click.
    """

    events: str
    href: str
    start: Start


@dataclass(frozen=True, slots=True)
class FigureView:
    """One of the figures that a method gives with its map."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class MapView:
    """A map: the address of its PNG, its scale and its range.

    `beyond` says that some values lie beyond the scale and have the colours of its ends. `note` is what a reader must
    know of the map. `gap` is the share of the change of the score that the map's sum misses.
    """

    src: str
    legend: Legend
    min: float
    max: float
    beyond: bool
    note: str
    figures: tuple[FigureView, ...]
    gap: float | None


def map_view(network: Network, address: Address, explanation: Explanation, **changes: int) -> MapView:
    """The map that `address` asks for; `changes` are parameters of the API's address that differ."""
    scale = signed_scale(explanation.values)
    change, gap = explanation.figures.get("score_change"), explanation.figures.get("gap")
    return MapView(
        src=explanation_path(pinned_id(network), address, ".png", **changes),
        legend=Legend(scale.lo, scale.hi, scale.signed, "channel"),
        min=explanation.min,
        max=explanation.max,
        beyond=max(explanation.max, -explanation.min) > scale.hi,
        note=explanation.note,
        figures=tuple(FigureView(name, value) for name, value in explanation.figures.items()),
        gap=abs(gap / change) if gap is not None and change else None,
    )


def pending_view(network: Network, address: Address, product: Product, start: Start) -> PendingView:
    """A product of the explanation that `address` asks for, before it is computed."""
    events = explanation_path(pinned_id(network), address, "/events", of=product)
    return PendingView(events, address.link(wait=True), start)
