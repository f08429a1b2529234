"""Paths: the largest contribution to a cell, and to that, down to a pixel."""

from dataclasses import asdict

from fastapi import APIRouter
from pydantic import Field

from app.engine.inference import Inference
from app.nets.layer import CellPlace
from app.web.api.params import CELL, UNIT, ThePlace, TheUnit
from app.web.api.responses import Finite, Info
from app.web.deps import PURE, Client, TheClient, TheInference

router = APIRouter(prefix="/api/v1")


class PathStepInfo(Info):
    """A cell on the path, or at its end a pixel of the layer `picture`, whose channel is its colour."""

    layer: str
    channel: int
    y: int
    x: int
    op: str
    value: Finite
    adds: Finite = Field(
        description="What it adds to the cell before; null at the beginning, and where the cell before is no sum."
    )
    share: Finite = Field(
        description="Among the magnitudes of all that is added up for the cell before, 0 to 1; null if nothing is."
    )


class PathInfo(Info):
    """The path of the largest contribution from a cell to a pixel, the cell first."""

    model: str
    image: str
    steps: list[PathStepInfo]


@router.get(
    f"{CELL}/path",
    summary="The largest contribution to a cell, down to a pixel",
    tags=["activations"],
    dependencies=[PURE],
)
async def cell_path(client: TheClient, inference: TheInference, place: ThePlace) -> PathInfo:
    """From the cell to the one that adds most to it, and so on: of a sum the largest term is followed, of a filter's
    plane its largest product, of a maximum the number that is taken.
    """
    return await _answer(client, inference, place)


@router.get(
    f"{UNIT}/path",
    summary="The largest contribution to a number of a vector, down to a pixel",
    tags=["activations"],
    dependencies=[PURE],
)
async def unit_path(client: TheClient, inference: TheInference, place: TheUnit) -> PathInfo:
    """As for a cell."""
    return await _answer(client, inference, place)


async def _answer(client: Client, inference: Inference, place: CellPlace) -> PathInfo:
    path = await client.wait(client.engine.cells.path(inference, place))
    steps = [
        PathStepInfo(**asdict(step.place), op=step.op, value=step.value, adds=step.adds, share=step.share)
        for step in path.steps
    ]
    return PathInfo(model=inference.network.id, image=inference.image, steps=steps)
