"""The routes of the API about one channel, its filter and what its cells see."""

from fastapi import APIRouter, Request, Response

from app.engine import Engine
from app.nets.examine import Examined, edges_seen, examine
from app.nets.filters import MOST_PAIRS, LayerFilters, layer_filters
from app.nets.layer import Layer
from app.nets.network import Activations, Network
from app.nets.runner import Ticket
from app.web import drawing
from app.web.arrays import NPY, npy
from app.web.channel_answers import channel_detail, fields_seen, filters_detail
from app.web.channel_schemas import ChannelDetail, FieldsSeen, FiltersDetail
from app.web.deps import ImageId, PureHeaders, TheEngine, TheLayer, TheNetwork, finished
from app.web.pictures import Channel, Colormap, Png, Side, check_channel, png

router = APIRouter(prefix="/api/v1")
FILTER_BYTES, PAIR_BYTES, EDGE_BYTES = 400, 200, 120  # about, of the figures of one


def examination(
    engine: Engine, network: Network, layer: Layer, image: str, number: int, activations: Activations
) -> Ticket[Examined]:
    """All that is worked out about one channel, once.

    Raises:
        UnknownChannel: the layer has fewer.
    """
    check_channel(layer, number, layer.shape[0])

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
    "/models/{model}/images/{image}/layers/{layer}/channels/{c}.npy",
    summary="One channel as an array",
    tags=["activations"],
    response_class=Response,
    responses=NPY,
)
async def channel_array(
    request: Request,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    layer: TheLayer,
    c: Channel,
    headers: PureHeaders,
) -> Response:
    check_channel(layer, c, layer.shape[0])
    activations = await finished(request, engine.activations(network, image))
    return npy(activations.layers[layer.id][c], headers)


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
    return png(
        await finished(request, engine.draw(key, lambda: drawing.draw_filter(kernel, size, colormap).sized)), headers
    )


@router.get(
    "/models/{model}/images/{image}/layers/{layer}/channels/{c}",
    summary="One channel: its figures, histogram, strongest cell and filter",
    tags=["activations"],
)
async def one_channel(
    request: Request,
    response: Response,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    layer: TheLayer,
    c: Channel,
    headers: PureHeaders,
) -> ChannelDetail:
    check_channel(layer, c, layer.shape[0])
    activations = await finished(request, engine.activations(network, image))
    statistics = await finished(request, engine.statistics(network, image, activations))
    examined = await finished(request, examination(engine, network, layer, image, c, activations))
    response.headers.update(headers)
    return channel_detail(network, image, layer, c, statistics[layer.id], examined)


@router.get(
    "/models/{model}/layers/{layer}/filters", summary="All filters of a layer: norms, and twins", tags=["filters"]
)
async def all_filters(
    request: Request, response: Response, engine: TheEngine, network: TheNetwork, layer: TheLayer, headers: PureHeaders
) -> FiltersDetail:
    found = await finished(request, filters_of(engine, network, layer))
    response.headers.update(headers)
    return filters_detail(network, layer, found)


@router.get(
    "/models/{model}/layers/{layer}/fields", summary="What each of a layer's cells sees of the view", tags=["networks"]
)
async def fields(
    request: Request, response: Response, engine: TheEngine, network: TheNetwork, layer: TheLayer, headers: PureHeaders
) -> FieldsSeen:
    key, size = ("fields", network.sha256, layer.id), EDGE_BYTES * sum(layer.shape[1:])
    seen = await finished(request, engine.draw(key, lambda: (edges_seen(network.graph, layer), size)))
    response.headers.update(headers)
    return fields_seen(network, layer, *seen)
