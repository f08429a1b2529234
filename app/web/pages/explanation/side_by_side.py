"""From several explanations to small maps side by side: of all methods, classes or layers, or of random weights."""

from dataclasses import dataclass

from app.analysis.prediction import read_prediction
from app.attribution.evaluation.sanity_check import Stage, stage_counts, weighted_layers
from app.attribution.explain import Explanation
from app.attribution.method import Method
from app.attribution.registry import METHODS
from app.engine.explanations import Product
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.components import Notice
from app.web.pages.explanation.gather import Side, Sides, WhyFound
from app.web.pages.explanation.map import Pending, Shown, Start, pending, shown_map
from app.web.pages.wording import percent, shape_of

KINDS: dict[str, Product] = {"layers": "sweep", "random": "cascade"}


@dataclass(frozen=True, slots=True)
class Small:
    """One of several maps, which `href` shows large. Without `shown` it is `pending`, or `reason` says what hinders it.

    `detail` is one line more; `beaten` how many of `randoms` random maps it was better than, and where that is not
    measured, `measuring` measures it. `similarity` and `magnitudes` are rank correlations with the map.
    """

    id: str
    title: str
    href: str | None
    chosen: bool
    shown: Shown | None
    pending: Pending | None = None
    reason: str = ""
    detail: str = ""
    beaten: int | None = None
    randoms: int | None = None
    measuring: Pending | None = None
    similarity: float | None = None
    magnitudes: float | None = None


@dataclass(frozen=True, slots=True)
class MethodComparison:
    """Several maps side by side; `kept` is the rank correlation that is left when all weights are random."""

    kind: str
    maps: tuple[Small, ...]
    pending: Pending | None
    notice: Notice | None
    kept: float | None = None


def beside_view(
    network: Network, address: Address, method: Method, layers: tuple[Layer, ...], found: WhyFound
) -> MethodComparison | None:
    """What stands side by side below the map; places are kept for what is not made yet.

    What takes many runs is begun at once only where one map is quick.
    """
    sides = found.sides
    if sides is None:
        return None
    maps = _maps(network, address, method, layers, found, sides)
    return MethodComparison(
        kind=address.beside,
        maps=maps,
        pending=_pending(network, address, method, sides),
        notice=sides.notice,
        kept=_kept(method, sides.stages) if sides.stages else None,
    )


def _pending(network: Network, address: Address, method: Method, sides: Sides) -> Pending | None:
    if sides.notice is not None:
        return None
    if sides.several:
        quick = any(
            not (side.reason or side.explanation or METHODS[side.address.method].slow) for side in sides.several
        )
        return Pending("", address.to(wait=True), "auto") if quick else None
    if sides.swept is not None or sides.stages is not None:
        return None
    start: Start = "asked" if method.slow else "auto"
    return pending(network, address, method, KINDS[address.beside], start)


def _maps(
    network: Network, address: Address, method: Method, layers: tuple[Layer, ...], found: WhyFound, sides: Sides
) -> tuple[Small, ...]:
    if sides.notice is not None:
        return ()
    match address.beside:
        case "methods":
            return tuple(_of_method(network, address, side) for side in sides.several)
        case "classes":
            return tuple(_of_class(network, address, found, side) for side in sides.several)
        case "layers":
            swept = {str(each.layer): each for each in sides.swept or ()}
            here = found.asked.layer if found.asked else None
            return tuple(
                _of_layer(network, address, method, layer, swept.get(layer.id), layer == here) for layer in layers
            )
        case _:
            return _of_stages(network, address, method, found, sides)


def _of_method(network: Network, address: Address, side: Side) -> Small:
    method = METHODS[side.address.method]
    chosen = method.name == address.method
    return _of_side(network, side, f"side-{method.name}", method.title, "", chosen=chosen)


def _of_class(network: Network, address: Address, found: WhyFound, side: Side) -> Small:
    if side.asked is None:
        return _of_side(network, side, f"side-{side.address.why}", str(side.address.why), "", chosen=False)
    target = side.asked.target
    chosen = found.asked is not None and target == found.asked.target
    title, detail = target.label(network), ""
    if target.against is None and target.channel_of is None:
        detail = percent(float(read_prediction(found.scores).scores[target.index]))
    name = f"{target.index}" if target.against is None else f"{target.index}-{target.against}"
    return _of_side(network, side, f"side-{name}", title, detail, chosen=chosen)


def _of_side(network: Network, side: Side, name: str, title: str, detail: str, *, chosen: bool) -> Small:
    method, map_, measured = METHODS[side.address.method], side.explanation, side.faithfulness
    randoms = len(measured.random) if measured else None
    return Small(
        id=name,
        title=title,
        href=None if side.reason else side.address.to(),
        chosen=chosen,
        shown=shown_map(network, side.address, method, map_) if map_ else None,
        pending=None
        if side.reason or map_ or not method.slow
        else pending(network, side.address, method, "explanation", "asked"),
        reason=side.reason,
        detail=detail,
        beaten=round(measured.better_than * len(measured.random)) if measured else None,
        randoms=randoms,
        measuring=pending(network, side.address, method, "faithfulness", "asked") if map_ and not measured else None,
    )


def _of_layer(
    network: Network, address: Address, method: Method, layer: Layer, found: Explanation | None, chosen: bool
) -> Small:
    there = address.model_copy(update={"at": layer.id})
    return Small(
        id=f"side-{layer.id}",
        title=layer.name,
        href=address.to(at=layer.id),
        chosen=chosen,
        shown=shown_map(network, there, method, found) if found else None,
        detail=shape_of(layer.shape),
    )


def _of_stages(network: Network, address: Address, method: Method, found: WhyFound, sides: Sides) -> tuple[Small, ...]:
    """The map itself, then what becomes of it at each stage."""
    counts, weighted = stage_counts(network), weighted_layers(network)
    made = {stage.count: stage for stage in sides.stages or ()}
    own = shown_map(network, address, method, found.explanation) if found.explanation else None
    first = Small("side-0", "", None, chosen=True, shown=own)
    return (
        first,
        *(_of_stage(network, address, method, count, weighted[count - 1].name, made.get(count)) for count in counts),
    )


def _of_stage(network: Network, address: Address, method: Method, count: int, layer: str, stage: Stage | None) -> Small:
    shown = shown_map(network, address, method, stage.explanation, randomised=count) if stage else None
    return Small(
        id=f"side-{count}",
        title=layer,
        href=None,
        chosen=False,
        shown=shown,
        similarity=stage.correlation if stage else None,
        magnitudes=stage.magnitude_correlation if stage else None,
    )


def _kept(method: Method, stages: tuple[Stage, ...]) -> float | None:
    """The rank correlation with the map once all weights are random; of magnitudes where those are what it shows."""
    last = stages[-1]
    return last.magnitude_correlation if method.ranks_by_magnitude else last.correlation
