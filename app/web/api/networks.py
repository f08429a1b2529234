"""The JSON and array routes of the API, version 1."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.nets.card import Accuracy, Card, Paper
from app.nets.layer import Layer
from app.nets.network import Network, measured
from app.nets.originals import Original
from app.web.api.responses import Shape
from app.web.deps import TheEngine, TheNetwork
from app.web.links import pinned

router = APIRouter(prefix="/api/v1")


class InputSize(BaseModel):
    width: int
    height: int
    channels: str = Field(description="RGB, BGR or grey.")


class ReceptiveFieldInfo(BaseModel):
    """What one cell of the layer's map can see of the view, per axis (vertical, horizontal), in pixels."""

    size: tuple[float, float]
    step: tuple[float, float] = Field(description="How far the field moves from one cell to the next.")
    offset: tuple[float, float] = Field(description="First pixel of the first cell's field; negative in the padding.")


class LastMapInfo(BaseModel):
    """The last layer whose output still has places."""

    layer: str
    shape: Shape
    receptive_field: ReceptiveFieldInfo


class WeightsInfo(BaseModel):
    """What `convscope pull` would bring."""

    bytes: int
    sha256: str
    source: str
    licence: str
    top1: float | None = Field(description="Per cent, as its source says.")


class ModelFacts(BaseModel):
    id: str = Field(examples=["squeezenet1_1"])
    pinned: str = Field(description="Stands for `id` in addresses whose answers may be kept for ever.")
    name: str
    family: str
    year: int
    status: str = Field(description="`ready`, or `architecture`: structure known, weights not pulled.")
    params: int = Field(description="Learned numbers; running statistics are not counted.")
    depth: int = Field(description="The longest chain of layers with weights.")
    macs: int = Field(description="Multiply-accumulate operations for one picture.")
    bytes: int = Field(description="Size of the ONNX file with its weights.")
    activation_bytes: int = Field(description="What the outputs of all layers take together, for one picture.")
    last_map: LastMapInfo | None = Field(description="What one place of the network's last maps can see.")
    time_ms: float | None = Field(description="One run on this machine; null until `GET .../time` has measured it.")
    input: InputSize
    labels: int = Field(description="How many classes it knows.")
    top1: float | None = Field(description="Per cent, the first measurement of its card.")
    accuracy: list[Accuracy] = Field(description="What was measured of these weights, or of those known to fit.")
    paper: Paper = Field(description="Where it was published, with its authors' own figures.")
    trained_on: str
    original: str | None = Field(description="The full-size network that this is a narrower copy of.")
    source: str
    licence: str
    sha256: str
    weights: WeightsInfo | None = Field(description="For an architecture, the weights that are known to fit.")


class ModelSummary(ModelFacts):
    layers: int = Field(description="How many there are.")


@router.get("/models", summary="The networks there are", tags=["networks"])
def models(engine: TheEngine) -> list[ModelSummary]:
    return [
        model_summary(network, engine.catalog.original_of(network), engine.seconds(network))
        for network in engine.catalog
    ]


class LayerInfo(BaseModel):
    id: str
    name: str
    op: str
    block: str | None
    inputs: list[str]
    output_shape: Shape
    params: int
    macs: int
    receptive_field: ReceptiveFieldInfo
    attributes: dict[str, Any]


class ModelDetail(ModelFacts):
    card: Card
    blocks: list[str]
    layers: list[LayerInfo]
    edges: list[tuple[str, str]]


@router.get("/models/{model}", summary="One network: its card, layers and edges", tags=["networks"])
def model(engine: TheEngine, network: TheNetwork) -> ModelDetail:
    return model_detail(network, engine.catalog.original_of(network), engine.seconds(network))


def model_summary(network: Network, original: str | None, seconds: float | None = None) -> ModelSummary:
    """`original` is the full-size network that this is a narrower copy of; one run takes `seconds`, if measured."""
    return ModelSummary(**_facts(network, original, seconds), layers=len(network.graph.layers))


def model_detail(network: Network, original: str | None, seconds: float | None = None) -> ModelDetail:
    graph = network.graph
    return ModelDetail(
        **_facts(network, original, seconds),
        card=network.card,
        blocks=list(dict.fromkeys(layer.block for layer in graph.layers if layer.block)),
        layers=[layer_info(layer) for layer in graph.layers],
        edges=list(graph.edges),
    )


def layer_info(layer: Layer) -> LayerInfo:
    return LayerInfo(
        id=layer.id,
        name=layer.name,
        op=layer.op,
        block=layer.block,
        inputs=list(layer.inputs),
        output_shape=list(layer.shape),
        params=layer.params,
        macs=layer.macs,
        receptive_field=_receptive_field(layer),
        attributes=dict(layer.attributes),
    )


def _last_map(network: Network) -> LastMapInfo | None:
    layer = network.graph.last_map
    if layer is None:
        return None
    return LastMapInfo(layer=layer.id, shape=list(layer.shape), receptive_field=_receptive_field(layer))


def _receptive_field(layer: Layer) -> ReceptiveFieldInfo:
    field = layer.receptive_field
    return ReceptiveFieldInfo(size=field.size, step=field.step, offset=field.offset)


def _facts(network: Network, original: str | None, seconds: float | None) -> dict[str, Any]:
    """The fields of ModelFacts."""
    card, graph = network.card, network.graph
    known = {name: getattr(card, name) for name in ("id", "name", "family", "year", "trained_on", "source", "licence")}
    return known | {
        "pinned": pinned(network),
        "status": "ready" if network.ready else "architecture",
        "params": graph.params,
        "depth": graph.depth,
        "macs": graph.macs,
        "bytes": network.nbytes,
        "activation_bytes": graph.activation_bytes,
        "last_map": _last_map(network),
        "time_ms": None if seconds is None else round(1e3 * seconds, 3),
        "input": InputSize(width=card.input.width, height=card.input.height, channels=card.input.channels),
        "labels": len(network.labels),
        "top1": card.accuracy[0].top1 if card.accuracy else None,
        "accuracy": list(measured(network)),
        "paper": card.paper,
        "original": original,
        "sha256": card.sha256,
        "weights": _weights(card),
    }


def _weights(card: Card) -> WeightsInfo | None:
    if not isinstance(card, Original) or card.weights is None:
        return None
    known = card.weights
    return WeightsInfo(
        bytes=known.bytes,
        sha256=known.sha256,
        source=known.source,
        licence=known.licence,
        top1=known.accuracy[0].top1 if known.accuracy else None,
    )
