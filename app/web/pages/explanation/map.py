"""What the templates are given about an explanation: why a class, or what drives a channel."""

from dataclasses import dataclass
from typing import Literal

from app.attribution.evaluation.faithfulness import Faithfulness
from app.attribution.explain import Explanation
from app.attribution.method import Method
from app.engine.explanations import Product
from app.nets.network import Network
from app.rendering.signed_maps import signed_scale
from app.web.links import pinned
from app.web.pages.address import Address
from app.web.pages.charts.curves import CurveChart, curve_chart
from app.web.pages.components import Legend
from app.web.pages.explanation.question import explanation_path

Start = Literal["auto", "asked"]


@dataclass(frozen=True, slots=True)
class Pending:
    """Something that is not made yet: the address of the events that tell how far it is, and that of the page with it.

    `start` says whether the page's scripts begin at once, or when they are told to.
    """

    events: str
    href: str
    start: Start


@dataclass(frozen=True, slots=True)
class Figure:
    """One of a method's own figures, by name."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Shown:
    """A map: its address, its scale and its raw range.

    `beyond` says that some values lie off the scale and have the colours of its ends; `note` is what must be said of
    the map, `figures` are the method's own, `gap` is the missing share of the score's change.
    """

    src: str
    legend: Legend
    min: float
    max: float
    beyond: bool
    note: str
    figures: tuple[Figure, ...]
    gap: float | None


@dataclass(frozen=True, slots=True)
class Belief:
    """How far to believe a map: its areas beside the least and greatest of the random maps, and the verdict on it.

    It was better than `beaten` of `randoms` random maps.
    """

    verdict: Literal["all", "most", "few"]
    beaten: int
    randoms: int
    deletion: float
    insertion: float
    random_deletion: tuple[float, float]
    random_insertion: tuple[float, float]
    smoothness: float
    charts: tuple[CurveChart, CurveChart]


def shown_map(network: Network, address: Address, method: Method, found: Explanation, **changes: int) -> Shown:
    """A map that is there, as the address asks for it but for `changes` of the API's address."""
    scale = signed_scale(found.values)
    change = found.figures.get("score_change")
    gap = found.figures.get("gap")
    return Shown(
        src=explanation_path(pinned(network), address, method, ".png", **changes),
        legend=Legend(scale.lo, scale.hi, scale.hi, scale.signed, "channel"),
        min=found.min,
        max=found.max,
        beyond=max(found.max, -found.min) > scale.hi,
        note=found.note,
        figures=tuple(Figure(name, value) for name, value in found.figures.items()),
        gap=abs(gap / change) if gap is not None and change else None,
    )


def pending(network: Network, address: Address, method: Method, kind: Product, start: Start) -> Pending:
    """What is not made yet."""
    return Pending(
        events=explanation_path(pinned(network), address, method, "/events", of=kind),
        href=address.to(wait=True),
        start=start,
    )


def belief(found: Faithfulness) -> Belief:
    """The verdict on a map, and the charts of what it was measured by."""
    own, random = found.curves, found.random
    beaten = round(found.better_than * len(random))
    top = max(1e-9, *(float(curve.max()) for each in (own, *random) for curve in (each.removed, each.shown)))
    return Belief(
        verdict="all" if beaten == len(random) else "most" if 2 * beaten > len(random) else "few",
        beaten=beaten,
        randoms=len(random),
        deletion=own.deletion,
        insertion=own.insertion,
        random_deletion=_ends([each.deletion for each in random]),
        random_insertion=_ends([each.insertion for each in random]),
        smoothness=found.deviation,
        charts=(
            curve_chart("deletion", own.removed, [each.removed for each in random], top),
            curve_chart("insertion", own.shown, [each.shown for each in random], top),
        ),
    )


def _ends(values: list[float]) -> tuple[float, float]:
    return min(values), max(values)
