"""The weights of a layer: its filters as pictures, arrays and figures."""

from collections.abc import Iterable
from dataclasses import asdict

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.analysis.channel import Examined, Filter, examine
from app.analysis.contributions import Contributions
from app.analysis.filters import MOST_PAIRS, Alike, LayerFilters, colour_planes, layer_filters
from app.engine.engine import Engine
from app.nets.layer import Layer, check_channel
from app.nets.network import Activations, Network
from app.rendering.drawing import Drawing
from app.rendering.filters import draw_filter, draw_filters
from app.web.api.params import Channel, Colormap, InColour, Side
from app.web.api.responses import NPY, Png, Shape, npy, png
from app.web.deps import ImageId, PureHeaders, TheEngine, TheLayer, TheNetwork, finished
from app.work.runner import Ticket

FILTER_BYTES, PAIR_BYTES, EDGE_BYTES = 400, 200, 120  # about, of the figures of one
router = APIRouter(prefix="/api/v1")


class FilterFigures(BaseModel):
    weights: int = Field(description="How many there are.")
    l1: float = Field(description="Sum of the magnitudes.")
    l2: float = Field(description="Root of the sum of the squares.")
    mean: float
    std: float
    min: float
    max: float
    near_zero: float = Field(description="Share of weights below 1 % of the greatest magnitude, 0 to 1.")


class AlikeInfo(BaseModel):
    """Two filters of one layer and the cosine of the angle between their weights; biases play no part."""

    one: int
    other: int
    cosine: float


class ContributionsInfo(BaseModel):
    """One entry per plane of the filter. Bias plus the planes' `mean` is the mean of the channel's map."""

    inputs: list[int] = Field(description="The input channel that the plane reads.")
    mean_abs: list[float] = Field(description="Mean magnitude of what the plane makes of its input channel alone.")
    mean: list[float]
    order: list[int] = Field(description="The planes, those that gave most first.")


class FilterOfChannel(BaseModel):
    shape: Shape
    statistics: FilterFigures
    nearest: list[AlikeInfo] | None = Field(description="At most eight; null where the layer's weights are too many.")
    contributions: ContributionsInfo | None


class FiltersDetail(BaseModel):
    """All filters of a layer: their norms, and which are nearly the same."""

    model: str
    layer: str
    shape: Shape = Field(description="[filters, planes, height, width], or [units, inputs].")
    l1: list[float]
    l2: list[float]
    mean: list[float]
    near_zero: list[float] = Field(description="Share of weights below 1 % of their filter's greatest magnitude.")
    threshold: float = Field(description="The cosine from which two filters count as nearly the same.")
    pairs: int = Field(description="How many such pairs there are.")
    closest: list[AlikeInfo] = Field(description="At most a hundred of them, closest first.")


def filters_detail(network: Network, layer: Layer, found: LayerFilters) -> FiltersDetail:
    return FiltersDetail(
        model=network.id,
        layer=layer.id,
        shape=list(network.weights(layer.id).shape),
        l1=[each.l1 for each in found.statistics],
        l2=[each.l2 for each in found.statistics],
        mean=[each.mean for each in found.statistics],
        near_zero=[each.near_zero for each in found.statistics],
        threshold=found.alike.threshold,
        pairs=found.alike.count,
        closest=_alike(found.alike.pairs),
    )


def _filter(found: Filter) -> FilterOfChannel:
    return FilterOfChannel(
        shape=list(found.shape),
        statistics=FilterFigures(**asdict(found.statistics)),
        nearest=None if found.nearest is None else _alike(found.nearest),
        contributions=None if found.contributions is None else _contributions(found.contributions),
    )


def _alike(pairs: Iterable[Alike]) -> list[AlikeInfo]:
    return [AlikeInfo(**asdict(pair)) for pair in pairs]


def _contributions(found: Contributions) -> ContributionsInfo:
    return ContributionsInfo(
        inputs=found.inputs.tolist(),
        mean_abs=found.mean_abs.tolist(),
        mean=found.mean.tolist(),
        order=found.order.tolist(),
    )


