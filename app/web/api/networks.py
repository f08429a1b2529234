"""Networks: their cards, layers and edges."""

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from app.nets.card import Accuracy, Card, Paper
from app.nets.catalog import Catalog
from app.nets.graph_outputs.output import GraphOutput
from app.nets.head import HeadKind
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.published_networks import PublishedNetwork
from app.web.api.responses import AxisNames, GraphOutputInfo, Info, Shape, milliseconds
from app.web.deps import TheClient, TheNetwork
from app.web.links import pinned_id

router = APIRouter(prefix="/api/v1")


class InputSizeInfo(Info):
    width: int
    height: int
    channels: str = Field(description="RGB, BGR or grey.")
    layout: str = Field(description="The order of the axes in the file, as NCHW or NHWC.")
    dtype: str = Field(description="The type of its numbers; an integer type takes the levels 0 to 255 as they are.")
    batch: int = Field(description="How many images the file takes at once; the picture is repeated to fill them.")


class ReceptiveFieldInfo(Info):
    """What one cell of the layer's map sees of the view, per axis (vertical, horizontal), in pixels."""

    size: tuple[float, float]
    step: tuple[float, float] = Field(description="How far the field moves from one cell to the next.")
    offset: tuple[float, float] = Field(description="First pixel of the first cell's field; negative in the padding.")


class LastMapInfo(Info):
    """The last layer whose output is maps."""

    layer: str = Field(validation_alias="id")
    shape: Shape
    receptive_field: ReceptiveFieldInfo


class WeightsInfo(Info):
    """What `convscope pull` downloads."""

    bytes: int
    sha256: str
    source: str
    licence: str
    top1: float | None = Field(description="Per cent, as the source reports it.")


class BrokenModelInfo(Info):
    """A network that can't be used: its card, its labels or its file is missing, or they do not fit each other."""

    id: str
    name: str
    status: Literal["broken"] = "broken"
    problem: str = Field(description="The reason. A request for this network returns the same message.")


class ModelFactsInfo(Info):
    id: str = Field(examples=["squeezenet1_1"])
    pinned: str = Field(description="Can replace `id` in any address; the responses can then be cached without limit.")
    name: str
    family: str | None = Field(description="As the card says, like every field that may be null.")
    year: int | None
    status: Literal["ready", "architecture"] = Field(
        description="`ready`, or `architecture`: structure known, weights not downloaded."
    )
    problem: None = Field(None, description="Why the network can't be used, if `status` is `broken`.")
    params: int = Field(description="Numbers learned in training; running statistics are not counted.")
    depth: int = Field(description="The longest chain of layers with weights.")
    macs: int = Field(description="Multiply-accumulate operations for one picture.")
    bytes: int = Field(description="Size of the ONNX file with its weights.")
    activation_bytes: int = Field(description="What the outputs of all layers take together, for one picture.")
    last_map: LastMapInfo | None = Field(
        description="The last layer whose output is maps, and the receptive field of its cells."
    )
    time_ms: float | None = Field(description="One run on this machine; null until `GET .../time` has measured it.")
    input: InputSizeInfo
    labels: int = Field(description="How many classes it has; 0 if its output is no classification.")
    head: HeadKind = Field(description="What its output is, recognised from the file or said on the card.")
    top1: float | None = Field(description="Per cent, the first measurement of its card.")
    accuracy: list[Accuracy] = Field(description="The accuracy measured with these weights or the published ones.")
    paper: Paper | None = Field(description="The paper, with the figures that its authors report.")
    trained_on: str | None
    original: str | None = Field(description="The full-size network that this is a narrower copy of.")
    source: str | None
    licence: str | None
    sha256: str
    weights: WeightsInfo | None = Field(description="For an architecture, the weights that are known to fit.")


class ModelSummaryInfo(ModelFactsInfo):
    layers: int = Field(description="Number of layers.")


class TokenGridInfo(Info):
    """Which of a layer's tokens are the places of a map, row by row."""

    height: int
    width: int
    before: int = Field(description="How many tokens come before those of the map, such as a class token.")
    tokens: int = Field(description="How many there are in all. Those apart from the map are the row below it.")


class QuantisationInfo(Info):
    """What the numbers of a quantised layer stand for: (number - zero point) scale, the values that the API gives."""

    dtype: str = Field(description="The type of the numbers that the network computes with.")
    scale: float
    zero_point: int


