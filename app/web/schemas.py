"""The shapes of the JSON answers, as OpenAPI shows them."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from app.nets.card import Accuracy, Card, Paper
from app.nets.prediction import Verdict

Shape = Annotated[list[int], Field(description="Without the batch axis: [C, H, W] or [N].", examples=[[64, 56, 56]])]


class InputSize(BaseModel):
    width: int
    height: int
    channels: str = Field(description="RGB, BGR or grey.")


class WeightsInfo(BaseModel):
    """What `convscope pull` would bring."""

    bytes: int
    sha256: str
    source: str
    licence: str
    top1: float | None = Field(description="Per cent, as its source says.")


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


class TimeInfo(BaseModel):
    model: str
    time_ms: float = Field(description="The median.")
    runs: int
    provider: str


class ModelSummary(ModelFacts):
    layers: int = Field(description="How many there are.")


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


class ImageInfo(BaseModel):
    id: str = Field(description="The hash of the picture's upright RGB pixels.")
    width: int
    height: int
    format: str


class Prediction(BaseModel):
    index: int
    label: str
    score: float = Field(description="Softmax of the logits, each divided by the temperature.")
    logit: float
    rank: int = Field(description="Its place among all classes, from 1.")


class Predictions(BaseModel):
    model: str
    image: str
    predictions: list[Prediction]
    entropy: float = Field(description="Of all the scores, in bits: 0 is certain, log2(classes) knows nothing.")
    entropy_share: float = Field(description="The entropy as a share of log2(classes), 0 to 1.")
    margin: float = Field(description="The best score less the second best.")
    verdict: Verdict = Field(description="How decided the network is, by margin and entropy at a temperature of 1.")
    temperature: float
    targets: list[Prediction] = Field(description="The classes that `target` means, best first.")
    note: str | None = Field(description="What to know of how the picture was prepared: that no digit was found in it.")
    timing_ms: dict[str, float] = Field(description="`run` is that of the run it comes from, maybe an earlier one.")


class StrongChannelInfo(BaseModel):
    channel: int
    mean: float
    max: float


class LayerSummary(BaseModel):
    """The statistics of one layer's output for one picture; null where there is no finite number."""

    id: str
    op: str
    block: str | None
    shape: Shape
    channels: int
    min: float | None
    max: float | None
    mean: float | None
    std: float | None
    zeros: float = Field(description="Share of cells that are exactly zero, 0 to 1.")
    dead: int = Field(description="How many channels are zero everywhere.")
    nan: int
    inf: int
    strongest: list[StrongChannelInfo] = Field(description="By mean, at most eight.")


class LayersAnswer(BaseModel):
    model: str
    image: str
    layers: list[LayerSummary]


class ChannelStatisticsInfo(BaseModel):
    """One entry per channel."""

    min: list[float | None]
    max: list[float | None]
    mean: list[float | None]
    std: list[float | None]
    zeros: list[float]


class LayerDetail(LayerSummary):
    model: str
    image: str
    statistics: ChannelStatisticsInfo
