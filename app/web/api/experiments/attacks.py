"""Attacks: the smallest change of a picture that changes a prediction, with progress, as figures and as pictures."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Literal

import numpy as np
from fastapi import APIRouter, Depends, Path, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from app.analysis.prediction import DEFAULT_TOP_K, read_prediction
from app.engine.experiments.attacks import AttackKey, AttackRequest, AttackStudy, read_attack
from app.engine.inference import Inference
from app.engine.results import DrawingKey
from app.experiments.attack import AttackMethod
from app.experiments.survival import Treatment
from app.nets.network import Network
from app.nets.outputs import Scores
from app.rendering.drawing import Drawing
from app.rendering.maps import draw_channel, draw_picture
from app.rendering.scale import Scale
from app.web.api.events import ProgressInfo, job_events
from app.web.api.params import MapStyle, TheMapStyle
from app.web.api.responses import Info, Png, PredictionInfo, png, prediction_info
from app.web.deps import PureHeaders, TheClient, TheInference
from app.work.job import JobHandle

router = APIRouter(prefix="/api/v1")
ATTACKS = "/models/{model}/images/{image}/attacks"
TAGS: list[str | Enum] = ["experiments"]
ClassText = Annotated[
    str, Query(max_length=200, description="The index or the name of the class to reach; by default any other class.")
]
MethodPath = Annotated[AttackMethod, Path(alias="method", description="`pgd` takes ten steps, `fgsm` one.")]


class AttackBody(BaseModel):
    """What `POST .../attacks` is given."""

    method: AttackMethod = Field(default="pgd", description="`pgd` takes ten steps, `fgsm` one.")
    target: str = Field(
        default="", max_length=200, description="The index or the name of the class to reach; empty for any other."
    )


class ChangeSizeInfo(Info):
    """How large the change is, in levels of 0 to 255, over all three channels."""

    largest: int = Field(description="The L-infinity norm.")
    length: float = Field(description="The L2 norm.")
    mean_square: float = Field(description="The root of the mean square.")
    changed: float = Field(description="The share of levels that differ.")


class SurvivalInfo(BaseModel):
    """The best class after a treatment of the view."""

    treatment: Treatment = Field(description="JPEG at a quality of 75 or 50, or a shift by one pixel to the right.")
    original: PredictionInfo = Field(description="The best class for the original view after it.")
    changed: PredictionInfo = Field(description="The best class for the changed view after it.")
    survives: bool = Field(description="Whether the changed view still reaches the goal of the attack.")


class AttackInfo(BaseModel):
    """An attack: the changed picture, the predictions before and after, and how large the change is."""

    model: str
    image: str
    method: AttackMethod
    target: int | None = Field(description="The index of the class to reach; null for any other.")
    epsilon: int = Field(description="No level of the view differs by more. With one less the attack does not succeed.")
    successful: bool = Field(description="False if even the largest epsilon does not succeed.")
    changed_image: str = Field(description="The id of the stored picture with the changed view.")
    exact: bool = Field(
        description="Whether the network's preprocessing of that picture gives the changed view, level by level. False "
        "where it looks for a digit."
    )
    before: list[PredictionInfo]
    after: list[PredictionInfo]
    size: ChangeSizeInfo
    survival: list[SurvivalInfo]
    runs: int


async def _request(inference: TheInference, method: MethodPath, target: ClassText = "") -> AttackRequest:
    return read_attack(inference.network, method, target)


TheAttack = Annotated[AttackRequest, Depends(_request)]


async def _body_request(inference: TheInference, body: AttackBody) -> AttackRequest:
    return read_attack(inference.network, body.method, body.target)


async def _job(
    client: TheClient, inference: TheInference, request: Annotated[AttackRequest, Depends(_body_request)]
) -> AsyncIterator[JobHandle[AttackStudy]]:
    handle = client.engine.attacks.attack(inference, request)
    try:
        yield handle
    finally:
        handle.release()


@router.post(ATTACKS, summary="Look for the smallest change that changes the prediction", tags=TAGS,
             response_class=EventSourceResponse)  # fmt: skip
async def start_attack(
    client: TheClient,
    inference: TheInference,
    request: Annotated[AttackRequest, Depends(_body_request)],
    job: Annotated[JobHandle[AttackStudy], Depends(_job)],
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress` during the search, then `done` with what `GET` answers, or `error`.

    Clients with the same request share one job. It stops when the last of them disconnects.
    """
    attacks = client.engine.attacks

    def progress() -> ProgressInfo:
        return ProgressInfo.of(attacks.progress(inference, request))

    async def done(study: AttackStudy) -> AttackInfo:
        return _info(inference, request, study, await asyncio.to_thread(attacks.store, study))

    async for event in job_events(client.request, job.future, progress, done):
        yield event


