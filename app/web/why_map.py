"""From a map and what is measured of it to what a template shows of them."""

from app.attribution.explain import Explanation
from app.attribution.faithfulness import Faithfulness
from app.attribution.method import Method
from app.explaining import Kind
from app.nets.network import Network
from app.web.addresses import Address, pinned
from app.web.asking import explanation_path
from app.web.contexts import Legend
from app.web.explained import scale_for
from app.web.why import Belief, Figure, Pending, Shown, Start
from app.web.why_chart import curve_chart


def shown_map(network: Network, address: Address, method: Method, found: Explanation, **changes: int) -> Shown:
    """A map that is there, as the address asks for it but for `changes` of the API's address."""
    scale = scale_for(found)
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


def pending(network: Network, address: Address, method: Method, kind: Kind, start: Start) -> Pending:
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
