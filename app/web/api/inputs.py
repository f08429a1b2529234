"""The input: the view of a picture and the tensor made of it."""

from fastapi import APIRouter, Request, Response

from app.errors import UnknownChannel
from app.nets.network import Network
from app.rendering.drawing import Drawing
from app.rendering.maps import draw_channel, draw_picture
from app.rendering.scale import scale_of
from app.web.api.params import Channel, Colormap, Fitting, Side
from app.web.api.responses import NPY, Png, npy, png
from app.web.deps import ImageId, PureHeaders, TheEngine, TheNetwork, finished

router = APIRouter(prefix="/api/v1")


@router.get(
    "/models/{model}/images/{image}/tensor.npy",
    summary="What the network is fed as an array",
    tags=["pictures"],
    response_class=Response,
    responses=NPY,
)
def tensor_array(
    engine: TheEngine, network: TheNetwork, image: ImageId, pure: PureHeaders, fit: Fitting = None
) -> Response:
    """`(C, H, W)`: the view after mean and standard deviation, channels in the network's order."""
    return npy(engine.tensor(network, image, fit), pure)


@router.get(
    "/models/{model}/images/{image}/tensor/{c}.png",
    summary="One plane of what the network is fed",
    tags=["pictures"],
    response_class=Png,
)
async def plane(
    request: Request,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    c: Channel,
    headers: PureHeaders,
    size: Side = None,
    colormap: Colormap = None,
    fit: Fitting = None,
) -> Png:
    """All planes share one scale, zero in its middle."""
    _check_plane(network, c)

    def draw() -> tuple[Drawing, int]:
        tensor = engine.tensor(network, image, fit)
        return draw_channel(tensor, c, scale_of(tensor, "layer", signed=True), size, colormap).sized

    key = ("plane", network.sha256, image, c, size, colormap, fit)
    return png(await finished(request, engine.draw(key, draw)), headers)


def _check_plane(network: Network, number: int) -> None:
    count = len(network.card.input.mean)
    if number >= count:
        raise UnknownChannel(f"{network.card.name} is fed {count} planes, numbered from 0.", count=count)


@router.get(
    "/models/{model}/images/{image}/view.png",
    summary="What the network is shown",
    tags=["pictures"],
    response_class=Png,
)
async def view(
    request: Request,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    headers: PureHeaders,
    fit: Fitting = None,
) -> Png:
    key = ("view", network.sha256, image, fit)
    ticket = engine.draw(key, lambda: draw_picture(engine.view(network, image, fit), None).sized)
    return png(await finished(request, ticket), headers)