@router.get(f"{ATTACKS}/{{method}}", summary="An attack in figures", tags=TAGS)
async def attack(client: TheClient, inference: TheInference, request: TheAttack) -> AttackInfo:
    """The smallest change of the view, in whole levels, with which the method changes the prediction.

    FGSM: Goodfellow et al. 2015. PGD: Madry et al. 2018, from a seeded random start.
    """
    attacks = client.engine.attacks
    study = await client.wait(attacks.attack(inference, request))
    return _info(inference, request, study, await asyncio.to_thread(attacks.store, study))


@dataclass(frozen=True, slots=True)
class AttackDrawingKey(DrawingKey):
    """A picture of an attack as PNG."""

    attack: AttackKey
    part: Literal["view", "change"]
    style: MapStyle

    @property
    def pictures(self) -> tuple[str, ...]:
        return self.attack.pictures


@router.get(f"{ATTACKS}/{{method}}/view.png", summary="The changed view", tags=TAGS, response_class=Png)
async def changed_view(client: TheClient, inference: TheInference, request: TheAttack, headers: PureHeaders) -> Png:
    """The view as the network receives it after the attack."""
    study = await client.wait(client.engine.attacks.attack(inference, request))
    key = AttackDrawingKey(AttackKey(*inference.identity, request), "view", MapStyle(None, None))
    drawing = client.engine.results.draw(key, lambda: draw_picture(study.attack.view, None))
    return png(await client.wait(drawing), headers)


@router.get(f"{ATTACKS}/{{method}}/change.png", summary="The change of the view", tags=TAGS, response_class=Png)
async def change_map(
    client: TheClient, inference: TheInference, request: TheAttack, style: TheMapStyle, headers: PureHeaders
) -> Png:
    """The mean change of each pixel's three levels, from minus epsilon to epsilon; zero is in the middle."""
    study = await client.wait(client.engine.attacks.attack(inference, request))
    key = AttackDrawingKey(AttackKey(*inference.identity, request), "change", style)
    return png(await client.wait(client.engine.results.draw(key, lambda: _draw_change(study, style))), headers)


def _draw_change(study: AttackStudy, style: MapStyle) -> Drawing:
    change = (study.attack.view.astype(np.float32) - study.original).mean(axis=2)
    bound = float(study.attack.epsilon)
    return draw_channel(change[np.newaxis], 0, Scale(-bound, bound, "fixed", signed=True), style.size, style.colormap)


def _info(inference: Inference, request: AttackRequest, study: AttackStudy, image: str) -> AttackInfo:
    network, attack = inference.network, study.attack
    return AttackInfo(
        model=network.id,
        image=inference.image,
        method=request.method,
        target=request.target,
        epsilon=attack.epsilon,
        successful=attack.is_successful,
        changed_image=image,
        exact=study.is_exact,
        before=_predictions(network, attack.before),
        after=_predictions(network, attack.after),
        size=ChangeSizeInfo.model_validate(study.size),
        survival=[
            SurvivalInfo(
                treatment=each.treatment,
                original=_predictions(network, each.original)[0],
                changed=_predictions(network, each.changed)[0],
                survives=attack.goal.is_reached(each.changed),
            )
            for each in study.survival
        ],
        runs=attack.runs,
    )


def _predictions(network: Network, scores: Scores) -> list[PredictionInfo]:
    reading = read_prediction(scores)
    return [prediction_info(network, reading, index) for index in reading.order[:DEFAULT_TOP_K].tolist()]
