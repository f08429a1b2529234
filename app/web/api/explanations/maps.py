"""The map of one explanation: as a picture, an array and in figures, with its faithfulness."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from app.attribution.evaluation.faithfulness import Faithfulness
from app.attribution.explain import Explanation
from app.engine.explanations import ExplanationKey
from app.engine.inference import Inference
from app.engine.question import ExplanationRequest
from app.engine.results import DrawingKey
from app.rendering.drawing import Drawing
from app.rendering.signed_maps import draw_signed_map, draw_signed_overlay
from app.web.api.explanations.methods import METHOD_PARAMETERS, TAGS
from app.web.api.explanations.question import EXPLANATION, IMAGE, MODEL, TheRequest
from app.web.api.params import MapStyle, Opacity, TheMapStyle
from app.web.api.responses import NPY, Info, Png, npy, png
from app.web.deps import PURE, PureHeaders, TheClient, TheInference

router = APIRouter(prefix="/api/v1")


class ExplanationSummaryInfo(Info):
    """A map, (H, W) of the view, in figures."""

    layer: str | None = Field(description="The layer it is computed at.")
    min: float
    max: float
    note: str = Field(description="What a reader must know, such as that there is no positive evidence; mostly empty.")
    figures: dict[str, float] = Field(description="The method's own, such as the `gap` of integrated gradients.")


class RandomMapInfo(Info):
    deletion: float
    insertion: float


class FaithfulnessInfo(Info):
    """What the score does as the pixels that the map ranks highest are removed, or are the only ones added.

    Scores are the probability of the class, or that it beats the other, or the mean of the channel. A faithful map has
    a small deletion area and a large insertion area. Petsiuk et al., BMVC 2018.
    """

    deletion: float = Field(description="The area under `deletion_curve`.")
    insertion: float = Field(description="The area under `insertion_curve`.")
    deletion_curve: list[float] = Field(description="Scores with 0, 1/n, ... n/n of the pixels removed.")
    insertion_curve: list[float] = Field(description="Scores with 0, 1/n, ... n/n of the pixels added.")
    smoothness: float = Field(
        description="Of the map: the standard deviation in pixels of the Gaussian that smooths noise alike."
    )
    random: list[RandomMapInfo] = Field(description="The areas of random maps as smooth as this one.")
    better_than: float = Field(description="Share of those whose insertion less deletion is smaller than the map's.")


class ExplanationInfo(ExplanationSummaryInfo):
    model: str = Field(description=MODEL)
    image: str = Field(description=IMAGE)
    method: str
    title: str
    target: int = Field(description="The index of the class, or of the channel.")
    target_label: str
    target_layer: str | None = Field(description="The layer of the channel; null for a class.")
    against: int | None = Field(description="The class whose logit is subtracted.")
    parameters: dict[str, Any]
    randomised: int = Field(description="How many layers, from the last one down, have random weights.")
    height: int
    width: int
    faithfulness: FaithfulnessInfo | None


@dataclass(frozen=True, slots=True)
class ExplanationStyle:
    """How a map is drawn: how opaque it lies over the view, if it does."""

    overlay: float | None
    map: MapStyle


async def _style(map_style: TheMapStyle, overlay: Opacity = None) -> ExplanationStyle:
    return ExplanationStyle(overlay, map_style)


@dataclass(frozen=True, slots=True)
class ExplanationDrawingKey(DrawingKey):
    """The map of an explanation as a picture."""

    explanation: ExplanationKey
    style: ExplanationStyle


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
    faithfulness: Annotated[bool, Query(description="Measure it too: some hundred runs, once.")] = True,
) -> ExplanationInfo:
    """Deletion and insertion curves are measured on the network, for this map and for random ones as smooth as it."""
    explanations = client.engine.explanations
    found = await client.wait(explanations.explain(inference, request))
    measured: Faithfulness | None = None
    if faithfulness:
        measured = await client.wait(explanations.faithfulness(inference, request))
    return _info(inference, request, found, measured)


@router.get(
    f"{EXPLANATION}.npy",
    summary="An explanation as an array, signed, (H, W) of the view",
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
    summary="An explanation as a picture, alone or over the view",
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
    """Zero is in the middle of the scale: what supports the target is above it, what opposes it below."""
    found = await client.wait(client.engine.explanations.explain(inference, request))

    def draw() -> Drawing:
        if style.overlay is None:
            return draw_signed_map(found.values, style.map.size, style.map.colormap)
        view = client.engine.pictures.view(inference)
        return draw_signed_overlay(view, found.values, style.map.colormap or "auto", style.overlay)

    key = ExplanationDrawingKey(ExplanationKey.of(inference, request), style)
    return png(await client.wait(client.engine.results.draw(key, draw)), headers)


def _info(
    inference: Inference, request: ExplanationRequest, found: Explanation, measured: Faithfulness | None
) -> ExplanationInfo:
    height, width = found.values.shape
    target = request.target
    return ExplanationInfo(
        **dict(ExplanationSummaryInfo.model_validate(found)),
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
        deletion_curve=own.removed.tolist(),
        insertion_curve=own.shown.tolist(),
        smoothness=measured.deviation,
        random=[RandomMapInfo.model_validate(each) for each in measured.random],
        better_than=measured.better_than,
    )
