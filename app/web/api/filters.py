"""The weights of a layer: its filters as pictures, arrays and figures."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import Field

from app.analysis.filters import LayerFilters, colour_planes
from app.engine.results import DrawingKey
from app.errors import NotFound
from app.nets.layer import Layer, check_channel
from app.nets.network import Network
from app.rendering.drawing import Drawing
from app.rendering.filters import draw_filter, draw_filters
from app.web.api.params import ChannelIndex, MapStyle, TheMapStyle
from app.web.api.responses import NPY, FilterPairInfo, Info, Png, Shape, npy, png
from app.web.deps import PURE, PureHeaders, TheClient, TheLayer, TheNetwork

router = APIRouter(prefix="/api/v1")
FILTERS = "/models/{model}/layers/{layer}/filters"

InColour = Annotated[
    bool, Query(alias="colour", description="One picture in colour, where the filter reads the picture's colours.")
]


class FiltersInfo(Info):
    """All filters of a layer: their norms, and which are near-duplicates."""

    model: str
    layer: str
    shape: Shape = Field(description="[filters, planes, height, width], or [units, inputs].")
    l1: list[float]
    l2: list[float]
    mean: list[float]
    near_zero: list[float] = Field(description="Share of weights below 1 % of their filter's greatest magnitude.")
    threshold: float = Field(description="The cosine from which two filters count as near-duplicates.")
    pairs: int = Field(description="Number of such pairs.")
    closest: list[FilterPairInfo] = Field(description="At most a hundred of them, closest first.")


@dataclass(frozen=True, slots=True)
class FiltersDrawingKey(DrawingKey):
    """All filters of a layer."""

    network: str
    layer: str
    style: MapStyle


@dataclass(frozen=True, slots=True)
class FilterDrawingKey(DrawingKey):
    """One filter: its planes, or with `colours` one picture of the planes that are red, green and blue."""

    network: str
    layer: str
    index: int
    colours: tuple[int, ...] | None
    style: MapStyle


@router.get(f"{FILTERS}.png", summary="All the filters of a layer", tags=["filters"], response_class=Png)
async def filters_sheet(
    client: TheClient, network: TheNetwork, layer: TheLayer, style: TheMapStyle, headers: PureHeaders
) -> Png:
    weights, colours = network.weights(layer.id), colour_planes(network, layer)
    key = FiltersDrawingKey(network.fingerprint, layer.id, style)
    handle = client.engine.results.draw(key, lambda: draw_filters(weights, colours, style.size, style.colormap))
    return png(await client.wait(handle), headers)


@router.get(
    f"{FILTERS}.npy", summary="A layer's weights as an array", tags=["filters"], response_class=Response, responses=NPY
)
def filters_array(network: TheNetwork, layer: TheLayer, headers: PureHeaders) -> Response:
    return npy(network.weights(layer.id), headers)


@router.get(
    "/models/{model}/layers/{layer}/weights/{role}.npy",
    summary="One of a layer's constants as its operator reads it",
    tags=["filters"],
    response_class=Response,
    responses=NPY,
)
def weight_array(
    network: TheNetwork,
    layer: TheLayer,
    role: Annotated[str, Path(description="`weight`, `bias`, `scale`, `mean`, `var`, `slope` ...", examples=["bias"])],
    headers: PureHeaders,
) -> Response:
    """As ONNX has it: the weight of a Gemm may be (inputs, units). `filters.npy` has filters first in any case."""
    values = network.graph.weight_values(layer)
    if role not in values:
        raise NotFound(f"{layer.name} is a {layer.op} layer without a constant of this name.", known=list(values))
    return npy(network.constant(values[role]), headers)


@dataclass(frozen=True, slots=True)
class LayerFilter:
    """One filter of a layer; `colours` are its red, green and blue planes where it is drawn in colour."""

    network: Network
    layer: Layer
    index: int
    colours: tuple[int, ...] | None


async def _filter(
    network: TheNetwork, layer: TheLayer, index: ChannelIndex, in_colour: InColour = False
) -> LayerFilter:
    check_channel(layer, index, len(network.weights(layer.id)))
    return LayerFilter(network, layer, index, colour_planes(network, layer) if in_colour else None)


@router.get(f"{FILTERS}/{{c}}.png", summary="One filter, all its planes", tags=["filters"], response_class=Png)
async def one_filter(
    client: TheClient, chosen: Annotated[LayerFilter, Depends(_filter)], style: TheMapStyle, headers: PureHeaders
) -> Png:
    weights, index, colours = chosen.network.weights(chosen.layer.id), chosen.index, chosen.colours

    def draw() -> Drawing:
        if colours is None:
            return draw_filter(weights[index], style.size, style.colormap)
        return draw_filters(weights[index : index + 1], colours, style.size, None)

    key = FilterDrawingKey(chosen.network.fingerprint, chosen.layer.id, index, colours, style)
    return png(await client.wait(client.engine.results.draw(key, draw)), headers)


@router.get(
    FILTERS, summary="All filters of a layer: norms, and near-duplicates", tags=["filters"], dependencies=[PURE]
)
async def filters(client: TheClient, network: TheNetwork, layer: TheLayer) -> FiltersInfo:
    return _info(network, layer, await client.wait(client.engine.layers.filters(network, layer)))


def _info(network: Network, layer: Layer, filters: LayerFilters) -> FiltersInfo:
    return FiltersInfo(
        model=network.id,
        layer=layer.id,
        shape=list(network.weights(layer.id).shape),
        l1=[each.l1 for each in filters.statistics],
        l2=[each.l2 for each in filters.statistics],
        mean=[each.mean for each in filters.statistics],
        near_zero=[each.near_zero for each in filters.statistics],
        threshold=filters.alike.threshold,
        pairs=filters.alike.count,
        closest=[FilterPairInfo.model_validate(pair) for pair in filters.alike.pairs],
    )