@router.get(
    "/models/{model}/layers/{layer}/filters.png",
    summary="All the filters of a layer",
    tags=["filters"],
    response_class=Png,
)
async def filters(
    request: Request,
    engine: TheEngine,
    network: TheNetwork,
    layer: TheLayer,
    headers: PureHeaders,
    size: Side = None,
    colormap: Colormap = None,
) -> Png:
    weights = network.weights(layer.id)
    key = ("filters", network.sha256, layer.id, size, colormap)
    planes = colour_planes(network, layer)
    ticket = engine.draw(key, lambda: draw_filters(weights, planes, size, colormap).sized)
    return png(await finished(request, ticket), headers)


@router.get(
    "/models/{model}/layers/{layer}/filters/{c}.png",
    summary="One filter, all its planes",
    tags=["filters"],
    response_class=Png,
)
async def one_filter(
    request: Request,
    engine: TheEngine,
    network: TheNetwork,
    layer: TheLayer,
    c: Channel,
    headers: PureHeaders,
    size: Side = None,
    colormap: Colormap = None,
    colour: InColour = False,
) -> Png:
    weights = network.weights(layer.id)
    check_channel(layer, c, len(weights))
    planes = colour_planes(network, layer) if colour else None
    key = ("filter", network.sha256, layer.id, c, size, colormap, planes)

    def draw() -> tuple[Drawing, int]:
        if planes is None:
            return draw_filter(weights[c], size, colormap).sized
        return draw_filters(weights[c : c + 1], planes, size, None).sized

    return png(await finished(request, engine.draw(key, draw)), headers)


@router.get(
    "/models/{model}/layers/{layer}/filters.npy",
    summary="A layer's weights as an array",
    tags=["filters"],
    response_class=Response,
    responses=NPY,
)
def filters_array(network: TheNetwork, layer: TheLayer, pure: PureHeaders) -> Response:
    return npy(network.weights(layer.id), pure)


def examination(
    engine: Engine, network: Network, layer: Layer, image: str, number: int, activations: Activations
) -> Ticket[Examined]:
    """All that is worked out about one channel, once.

    Raises:
        UnknownChannel: the layer has fewer.
    """
    check_channel(layer, number, layer.channels)

    def work() -> tuple[Examined, int]:
        found = examine(
            network,
            layer,
            number,
            activations.layers,
            lambda: engine.tensor(network, image),
        )
        planes = found.filter.contributions.inputs.size if found.filter and found.filter.contributions else 0
        return found, 4096 + 32 * planes

    return engine.draw(("examined", network.sha256, image, layer.id, number), work)


def filters_of(engine: Engine, network: Network, layer: Layer) -> Ticket[LayerFilters]:
    """The layer's filters described and compared with each other, once; raises NotAvailable, also by the ticket."""
    weights = network.weights(layer.id)
    size = FILTER_BYTES * len(weights) + PAIR_BYTES * MOST_PAIRS
    return engine.draw(("filters of", network.sha256, layer.id), lambda: (layer_filters(weights), size))


@router.get(
    "/models/{model}/images/{image}/layers/{layer}/channels/{c}/planes.png",
    summary="A channel's filter, the planes that gave most first",
    tags=["filters"],
    response_class=Png,
)
async def planes(
    request: Request,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    layer: TheLayer,
    c: Channel,
    headers: PureHeaders,
    size: Side = None,
    colormap: Colormap = None,
) -> Png:
    """In the order of `filter.contributions.order` of the channel's JSON; in their own where there is none."""
    weights = network.weights(layer.id)
    activations = await finished(request, engine.activations(network, image))
    examined = await finished(request, examination(engine, network, layer, image, c, activations))
    given = examined.filter.contributions if examined.filter else None
    kernel = weights[c] if given is None else weights[c][given.order]
    key = ("planes", network.sha256, image, layer.id, c, size, colormap)
    return png(await finished(request, engine.draw(key, lambda: draw_filter(kernel, size, colormap).sized)), headers)


@router.get(
    "/models/{model}/layers/{layer}/filters", summary="All filters of a layer: norms, and twins", tags=["filters"]
)
async def all_filters(
    request: Request, response: Response, engine: TheEngine, network: TheNetwork, layer: TheLayer, headers: PureHeaders
) -> FiltersDetail:
    found = await finished(request, filters_of(engine, network, layer))
    response.headers.update(headers)
    return filters_detail(network, layer, found)
