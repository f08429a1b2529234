"""Series of maps of one method: at all layers, and with random weights."""

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


class LayerMapsInfo(Info):
    """The maps of one method at all suitable layers, from input to output. Each PNG is at `{method}.png?layer=`."""

    model: str = Field(description=MODEL)
    image: str = Field(description=IMAGE)
    method: str
    target: int
    target_label: str
    layers: list[ExplanationSummaryInfo]


class SanityCheckStageInfo(Info):
    """The map with random weights in some layers. Its PNG is at `{method}.png?randomised=`."""

    randomised: int = Field(description="How many layers have random weights, counted from the last one.")
    layer: str = Field(description="The first layer with random weights, in the network's order.")
    correlation: float | None = Field(
        description="The rank correlation with the map of the trained network; null if one of the maps is constant."
    )
    magnitude_correlation: float | None = Field(description="The rank correlation of the magnitudes of the two maps.")
    min: float
    max: float


class SanityCheckInfo(Info):
    """A map that hardly changes with random weights shows only the image (Adebayo et al., NeurIPS 2018)."""

    model: str = Field(description=MODEL)
    image: str = Field(description=IMAGE)
    method: str
    target: int
    target_label: str
    stages: list[SanityCheckStageInfo]


@router.get(
    f"{EXPLANATION}/layers",
    summary="One method at every suitable layer",
    tags=TAGS,
    openapi_extra=METHOD_PARAMETERS,
    dependencies=[PURE],
)
async def layers(client: TheClient, inference: TheInference, request: TheRequest) -> LayerMapsInfo:
    maps = await client.wait(client.engine.explanations.sweep(inference, request))
    return LayerMapsInfo(
        **_about(inference, request), layers=[ExplanationSummaryInfo.model_validate(each) for each in maps]
    )


@router.get(
    f"{EXPLANATION}/randomised",
    summary="The sanity check: the map with random weights",
    tags=TAGS,
    openapi_extra=METHOD_PARAMETERS,
    dependencies=[PURE],
)
async def randomised(client: TheClient, inference: TheInference, request: TheRequest) -> SanityCheckInfo:
    """In up to eight stages, from the last layer down, weights become random numbers.

    They have the mean and the standard deviation of the weights that they replace.
    """
    stages = await client.wait(client.engine.explanations.cascade(inference, replace(request, random=0)))
    return SanityCheckInfo(**_about(inference, request), stages=[_stage(stage) for stage in stages])


def _about(inference: Inference, request: ExplanationRequest) -> Mapping[str, Any]:
    return {
        "model": inference.network.id,
        "image": inference.image,
        "method": request.method.name,
        "target": request.target.index,
        "target_label": request.target.label(inference.network),
    }


def _stage(stage: Stage) -> SanityCheckStageInfo:
    return SanityCheckStageInfo(
        randomised=stage.count,
        layer=stage.layer,
        correlation=stage.correlation,
        magnitude_correlation=stage.magnitude_correlation,
        min=stage.explanation.min,
        max=stage.explanation.max,
    )