class LayerInfo(Info):
    id: str
    name: str
    op: str
    block: str | None
    inputs: list[str]
    output_shape: Shape = Field(validation_alias="shape")
    axes: AxisNames
    token_grid: TokenGridInfo | None = Field(description="Where its tokens are on a map, if that is certain.")
    params: int
    macs: int
    receptive_field: ReceptiveFieldInfo
    attributes: dict[str, Any]
    quantisation: QuantisationInfo | None = Field(description="For quantised numbers with a scale in the file.")


class ModelDetailInfo(ModelFactsInfo):
    card: Card
    blocks: list[str]
    outputs: list[GraphOutputInfo]
    layers: list[LayerInfo]
    edges: list[tuple[str, str]]
    remarks: list[str] = Field(description="What is not as one may expect, such as an input that is filled in.")


@router.get("/models", summary="All networks", tags=["networks"])
def models(client: TheClient) -> list[ModelSummaryInfo | BrokenModelInfo]:
    engine = client.engine
    usable = [
        model_summary(network, engine.catalog.original_of(network), engine.timings.known(network))
        for network in engine.catalog
    ]
    return [*usable, *broken_models(engine.catalog)]


@router.get("/models/{model}", summary="One network: its card, layers and edges", tags=["networks"])
def model(client: TheClient, network: TheNetwork) -> ModelDetailInfo:
    engine = client.engine
    return _detail(network, engine.catalog.original_of(network), engine.timings.known(network))


def broken_models(catalog: Catalog) -> list[BrokenModelInfo]:
    return [BrokenModelInfo.model_validate(network) for network in catalog.broken]


def model_summary(network: Network, original: str | None, seconds: float | None = None) -> ModelSummaryInfo:
    """`original` is the full-size network that this is a narrower copy of; one run takes `seconds`, if measured."""
    return ModelSummaryInfo(**_facts(network, original, seconds), layers=len(network.graph.layers))


def _detail(network: Network, original: str | None, seconds: float | None = None) -> ModelDetailInfo:
    graph = network.graph
    return ModelDetailInfo(
        **_facts(network, original, seconds),
        card=network.card,
        blocks=list(dict.fromkeys(layer.block for layer in graph.layers if layer.block)),
        outputs=[output_info(output) for output in network.outputs],
        layers=[layer_info(layer) for layer in graph.layers],
        edges=list(graph.edges),
        remarks=list(graph.remarks),
    )


def layer_info(layer: Layer) -> LayerInfo:
    return LayerInfo.model_validate(layer)


def output_info(output: GraphOutput) -> GraphOutputInfo:
    return GraphOutputInfo.model_validate(output)


def _facts(network: Network, original: str | None, seconds: float | None) -> dict[str, Any]:
    """The fields of ModelFactsInfo."""
    card, graph = network.card, network.graph
    known = {name: getattr(card, name) for name in ("id", "name", "family", "year", "trained_on", "source", "licence")}
    return known | {
        "pinned": pinned_id(network),
        "status": "ready" if network.has_weights else "architecture",
        "params": graph.params,
        "depth": graph.depth,
        "macs": graph.macs,
        "bytes": network.nbytes,
        "activation_bytes": graph.activation_bytes,
        "last_map": graph.last_map,
        "time_ms": None if seconds is None else milliseconds(seconds),
        "input": _input_size(network),
        "labels": network.classes,
        "head": graph.head.kind,
        "top1": card.accuracy[0].top1 if card.accuracy else None,
        "accuracy": list(network.accuracy),
        "paper": card.paper,
        "original": original,
        "sha256": card.sha256,
        "weights": _weights(card),
    }


def _input_size(network: Network) -> InputSizeInfo:
    spec, tensor = network.card.input, network.graph.input
    return InputSizeInfo(
        width=spec.width,
        height=spec.height,
        channels=spec.channels,
        layout=tensor.layout,
        dtype=tensor.dtype.name,
        batch=tensor.batch,
    )


def _weights(card: Card) -> WeightsInfo | None:
    if not isinstance(card, PublishedNetwork) or card.weights is None:
        return None
    known = card.weights
    top1 = known.accuracy[0].top1 if known.accuracy else None
    return WeightsInfo(bytes=known.bytes, sha256=known.sha256, source=known.source, licence=known.licence, top1=top1)
