"""The routes about what a network says of a picture, and what it was given to say so."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.analysis.prediction import BEST, Reading, Verdict, read_prediction
from app.nets.labels import find_classes
from app.nets.network import Network, Scores
from app.web.api.images import PictureFile
from app.web.api.params import Fitting, Target, Temperature, TopK
from app.web.api.responses import NPY, npy
from app.web.deps import ImageId, PureHeaders, TheEngine, TheNetwork, finished
from app.web.pages.prediction import noted

router = APIRouter(prefix="/api/v1")


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


@router.get("/models/{model}/images/{image}/predictions", summary="The best classes", tags=["predictions"])
async def predictions(
    request: Request,
    response: Response,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    pure: PureHeaders,
    top_k: TopK = BEST,
    temperature: Temperature = 1,
    target: Target = None,
    fit: Fitting = None,
) -> Predictions:
    if fit is None:  # with all layers, which whoever asks for the prediction wants to see next
        scores = (await finished(request, engine.activations(network, image))).scores
    else:
        scores = await finished(request, engine.scores(network, image, fit))
    note = await noted(engine, network, image) if fit is None else None
    response.headers.update(pure)
    asked = Asked(top_k, temperature, target)
    return predictions_info(network, image, scores, asked, {"run": scores.seconds}, note)


@router.get(
    "/models/{model}/images/{image}/predictions.npy",
    summary="All logits and scores as an array",
    tags=["predictions"],
    response_class=Response,
    responses=NPY,
)
async def predictions_array(
    request: Request,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    pure: PureHeaders,
    temperature: Temperature = 1,
    fit: Fitting = None,
) -> Response:
    """`(2, classes)`: the logits, and the scores at the temperature, both in the order of the labels."""
    reading = read_prediction(await finished(request, engine.scores(network, image, fit)), temperature)
    return npy(np.stack([reading.logits, reading.scores]).astype(np.float32), pure)


@router.post("/models/{model}/classify", summary="What is in this picture?", tags=["predictions"])
async def classify(
    request: Request, engine: TheEngine, network: TheNetwork, file: PictureFile, top_k: TopK = BEST
) -> Predictions:
    begin = time.perf_counter()
    coming = await finished(request, engine.classify(network, file.file.read))
    scores = await finished(request, coming.scores)
    image = coming.upload.stored.id
    note = await noted(engine, network, image)
    timing = {"decode": coming.upload.seconds, "run": scores.seconds, "total": time.perf_counter() - begin}
    return predictions_info(network, image, scores, Asked(top_k), timing, note)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a prediction is asked for: how many classes, at which temperature, and which classes besides."""

    top_k: int = BEST
    temperature: float = 1.0
    target: str | None = None


def predictions_info(
    network: Network, image: str, scores: Scores, asked: Asked, seconds: dict[str, float], note: str | None
) -> Predictions:
    """The best classes and those that are asked for, as `asked` says; `seconds` is how long each step took."""
    reading = read_prediction(scores, asked.temperature)
    wanted = find_classes(network.labels, asked.target) if asked.target else ()
    return Predictions(
        model=network.id,
        image=image,
        predictions=[_guess(network, reading, int(index), rank) for rank, index in _ranked(reading, asked.top_k)],
        entropy=reading.entropy,
        entropy_share=reading.share,
        margin=reading.margin,
        verdict=(reading if asked.temperature == 1 else read_prediction(scores)).verdict,
        temperature=asked.temperature,
        targets=sorted(
            (_guess(network, reading, index, reading.rank(index)) for index in wanted), key=lambda guess: guess.rank
        ),
        note=note,
        timing_ms={name: round(value * 1e3, 3) for name, value in seconds.items()},
    )


def _ranked(reading: Reading, count: int) -> Iterable[tuple[int, int]]:
    return enumerate(reading.order[:count].tolist(), start=1)


def _guess(network: Network, reading: Reading, index: int, rank: int) -> Prediction:
    return Prediction(
        index=index,
        label=network.labels[index],
        score=float(reading.scores[index]),
        logit=float(reading.logits[index]),
        rank=rank,
    )
