"""Several maps of one method: at all layers, and with random weights."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from pydantic import Field

from app.attribution.evaluation.sanity_check import Stage
from app.engine.inference import Inference
from app.engine.question import ExplanationRequest
from app.web.api.explanations.maps import ExplanationSummaryInfo
from app.web.api.explanations.methods import METHOD_PARAMETERS, TAGS
from app.web.api.explanations.question import EXPLANATION, IMAGE, MODEL, TheRequest
from app.web.api.responses import Info
from app.web.deps import PURE, TheClient, TheInference

router = APIRouter(prefix="/api/v1")


class LayerSweepInfo(Info):
    """One method at all suitable layers, inputs first. Each one's map is at `{method}.png?layer=`."""

    model: str = Field(description=MODEL)
    image: str = Field(description=IMAGE)
    method: str
    target: int
    target_label: str
    layers: list[ExplanationSummaryInfo]


class StageInfo(Info):
    """The network with some of its layers' weights random. Its map is at `{method}.png?randomised=`."""

    randomised: int = Field(description="How many layers with weights, counted from the last one.")
    layer: str = Field(description="The first of them in the network's order.")
    correlation: float | None = Field(description="Rank correlation with the network's own map; null if one is flat.")
    magnitude_correlation: float | None = Field(description="The same of the two maps' magnitudes.")
    min: float
    max: float


class CascadeInfo(Info):
    """A map that hardly changes when the weights do shows the picture alone (Adebayo et al., NeurIPS 2018)."""

    model: str = Field(description=MODEL)
    image: str = Field(description=IMAGE)
    method: str
    target: int
    target_label: str
    stages: list[StageInfo]


@router.get(
    f"{EXPLANATION}/layers",
    summary="One method at every suitable layer",
    tags=TAGS,
    openapi_extra=METHOD_PARAMETERS,
    dependencies=[PURE],
)
async def layers(client: TheClient, inference: TheInference, request: TheRequest) -> LayerSweepInfo:
    maps = await client.wait(client.engine.explanations.sweep(inference, request))
    return LayerSweepInfo(
        **_about(inference, request), layers=[ExplanationSummaryInfo.model_validate(each) for each in maps]
    )


@router.get(
    f"{EXPLANATION}/randomised",
    summary="Does the map change when the network's weights are random?",
    tags=TAGS,
    openapi_extra=METHOD_PARAMETERS,
    dependencies=[PURE],
)
async def randomised(client: TheClient, inference: TheInference, request: TheRequest) -> CascadeInfo:
    """From the last layer down, in up to eight stages, weights are drawn anew with their layer's mean and deviation."""
    stages = await client.wait(client.engine.explanations.cascade(inference, replace(request, random=0)))
    return CascadeInfo(**_about(inference, request), stages=[_stage(stage) for stage in stages])


def _about(inference: Inference, request: ExplanationRequest) -> Mapping[str, Any]:
    return {
        "model": inference.network.id,
        "image": inference.image,
        "method": request.method.name,
        "target": request.target.index,
        "target_label": request.target.label(inference.network),
    }


def _stage(stage: Stage) -> StageInfo:
    return StageInfo(
        randomised=stage.count,
        layer=stage.layer,
        correlation=stage.correlation,
        magnitude_correlation=stage.magnitude_correlation,
        min=stage.explanation.min,
        max=stage.explanation.max,
    )
