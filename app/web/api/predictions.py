"""Predictions: the best classes for a picture, and the scores of all."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from app.analysis.familiarity import familiarity_of
from app.analysis.prediction import (
    DEFAULT_TOP_K,
    MAX_TEMPERATURE,
    MIN_TEMPERATURE,
    PredictionSummary,
    Verdict,
    has_temperature,
    read_prediction,
)
from app.engine.inference import Inference
from app.nets.head import HeadKind
from app.nets.labels import find_classes
from app.nets.network import Network
from app.nets.outputs import Scores
from app.web.api.params import OtherFit, PictureFile, TopK
from app.web.api.responses import NPY, Info, PredictionInfo, milliseconds, npy, prediction_info
from app.web.deps import PURE, PureHeaders, TheClient, TheInference, TheNetwork

router = APIRouter(prefix="/api/v1")
PREDICTIONS = "/models/{model}/images/{image}/predictions"

Temperature = Annotated[
    float,
    Query(ge=MIN_TEMPERATURE, le=MAX_TEMPERATURE, description="What each logit is divided by before the softmax."),
]
ClassQuery = Annotated[
    str | None, Query(max_length=200, description="Classes besides the best: a number, a name, or words of names.")
]


class NegativeInfo(Info):
    """The other side of a single unit."""

    label: str | None = Field(description="The first of two labels; null if the card has one label.")
    score: float = Field(description="1 minus the score of the positive class.")


class PredictionsInfo(Info):
    model: str
    image: str
    head: HeadKind = Field(
        description="What the output is. Classes exclude one another, unless it is `sigmoid` (labels by themselves), "
        "`binary` (one label) or `vector` (no classes: features, boxes, masks; labels are indices)."
    )
    predictions: list[PredictionInfo]
    threshold: float | None = Field(description="The score from which a label counts as present; null for classes.")
    negative: NegativeInfo | None = Field(description="Of a single unit; else null.")
    entropy: float | None = Field(
        description="Of all the scores, in bits: 0 is certain, log2(classes) is a uniform guess. Null, as the next "
        "three, if classes do not exclude one another."
    )
    entropy_share: float | None = Field(description="The entropy as a share of log2(classes), 0 to 1.")
    margin: float | None = Field(description="The highest score minus the second highest.")
    verdict: Verdict | None = Field(
        description="How decided the network is, by margin and entropy at a temperature of 1."
    )
    temperature: float = Field(description="1 where the scores are no softmax.")
    targets: list[PredictionInfo] = Field(description="The classes that `target` means, best first.")
    note: str | None = Field(description="What to know about the picture, such as that no digit was found.")
    unfamiliar: bool | None = Field(
        description="Whether the input is unlike 98 % of the images that the network was trained on, by the energy of "
        "its logits (Liu et al., NeurIPS 2020). False proves nothing. Null if the network's card has no `energy_limit`."
    )
    energy: float | None = Field(
        description="The free energy, -log of the sum of exp(logit). Null if the network has no limit."
    )
    energy_limit: float | None = Field(
        description="The energy that 98 % of the training images keep; beyond it, `unfamiliar`."
    )
    timing_ms: dict[str, float] = Field(description="`run` is that of the run it comes from, maybe an earlier one.")


@dataclass(frozen=True, slots=True)
class ClassSelection:
    """Which classes of a prediction are listed, and the temperature of its softmax."""

    top_k: int = DEFAULT_TOP_K
    temperature: float = 1.0
    target: str | None = None


async def _selection(
    top_k: TopK = DEFAULT_TOP_K, temperature: Temperature = 1, target: ClassQuery = None
) -> ClassSelection:
    return ClassSelection(top_k, temperature, target)


@router.get(PREDICTIONS, summary="The best classes", tags=["predictions"], dependencies=[PURE])
async def predictions(
    client: TheClient,
    inference: TheInference,
    selection: Annotated[ClassSelection, Depends(_selection)],
    fit: OtherFit = None,
) -> PredictionsInfo:
    engine = client.engine
    if fit is None:  # with all layers, which whoever asks for the prediction wants to see next
        scores = (await client.wait(engine.layers.summary(inference))).scores
        note = await client.picture_note(inference)
    else:
        scores, note = await client.wait(engine.predictions.scores(inference, fit)), None
    info = _info(inference, scores, selection, {"run": scores.seconds})
    return info.model_copy(update={"note": note})


@router.get(
    f"{PREDICTIONS}.npy",
    summary="All logits and scores as an array",
    tags=["predictions"],
    response_class=Response,
    responses=NPY,
)
async def predictions_array(
    client: TheClient,
    inference: TheInference,
    headers: PureHeaders,
    temperature: Temperature = 1,
    fit: OtherFit = None,
) -> Response:
    """`(2, classes)`: the logits, and the scores at the temperature, both in the order of the labels."""
    scores = await client.wait(client.engine.predictions.scores(inference, fit))
    reading = read_prediction(scores, temperature)
    return npy(np.stack([reading.logits, reading.scores]).astype(np.float32), headers)


@router.post("/models/{model}/classify", summary="Upload a photo and classify it", tags=["predictions"])
async def classify(
    client: TheClient, network: TheNetwork, file: PictureFile, top_k: TopK = DEFAULT_TOP_K
) -> PredictionsInfo:
    begin = time.perf_counter()
    classification = await client.wait(client.engine.predictions.classify(network, file.file.read))
    scores = await client.wait(classification.scores)
    upload = classification.upload
    inference = Inference(network, upload.stored.id)
    seconds = {"decode": upload.seconds, "run": scores.seconds, "total": time.perf_counter() - begin}
    return _info(inference, scores, ClassSelection(top_k), seconds).model_copy(update={"note": classification.note})


def _info(
    inference: Inference, scores: Scores, selection: ClassSelection, seconds: Mapping[str, float]
) -> PredictionsInfo:
    """The best classes and those that are selected; `seconds` is how long each step took."""
    network = inference.network
    reading = read_prediction(scores, selection.temperature)
    targets = find_classes(network.labels, selection.target) if selection.target else ()
    familiarity = familiarity_of(scores, network.card.energy_limit)
    return PredictionsInfo(
        model=network.id,
        image=inference.image,
        head=reading.kind,
        predictions=[prediction_info(network, reading, index) for index in reading.order[: selection.top_k].tolist()],
        threshold=reading.threshold,
        negative=_negative(network, reading),
        entropy=reading.entropy if reading.is_exclusive else None,
        entropy_share=reading.entropy_share if reading.is_exclusive else None,
        margin=reading.margin if reading.is_exclusive else None,
        verdict=(reading if selection.temperature == 1 else read_prediction(scores)).verdict,
        temperature=selection.temperature if has_temperature(reading.kind) else 1,
        targets=[prediction_info(network, reading, index) for index in sorted(targets, key=reading.rank)],
        note=None,
        unfamiliar=familiarity.is_unfamiliar if familiarity else None,
        energy=familiarity.energy if familiarity else None,
        energy_limit=familiarity.limit if familiarity else None,
        timing_ms={name: milliseconds(value) for name, value in seconds.items()},
    )


def _negative(network: Network, reading: PredictionSummary) -> NegativeInfo | None:
    if reading.kind != "binary":
        return None
    return NegativeInfo(label=network.negative_label, score=1 - float(reading.scores[0]))
