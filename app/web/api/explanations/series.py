"""Several maps of one method: over all layers, and with random weights."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.attribution.evaluation.sanity_check import Stage
from app.attribution.explain import Explanation
from app.engine.question import Asked
from app.nets.network import Network
from app.web.api.explanations.maps import ExplanationSummary, summary
from app.web.api.explanations.methods import OWN, TAGS
from app.web.api.explanations.question import IMAGE, MODEL, PLACE, TheQuestion
from app.web.deps import ImageId, PureHeaders, TheExplainer, TheNetwork, finished

router = APIRouter(prefix="/api/v1")


class SweptInfo(BaseModel):
    """One method over all suitable layers, inputs first. Each one's map is at `{method}.png?layer=`."""

    model: str = Field(description=MODEL)
    image: str = Field(description=IMAGE)
    method: str
    target: int
    target_label: str
    layers: list[ExplanationSummary]


class StageInfo(BaseModel):
    """The network with some of its layers' weights random. Its map is at `{method}.png?randomised=`."""

    randomised: int = Field(description="How many layers with weights, counted from the answer.")
    layer: str = Field(description="The last of them.")
    correlation: float | None = Field(description="Rank correlation with the network's own map; null if one is flat.")
    magnitude_correlation: float | None = Field(description="The same of the two maps' magnitudes.")
    min: float
    max: float


class CascadeInfo(BaseModel):
    """A map that hardly changes when the weights do shows the picture alone (Adebayo et al., NeurIPS 2018)."""

    model: str = Field(description=MODEL)
    image: str = Field(description=IMAGE)
    method: str
    target: int
    target_label: str
    stages: list[StageInfo]


@router.get(f"{PLACE}/{{method}}/layers", summary="One method over every suitable layer", tags=TAGS, openapi_extra=OWN)
async def layers(
    request: Request,
    response: Response,
    explainer: TheExplainer,
    network: TheNetwork,
    image: ImageId,
    headers: PureHeaders,
    asked: TheQuestion,
) -> SweptInfo:
    found = await finished(request, explainer.sweep(network, image, asked))
    response.headers.update(headers)
    return swept(network, image, asked, found)


@router.get(
    f"{PLACE}/{{method}}/randomised",
    summary="Does the map change when the network's weights are destroyed?",
    tags=TAGS,
    openapi_extra=OWN,
)
async def randomised(
    request: Request,
    response: Response,
    explainer: TheExplainer,
    network: TheNetwork,
    image: ImageId,
    headers: PureHeaders,
    asked: TheQuestion,
) -> CascadeInfo:
    """The weights are made random from the answer down, in up to eight stages, each of its own mean and spread."""
    asked = replace(asked, random=0)
    found = await finished(request, explainer.explain(network, image, asked))
    stages = await finished(request, explainer.cascade(network, image, asked, found))
    response.headers.update(headers)
    return cascade(network, image, asked, stages)


def swept(network: Network, image: str, asked: Asked, found: Sequence[Explanation]) -> SweptInfo:
    return SweptInfo(**_question(network, image, asked), layers=[summary(each) for each in found])


def cascade(network: Network, image: str, asked: Asked, stages: Sequence[Stage]) -> CascadeInfo:
    return CascadeInfo(**_question(network, image, asked), stages=[_stage(stage) for stage in stages])


def _question(network: Network, image: str, asked: Asked) -> dict[str, Any]:
    return {
        "model": network.id,
        "image": image,
        "method": asked.method.name,
        "target": asked.target.index,
        "target_label": asked.target.label(network),
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
