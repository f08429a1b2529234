"""Small maps side by side: of all methods, of several classes, of all layers, or with random weights."""

from dataclasses import dataclass, replace

from app.attribution.evaluation.sanity_check import Stage, stage_counts, weighted_layers
from app.attribution.explain import Explanation
from app.attribution.method import Method
from app.attribution.registry import METHODS
from app.engine.products import Product
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.components import Notice
from app.web.pages.explanation.faithfulness import count_beaten
from app.web.pages.explanation.gather import ComparedMap, ExplanationData, MapComparison
from app.web.pages.explanation.map import MapView, PendingView, map_view, pending_view
from app.web.pages.wording import format_number, format_percent, format_shape

PRODUCTS: dict[str, Product] = {"layers": "sweep", "random": "cascade"}


@dataclass(frozen=True, slots=True)
class ComparedMapView:
    """One of several maps; `href` is the page that shows it large. Without a `map` it is `pending`, or has a `reason`.

    `detail` is one more line of text. The map is better than `beaten` of `random_maps` random maps, unless that is not
    `measurable`; until it is measured, `faithfulness_pending` measures it. The correlations are rank correlations with
    the original map.
    """

    id: str
    title: str
    href: str | None
    chosen: bool
    map: MapView | None
    pending: PendingView | None = None
    reason: str = ""
    detail: str = ""
    beaten: int | None = None
    random_maps: int | None = None
    measurable: bool = True
    faithfulness_pending: PendingView | None = None
    correlation: float | None = None
    magnitude_correlation: float | None = None


@dataclass(frozen=True, slots=True)
class MapComparisonView:
    """Several maps side by side; `final_correlation` is the rank correlation that is left with all weights random."""

    kind: str
    maps: tuple[ComparedMapView, ...]
    pending: PendingView | None
    notice: Notice | None
    final_correlation: float | None = None


def map_comparison_view(
    network: Network, address: Address, layers: tuple[Layer, ...], data: ExplanationData
) -> MapComparisonView | None:
    """The maps to compare, with an empty place for each that is not computed yet; None if nothing is compared."""
    comparison = data.comparison
    if comparison is None:
        return None
    if comparison.notice is not None:
        return MapComparisonView(address.beside, (), None, comparison.notice)
    return MapComparisonView(
        kind=address.beside,
        maps=_maps(network, address, layers, data, comparison),
        pending=_pending(network, address, comparison),
        notice=None,
        final_correlation=_final_correlation(METHODS[address.method], comparison.stages or ()),
    )


def _pending(network: Network, address: Address, comparison: MapComparison) -> PendingView | None:
    """What computes the maps that are missing; it starts at once unless each of them takes many runs."""
    if comparison.maps:
        missing = [each for each in comparison.maps if not (each.reason or each.explanation)]
        fast = any(not METHODS[each.address.method].slow for each in missing)
        return PendingView("", address.link(wait=True), "auto") if fast else None
    if comparison.layer_maps is not None or comparison.stages is not None:
        return None
    slow = METHODS[address.method].slow
    return pending_view(network, address, PRODUCTS[address.beside], "manual" if slow else "auto")


def _maps(
    network: Network, address: Address, layers: tuple[Layer, ...], data: ExplanationData, comparison: MapComparison
) -> tuple[ComparedMapView, ...]:
    match address.beside:
        case "methods":
            return tuple(_method_map(network, address, each) for each in comparison.maps)
        case "classes":
            return tuple(_class_map(network, data, each) for each in comparison.maps)
        case "layers":
            maps = {str(each.layer): each for each in comparison.layer_maps or ()}
            chosen = data.request.layer if data.request else None
            return tuple(_layer_map(network, address, each, maps.get(each.id), each == chosen) for each in layers)
        case _:
            return _stage_maps(network, address, data.explanation, comparison.stages or ())


def _method_map(network: Network, address: Address, compared: ComparedMap) -> ComparedMapView:
    method = METHODS[compared.address.method]
    view = _compared_map(network, compared, method.name, method.title, chosen=method.name == address.method)
    if view.map is None or view.beaten is not None:
        return view
    return replace(view, faithfulness_pending=pending_view(network, compared.address, "faithfulness", "manual"))


def _class_map(network: Network, data: ExplanationData, compared: ComparedMap) -> ComparedMapView:
    if compared.request is None:
        return _compared_map(network, compared, str(compared.address.why), str(compared.address.why), chosen=False)
    target = compared.request.target
    chosen = data.request is not None and target == data.request.target
    name = f"{target.index}" if target.against is None else f"{target.index}-{target.against}"
    view = _compared_map(network, compared, name, target.label(network), chosen=chosen)
    if target.against is not None or target.channel_of is not None:
        return view
    reading, index = data.reading, target.index
    is_number = reading.kind == "vector"
    number = format_number(float(reading.logits[index])) if is_number else format_percent(float(reading.scores[index]))
    return replace(view, detail=number)


def _compared_map(network: Network, compared: ComparedMap, name: str, title: str, *, chosen: bool) -> ComparedMapView:
    """The map of a method or a class; `name` is unique among those it is compared with."""
    address, explanation, measured = compared.address, compared.explanation, compared.faithfulness
    waiting = METHODS[address.method].slow and not (compared.reason or explanation)
    return ComparedMapView(
        id=f"side-{name}",
        title=title,
        href=None if compared.reason else address.link(),
        chosen=chosen,
        map=map_view(network, address, explanation) if explanation else None,
        pending=pending_view(network, address, "explanation", "manual") if waiting else None,
        reason=compared.reason,
        beaten=count_beaten(measured) if measured else None,
        random_maps=len(measured.random) if measured else None,
        measurable=measured is None or measured.is_measurable,
    )


def _layer_map(
    network: Network, address: Address, layer: Layer, explanation: Explanation | None, chosen: bool
) -> ComparedMapView:
    of_layer = address.model_copy(update={"at": layer.id})
    return ComparedMapView(
        id=f"side-{layer.id}",
        title=layer.name,
        href=address.link(at=layer.id),
        chosen=chosen,
        map=map_view(network, of_layer, explanation) if explanation else None,
        detail=format_shape(layer.shape),
    )


def _stage_maps(
    network: Network, address: Address, explanation: Explanation | None, stages: tuple[Stage, ...]
) -> tuple[ComparedMapView, ...]:
    """The map itself, then the map at each stage of random weights."""
    layers, computed = weighted_layers(network), {stage.count: stage for stage in stages}
    original = map_view(network, address, explanation) if explanation else None
    first = ComparedMapView("side-0", "", None, chosen=True, map=original)
    counts = stage_counts(network)
    rest = (_stage_map(network, address, count, layers[count - 1], computed.get(count)) for count in counts)
    return (first, *rest)


def _stage_map(network: Network, address: Address, count: int, layer: Layer, stage: Stage | None) -> ComparedMapView:
    view = ComparedMapView(f"side-{count}", layer.name, None, chosen=False, map=None)
    if stage is None:
        return view
    return replace(
        view,
        map=map_view(network, address, stage.explanation, randomised=count),
        correlation=stage.correlation,
        magnitude_correlation=stage.magnitude_correlation,
    )


def _final_correlation(method: Method, stages: tuple[Stage, ...]) -> float | None:
    """The rank correlation with the map once all weights are random; of magnitudes if the method shows magnitudes."""
    if not stages:
        return None
    return stages[-1].magnitude_correlation if method.ranks_by_magnitude else stages[-1].correlation
