"""The routes of the API about what a cell really depends on."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.nets.layer import check_channel
from app.rendering.maps import draw_field
from app.web.api.channels import BoxInfo, box_info
from app.web.api.params import Channel, Colormap, Column, Row
from app.web.api.responses import NPY, Png, npy, png
from app.web.deps import ImageId, PureHeaders, TheEngine, TheExplainer, TheLayer, TheNetwork, finished

router = APIRouter(prefix="/api/v1")
PLACE = "/models/{model}/images/{image}/layers/{layer}/cells/{c}/{y}/{x}/effective"


class EffectiveInfo(BaseModel):
    """What a cell can see of the view, and what it really depends on for this picture (Luo et al. 2016)."""

    model: str
    image: str
    layer: str
    channel: int
    y: int
    x: int
    seen: BoxInfo = Field(description="The theoretical receptive field, cut off at the view's edges.")
    box: BoxInfo | None = Field(
        description="What is left when 2.5 % of the gradient's magnitude is cut off at either end of each axis; null "
        "where no pixel moves the cell."
    )
    greatest: float = Field(description="The greatest sum, over a pixel's channels, of the gradient's magnitudes.")


@router.get(
    f"{PLACE}.png", summary="What a cell really depends on, as a picture", tags=["activations"], response_class=Png
)
async def effective_picture(
    request: Request,
    explainer: TheExplainer,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    layer: TheLayer,
    c: Channel,
    y: Row,
    x: Column,
    headers: PureHeaders,
    colormap: Colormap = None,
) -> Png:
    """Each pixel of the view by the magnitude of the cell's gradient, from 0 to the greatest."""
    check_channel(layer, c, layer.channels)
    found = await finished(request, explainer.effective(network, image, layer, c, y, x))
    key = ("effective drawn", network.sha256, image, layer.id, c, y, x, colormap)
    return png(await finished(request, engine.draw(key, lambda: draw_field(found.values, colormap).sized)), headers)


@router.get(
    f"{PLACE}.npy",
    summary="What a cell really depends on, as an array",
    tags=["activations"],
    response_class=Response,
    responses=NPY,
)
async def effective_array(
    request: Request,
    explainer: TheExplainer,
    network: TheNetwork,
    image: ImageId,
    layer: TheLayer,
    c: Channel,
    y: Row,
    x: Column,
    headers: PureHeaders,
) -> Response:
    """(H, W) of the view: the magnitudes of the gradient to what the network is fed, summed over the channels."""
    check_channel(layer, c, layer.channels)
    return npy((await finished(request, explainer.effective(network, image, layer, c, y, x))).values, headers)


@router.get(PLACE, summary="The part of its receptive field that a cell really depends on", tags=["activations"])
async def effective(
    request: Request,
    response: Response,
    explainer: TheExplainer,
    network: TheNetwork,
    image: ImageId,
    layer: TheLayer,
    c: Channel,
    y: Row,
    x: Column,
    headers: PureHeaders,
) -> EffectiveInfo:
    check_channel(layer, c, layer.channels)
    found = await finished(request, explainer.effective(network, image, layer, c, y, x))
    response.headers.update(headers)
    return EffectiveInfo(
        model=network.id,
        image=image,
        layer=layer.id,
        channel=c,
        y=y,
        x=x,
        seen=box_info(network.graph.box(layer.id, y, x)),
        box=None if found.box is None else box_info(found.box),
        greatest=float(found.values.max()),
    )
