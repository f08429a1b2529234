"""Effective receptive fields: which pixels a cell really depends on."""

from dataclasses import dataclass

from fastapi import APIRouter, Response
from pydantic import Field

from app.engine.results import DrawingKey
from app.gradients.targets import CellValue
from app.rendering.colormap import ColormapName
from app.rendering.maps import draw_field
from app.web.api.params import Colormap, TheCell
from app.web.api.responses import NPY, BoxInfo, Info, Png, npy, png
from app.web.deps import PURE, PureHeaders, TheClient, TheInference

router = APIRouter(prefix="/api/v1")
EFFECTIVE = "/models/{model}/images/{image}/layers/{layer}/cells/{c}/{y}/{x}/effective"


class EffectiveFieldInfo(Info):
    """A cell's theoretical and effective receptive field for one picture (Luo et al. 2016)."""

    model: str
    image: str
    layer: str
    channel: int
    y: int
    x: int
    seen: BoxInfo = Field(description="The theoretical receptive field, cut off at the view's edges.")
    box: BoxInfo | None = Field(
        description="What remains when 2.5 % of the gradient's magnitude is cut off at either end of each axis; null "
        "where no pixel moves the cell."
    )
    greatest: float = Field(description="The greatest sum, over a pixel's channels, of the gradient's magnitudes.")


@dataclass(frozen=True, slots=True)
class FieldDrawingKey(DrawingKey):
    """The effective receptive field of a cell."""

    network: str
    image: str
    cell: CellValue
    colormap: ColormapName | None


@router.get(
    f"{EFFECTIVE}.png",
    summary="The effective receptive field of a cell as a picture",
    tags=["activations"],
    response_class=Png,
)
async def effective_picture(
    client: TheClient, inference: TheInference, cell: TheCell, headers: PureHeaders, colormap: Colormap = None
) -> Png:
    """Each pixel of the view by the magnitude of the cell's gradient, from 0 to the greatest."""
    field = await client.wait(client.engine.explanations.effective_field(inference, cell))
    key = FieldDrawingKey(*inference.identity, cell, colormap)
    return png(await client.wait(client.engine.results.draw(key, lambda: draw_field(field.values, colormap))), headers)


@router.get(
    f"{EFFECTIVE}.npy",
    summary="The effective receptive field of a cell as an array",
    tags=["activations"],
    response_class=Response,
    responses=NPY,
)
async def effective_array(client: TheClient, inference: TheInference, cell: TheCell, headers: PureHeaders) -> Response:
    """(H, W) of the view: the magnitudes of the gradient at the input tensor, summed over its channels."""
    field = await client.wait(client.engine.explanations.effective_field(inference, cell))
    return npy(field.values, headers)


@router.get(
    EFFECTIVE, summary="The extent of a cell's effective receptive field", tags=["activations"], dependencies=[PURE]
)
async def effective_field(client: TheClient, inference: TheInference, cell: TheCell) -> EffectiveFieldInfo:
    field = await client.wait(client.engine.explanations.effective_field(inference, cell))
    return EffectiveFieldInfo(
        model=inference.network.id,
        image=inference.image,
        layer=cell.layer_id,
        channel=cell.channel,
        y=cell.y,
        x=cell.x,
        seen=BoxInfo.model_validate(inference.network.graph.box(cell.layer_id, cell.y, cell.x)),
        box=BoxInfo.model_validate(field.box) if field.box else None,
        greatest=float(field.values.max()),
    )
