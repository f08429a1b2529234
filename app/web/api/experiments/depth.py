"""Depth: how far a network's layers for a photo are from those for another photo, from the input to the output."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AliasPath, Field

from app.experiments.depth import ALIKE, alike_from, farthest
from app.web.api.responses import Finite, Info
from app.web.deps import PURE, TheClient, TheInference

router = APIRouter(prefix="/api/v1", tags=["experiments"])


class LayerDistanceInfo(Info):
    """How far a layer's output is from that for the reference."""

    layer: str
    cosine: Finite = Field(
        validation_alias=AliasPath("distance", "cosine"), description="Cosine of the angle between both outputs."
    )
    relative: Finite = Field(
        validation_alias=AliasPath("distance", "relative"),
        description="Norm of the difference as a share of the norm for the reference.",
    )
    rank_correlation: Finite = Field(description="Spearman's, of the channels by their means.")


class DepthInfo(Info):
    """A figure is null where it is not defined, such as for an output of zeros."""

    model: str
    image: str
    against_image: str
    alike_from: str | None = Field(
        description=f"The layer from which on the cosine stays at {ALIKE} or above; null if that of the last is below."
    )
    farthest: str | None = Field(description="The layer with the smallest cosine.")
    layers: list[LayerDistanceInfo] = Field(description="In the network's order.")


@router.get(
    "/models/{model}/images/{image}/depth",
    summary="How far the layers are from those for another photo",
    dependencies=[PURE],
)
async def get_depth(
    client: TheClient,
    inference: TheInference,
    against_image: Annotated[str, Query(description="The reference: another photo, or this one before a change.")],
) -> DepthInfo:
    """Two runs, compared layer by layer: where they part, and at which depth the network stops noticing."""
    await client.require_picture(against_image)
    distances = await client.wait(client.engine.depth.distances(inference, against_image))
    return DepthInfo(
        model=inference.network.id,
        image=inference.image,
        against_image=against_image,
        alike_from=alike_from(distances),
        farthest=farthest(distances),
        layers=[LayerDistanceInfo.model_validate(each) for each in distances],
    )
