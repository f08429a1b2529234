"""The routes about why a network answers as it does: maps, how far to believe them, sanity checks and sweeps."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from app.attribution.evaluation.faithfulness import Faithfulness
from app.attribution.explain import Explanation
from app.engine.question import Asked
from app.nets.network import Network
from app.rendering.drawing import Drawing
from app.rendering.signed_maps import draw_explained, draw_explanation
from app.web.api.explanations.methods import OWN, TAGS
from app.web.api.explanations.question import IMAGE, MODEL, PLACE, TheQuestion
from app.web.api.params import Colormap, Opacity, Side
from app.web.api.responses import NPY, Png, npy, png
from app.web.deps import ImageId, PureHeaders, TheEngine, TheExplainer, TheNetwork, finished

router = APIRouter(prefix="/api/v1")


class ExplanationSummary(BaseModel):
    """A map, (H, W) of the view, in figures."""

    layer: str | None = Field(description="The layer it is made at.")
    min: float
    max: float
    note: str = Field(description="What must be said of it, as that there is no positive evidence; mostly empty.")
    figures: dict[str, float] = Field(description="The method's own, as the `gap` of integrated gradients.")


class RandomMapInfo(BaseModel):
    deletion: float
    insertion: float


class FaithfulnessInfo(BaseModel):
    """What the score does as the pixels that the map ranks highest are taken away, or are all there is.

    Scores are the probability of the class, or that it beats the other, or the mean of the channel. Deletion wants a
    small area, insertion a large one. Petsiuk et al., BMVC 2018.
    """

    deletion: float = Field(description="The area under `deletion_curve`.")
    insertion: float = Field(description="The area under `insertion_curve`.")
    deletion_curve: list[float] = Field(description="Scores with 0, 1/n, ... n/n of the pixels taken away.")
    insertion_curve: list[float] = Field(description="Scores with 0, 1/n, ... n/n of the pixels there.")
    smoothness: float = Field(description="Of the map: the deviation in pixels of the bell that smooths noise alike.")
    random: list[RandomMapInfo] = Field(description="The areas of random maps as smooth as this one.")
    better_than: float = Field(description="Share of those whose insertion less deletion is smaller than the map's.")


class ExplanationInfo(ExplanationSummary):
    model: str = Field(description=MODEL)
    image: str = Field(description=IMAGE)
    method: str
    title: str
    target: int = Field(description="The index of the class, or of the channel.")
    target_label: str
    target_layer: str | None = Field(description="The layer of the channel; null for a class.")
    against: int | None = Field(description="The class whose logit is taken off.")
    parameters: dict[str, Any]
    randomised: int = Field(description="How many layers from the top have lost their weights; 0 is the network.")
    height: int
    width: int
    faithfulness: FaithfulnessInfo | None


@router.get(
    f"{PLACE}/{{method}}.json",
    summary="An explanation in figures, and how far to believe it",
    tags=TAGS,
    openapi_extra=OWN,
)
async def explanation(
    request: Request,
    response: Response,
    explainer: TheExplainer,
    network: TheNetwork,
    image: ImageId,
    headers: PureHeaders,
    asked: TheQuestion,
    faithfulness: Annotated[bool, Query(description="Measure it too: some hundred runs, once.")] = True,
) -> ExplanationInfo:
    """Deletion and insertion curves are measured on the network for this map and for random ones as smooth as it."""
    found = await finished(request, explainer.explain(network, image, asked))
    measured = None
    if faithfulness:
        measured = await finished(request, explainer.faithfulness(network, image, asked, found))
    response.headers.update(headers)
    return explanation_info(network, image, asked, found, measured)


@router.get(
    f"{PLACE}/{{method}}.npy",
    summary="An explanation as an array, signed, (H, W) of the view",
    tags=TAGS,
    response_class=Response,
    responses=NPY,
    openapi_extra=OWN,
)
async def array(
    request: Request,
    explainer: TheExplainer,
    network: TheNetwork,
    image: ImageId,
    headers: PureHeaders,
    asked: TheQuestion,
) -> Response:
    return npy((await finished(request, explainer.explain(network, image, asked))).values, headers)


@router.get(
    f"{PLACE}/{{method}}.png",
    summary="An explanation as a picture, alone or over the view",
    tags=TAGS,
    response_class=Png,
    openapi_extra=OWN,
)
async def picture(
    request: Request,
    engine: TheEngine,
    explainer: TheExplainer,
    network: TheNetwork,
    image: ImageId,
    headers: PureHeaders,
    asked: TheQuestion,
    size: Side = None,
    colormap: Colormap = None,
    overlay: Opacity = None,
) -> Png:
    """Zero is in the middle of the scale: what speaks for the target is above it, what speaks against below."""
    found = await finished(request, explainer.explain(network, image, asked))

    def draw() -> tuple[Drawing, int]:
        if overlay is None:
            return draw_explanation(found, size, colormap).sized
        return draw_explained(engine.view(network, image), found, colormap or "auto", overlay).sized

    key = ("explained", network.sha256, image, asked.key, size, colormap, overlay)
    return png(await finished(request, engine.draw(key, draw)), headers)


def explanation_info(
    network: Network, image: str, asked: Asked, found: Explanation, faithful: Faithfulness | None
) -> ExplanationInfo:
    height, width = found.values.shape
    target = asked.target
    return ExplanationInfo(
        **summary(found).model_dump(),
        model=network.id,
        image=image,
        method=asked.method.name,
        title=asked.method.title,
        target=target.index,
        target_label=target.label(network),
        target_layer=target.channel_of,
        against=target.against,
        parameters=dict(asked.options),
        randomised=asked.random,
        height=height,
        width=width,
        faithfulness=None if faithful is None else _faithfulness(faithful),
    )


def summary(found: Explanation) -> ExplanationSummary:
    return ExplanationSummary(
        layer=found.layer, min=found.min, max=found.max, note=found.note, figures=dict(found.figures)
    )


def _faithfulness(found: Faithfulness) -> FaithfulnessInfo:
    own = found.curves
    return FaithfulnessInfo(
        deletion=own.deletion,
        insertion=own.insertion,
        deletion_curve=own.removed.tolist(),
        insertion_curve=own.shown.tolist(),
        smoothness=found.deviation,
        random=[RandomMapInfo(deletion=each.deletion, insertion=each.insertion) for each in found.random],
        better_than=found.better_than,
    )
