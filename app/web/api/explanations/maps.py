"""One explanation: its map as PNG and as an array, and its figures with its faithfulness."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from app.attribution.evaluation.faithfulness import Faithfulness
from app.attribution.explain import Explanation
from app.engine.inference import Inference
from app.engine.products import ExplanationKey
from app.engine.question import ExplanationRequest
from app.engine.results import DrawingKey
from app.errors import NonFinite
from app.rendering.drawing import Drawing
from app.rendering.signed_maps import draw_signed_map, draw_signed_overlay
from app.web.api.explanations.methods import METHOD_PARAMETERS, TAGS
from app.web.api.explanations.question import EXPLANATION, IMAGE, MODEL, TheRequest
from app.web.api.params import MapStyle, Opacity, TheMapStyle
from app.web.api.responses import NPY, Info, Png, npy, png
from app.web.deps import PURE, PureHeaders, TheClient, TheInference

UNMEASURABLE = "Its faithfulness can't be measured: with pixels removed, the network's values overflow."

router = APIRouter(prefix="/api/v1")


class ExplanationSummaryInfo(Info):
    """The figures of a map, (H, W), with the size of the network's input."""

    layer: str | None = Field(description="The layer whose maps the method uses; null if it uses none.")
    min: float
    max: float
    note: str = Field(description="A remark on the map, such as that it has no positive evidence; usually empty.")
    figures: dict[str, float] = Field(
        description="Figures of the method itself, such as the `gap` of integrated gradients."
    )


class RandomMapInfo(Info):
    """The faithfulness of a random map."""

    deletion: float
    insertion: float


class FaithfulnessInfo(Info):
    """How the score changes as pixels are removed or added, those that the map ranks highest first.

    The score is the probability of the class, or its probability with only two classes to choose from, or the mean of
    the channel. A faithful map has a small deletion area and a large insertion area (Petsiuk et al., BMVC 2018).
    """

    deletion: float = Field(description="The area under `deletion_curve`. Lower is better.")
    insertion: float = Field(description="The area under `insertion_curve`. Higher is better.")
    deletion_curve: list[float] = Field(description="Scores with 0, 1/n, ... n/n of the pixels removed.")
    insertion_curve: list[float] = Field(description="Scores with 0, 1/n, ... n/n of the pixels added.")
    smoothness: float = Field(
        description="The standard deviation, in pixels, of the Gaussian that makes noise as smooth as the map."
    )
    random: list[RandomMapInfo] = Field(description="The areas of random maps that are as smooth as this one.")
    better_than: float = Field(
        description="The share of random maps with a smaller difference of insertion and deletion."
    )
    measurable: bool = Field(
        description="Whether the areas are meaningful: false if the probability is below 0.0001 or never changes."
    )


class ExplanationInfo(ExplanationSummaryInfo):
    """An explanation in figures: the request, the map's range, and its faithfulness."""

    model: str = Field(description=MODEL)
    image: str = Field(description=IMAGE)
    method: str
    title: str
    target: int = Field(description="The index of the class, or of the channel.")
    target_label: str
    target_layer: str | None = Field(description="The layer of the channel; null for a class.")
    against: int | None = Field(description="The class whose logit is subtracted; null if there is none.")
    parameters: dict[str, Any]
    randomised: int = Field(description="How many layers have random weights, counted from the last one.")
    height: int
    width: int
    faithfulness: FaithfulnessInfo | None = Field(
        description="Null if it is not asked for, or can't be measured; the note then says why."
    )


@dataclass(frozen=True, slots=True)
class ExplanationStyle:
    """How a map is drawn: alone, or over the input with the opacity `overlay`."""

    overlay: float | None
    map: MapStyle


async def _style(map_style: TheMapStyle, overlay: Opacity = None) -> ExplanationStyle:
    return ExplanationStyle(overlay, map_style)


@dataclass(frozen=True, slots=True)
class ExplanationDrawingKey(DrawingKey):
    """The map of an explanation as PNG."""

    explanation: ExplanationKey
    style: ExplanationStyle

    @property
    def pictures(self) -> tuple[str, ...]:
        return self.explanation.pictures


@router.get(
    f"{EXPLANATION}.json",
    summary="An explanation in figures, with its faithfulness",
    tags=TAGS,
    openapi_extra=METHOD_PARAMETERS,
    dependencies=[PURE],
)
async def explanation(
    client: TheClient,
    inference: TheInference,
    request: TheRequest,
    faithfulness: Annotated[bool, Query(description="Whether to measure it. This takes some hundred runs.")] = True,
) -> ExplanationInfo:
    """The deletion and insertion curves are measured for this map and for random maps that are as smooth."""
    explanations = client.engine.explanations
    explained = await client.wait(explanations.explain(inference, request))
    measured: Faithfulness | None = None
    if faithfulness:
        try:
            measured = await client.wait(explanations.faithfulness(inference, request))
        except NonFinite:  # the map is there all the same
            explained = replace(explained, note=f"{explained.note} {UNMEASURABLE}".lstrip())
    return _info(inference, request, explained, measured)


@router.get(
    f"{EXPLANATION}.npy",
    summary="An explanation as a signed array (H, W)",
    tags=TAGS,
    response_class=Response,
    responses=NPY,
    openapi_extra=METHOD_PARAMETERS,
)
async def explanation_array(
    client: TheClient, inference: TheInference, request: TheRequest, headers: PureHeaders
) -> Response:
    return npy((await client.wait(client.engine.explanations.explain(inference, request))).values, headers)


@router.get(
    f"{EXPLANATION}.png",
    summary="An explanation as PNG, alone or over the input",
    tags=TAGS,
    response_class=Png,
    openapi_extra=METHOD_PARAMETERS,
)
async def explanation_map(
    client: TheClient,
    inference: TheInference,
    request: TheRequest,
    style: Annotated[ExplanationStyle, Depends(_style)],
    headers: PureHeaders,
) -> Png:
    """Zero is in the middle of the colour scale. Values above it support the target, values below it oppose it."""
    explained = await client.wait(client.engine.explanations.explain(inference, request))

    def draw() -> Drawing:
        if style.overlay is None:
            return draw_signed_map(explained.values, style.map.size, style.map.colormap)
        view = client.engine.pictures.view(inference)
        return draw_signed_overlay(view, explained.values, style.map.colormap or "auto", style.overlay)

    key = ExplanationDrawingKey(ExplanationKey.of(inference, request), style)
    return png(await client.wait(client.engine.results.draw(key, draw)), headers)


def _info(
    inference: Inference, request: ExplanationRequest, explained: Explanation, measured: Faithfulness | None
) -> ExplanationInfo:
    height, width = explained.values.shape
    target = request.target
    return ExplanationInfo(
        **dict(ExplanationSummaryInfo.model_validate(explained)),
        model=inference.network.id,
        image=inference.image,
        method=request.method.name,
        title=request.method.title,
        target=target.index,
        target_label=target.label(inference.network),
        target_layer=target.channel_of,
        against=target.against,
        parameters=dict(request.options),
        randomised=request.random,
        height=height,
        width=width,
        faithfulness=_faithfulness(measured) if measured else None,
    )


def _faithfulness(measured: Faithfulness) -> FaithfulnessInfo:
    own = measured.curves
    return FaithfulnessInfo(
        deletion=own.deletion,
        insertion=own.insertion,
        deletion_curve=own.deletion_scores.tolist(),
        insertion_curve=own.insertion_scores.tolist(),
        smoothness=measured.deviation,
        random=[RandomMapInfo.model_validate(each) for each in measured.random],
        better_than=measured.better_than,
        measurable=measured.is_measurable,
    )
