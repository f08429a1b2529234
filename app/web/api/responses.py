"""What answers are made of: JSON read off the engine's objects, PNG, and NumPy's file format."""

import io
import math
from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from fastapi import Response
from fastapi.responses import StreamingResponse
from numpy.lib import format as npy_format
from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field

from app.analysis.prediction import PredictionSummary
from app.nets.graph_outputs.output import Certainty, OutputKind, Sign
from app.nets.network import Network
from app.rendering.drawing import Drawing

BLOCK_BYTES = 1 << 20
NPY: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/x-npy": {}}, "description": "A NumPy array file (NEP 1), float32, C order."}
}


def list_of(values: Any) -> Any:
    """An array as nested lists."""
    return values.tolist() if isinstance(values, np.ndarray) else values


def milliseconds(seconds: float) -> float:
    """A duration as the API gives it: a small layer takes a few thousandths of a millisecond."""
    return round(1e3 * seconds, 4)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


Shape = Annotated[
    list[int], Field(description="Without the batch axis: [C, H, W], [N] or as `axes` says.", examples=[[64, 56, 56]])
]
AxisNames = Annotated[
    list[str],
    Field(
        description="What each axis of the shape counts: `channel`, `height`, `width`, `unit` of a vector, `tokens`, "
        "`group` of channels, `block` of places that run as a batch, `length`, `depth`, `direction` or `one`.",
        examples=[["channel", "height", "width"]],
    ),
]
Numbers = Annotated[list[float], BeforeValidator(list_of)]
Indices = Annotated[list[int], BeforeValidator(list_of)]
Finite = Annotated[float | None, BeforeValidator(_finite)]
FiniteNumbers = Annotated[list[Finite], BeforeValidator(list_of)]


class Info(BaseModel):
    """A shape of the API whose fields have the names of the engine's object that it is read from."""

    model_config = ConfigDict(from_attributes=True)


class PredictionInfo(Info):
    index: int
    label: str
    score: float | None = Field(
        description="Its probability: of a softmax, with each logit divided by the temperature. Null in a vector."
    )
    logit: Finite = Field(description="The number before the softmax or sigmoid; without one, the output itself.")
    rank: int = Field(description="Its rank among all classes, from 1.")
    present: bool | None = Field(description="Whether the score is at least the threshold; null without one.")


class BoxInfo(Info):
    """Pixels of the view; `bottom` and `right` are the first ones outside."""

    top: int
    left: int
    bottom: int
    right: int


class GraphOutputInfo(Info):
    """One output of a network, and what it is."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    index: int
    name: str
    layer: str = Field(validation_alias=AliasPath("layer", "id"), description="The id of the layer that computes it.")
    shape: Shape = Field(validation_alias=AliasPath("layer", "shape"))
    axes: AxisNames = Field(validation_alias=AliasPath("layer", "axes"))
    kind: OutputKind = Field(description="What it is. A `box_part` is read together with one of `boxes`.")
    certainty: Certainty = Field(description="How sure that is.")
    sign: Sign = Field(description="What it was recognised by.")
    classes: int = Field(description="How many classes it has scores of; 0 if of none, or if that is not known.")


class FilterPairInfo(Info):
    """Two filters of one layer and the cosine of the angle between their weights; biases play no part."""

    one: int
    other: int
    cosine: float


class StrongChannelInfo(Info):
    channel: int
    mean: float
    max: float


class PooledStatisticsInfo(Info):
    """The statistics of one layer's output for one picture; null where there is no finite number."""

    channels: int
    min: Finite
    max: Finite
    mean: Finite
    std: Finite
    zeros: float = Field(description="Share of cells that are exactly zero, 0 to 1.")
    dead: int = Field(description="Number of channels that are zero everywhere.")
    nan: int
    inf: int
    strongest: list[StrongChannelInfo] = Field(description="By mean, at most eight.")


class ChannelStatisticsInfo(Info):
    """One entry per channel."""

    min: FiniteNumbers
    max: FiniteNumbers
    mean: FiniteNumbers
    std: FiniteNumbers
    zeros: Numbers


class Png(Response):
    """A PNG, under the name that OpenAPI gives it."""

    media_type = "image/png"


def png(drawing: Drawing, headers: dict[str, str]) -> Png:
    """A drawing with its own headers and those of the answer."""
    return Png(drawing.png, headers=headers | drawing.headers)


def npy(array: npt.NDArray[np.float32], headers: dict[str, str]) -> StreamingResponse:
    """The array as a `.npy` file, format 1.0, streamed so that an array of 400 MB is never copied whole."""
    array = np.asarray(array, dtype=np.float32, order="C")
    head = io.BytesIO()
    npy_format.write_array_header_1_0(head, npy_format.header_data_from_array_1_0(array))
    size = len(head.getvalue()) + array.nbytes
    return StreamingResponse(
        _blocks(head.getvalue(), array),
        media_type="application/x-npy",
        headers={**headers, "Content-Length": str(size)},
    )


def _blocks(head: bytes, array: npt.NDArray[np.float32]) -> Iterator[bytes]:
    yield head
    content = array.reshape(-1).view(np.uint8).data
    for begin in range(0, len(content), BLOCK_BYTES):
        yield bytes(content[begin : begin + BLOCK_BYTES])


def prediction_info(network: Network, reading: PredictionSummary, index: int) -> PredictionInfo:
    """One number of a prediction, with its label."""
    score, threshold = float(reading.scores[index]), reading.threshold
    return PredictionInfo(
        index=index,
        label=network.labels[index],
        score=None if reading.kind == "vector" else score,
        logit=float(reading.logits[index]),
        rank=reading.rank(index),
        present=None if threshold is None else score >= threshold,
    )
