"""The input: the view of a picture, and the tensor made of it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from app.engine.results import DrawingKey
from app.errors import UnknownChannel
from app.nets.network import Network
from app.nets.preprocessing.fit import Fit
from app.rendering.drawing import Drawing
from app.rendering.maps import draw_channel, draw_picture
from app.rendering.scale import scale_of
from app.web.api.params import ChannelIndex, MapStyle, OtherFit, TheMapStyle
from app.web.api.responses import NPY, Png, npy, png
from app.web.deps import PureHeaders, TheClient, TheInference, TheNetwork

router = APIRouter(prefix="/api/v1")
PLACE = "/models/{model}/images/{image}"


@dataclass(frozen=True, slots=True)
class ViewKey(DrawingKey):
    """The view of a picture."""

    network: str
    image: str
    fit: Fit | None


@dataclass(frozen=True, slots=True)
class Plane:
    """One channel of the input tensor, of a picture prepared with this fit."""

    index: int
    fit: Fit | None


@dataclass(frozen=True, slots=True)
class PlaneKey(DrawingKey):
    """One channel of the input tensor."""

    network: str
    image: str
    plane: Plane
    style: MapStyle


async def _plane(network: TheNetwork, index: ChannelIndex, fit: OtherFit = None) -> Plane:
    _check_plane(network, index)
    return Plane(index, fit)


@router.get(
    f"{PLACE}/tensor.npy",
    summary="The input tensor as an array",
    tags=["pictures"],
    response_class=Response,
    responses=NPY,
)
def tensor_array(client: TheClient, inference: TheInference, headers: PureHeaders, fit: OtherFit = None) -> Response:
    """`(C, H, W)`: the view after mean and standard deviation, channels in the network's order."""
    return npy(client.engine.pictures.input_tensor(inference, fit), headers)


@router.get(
    f"{PLACE}/tensor/{{c}}.png",
    summary="One channel of the input tensor",
    tags=["pictures"],
    response_class=Png,
)
async def tensor_plane(
    client: TheClient,
    inference: TheInference,
    plane: Annotated[Plane, Depends(_plane)],
    style: TheMapStyle,
    headers: PureHeaders,
) -> Png:
    """All channels share one scale, with zero in the middle."""

    def draw() -> Drawing:
        tensor = client.engine.pictures.input_tensor(inference, plane.fit)
        return draw_channel(tensor, plane.index, scale_of(tensor, "layer", signed=True), style.size, style.colormap)

    key = PlaneKey(*inference.identity, plane, style)
    return png(await client.wait(client.engine.results.draw(key, draw)), headers)


@router.get(
    f"{PLACE}/view.png",
    summary="The input as the network receives it",
    tags=["pictures"],
    response_class=Png,
)
async def view(client: TheClient, inference: TheInference, headers: PureHeaders, fit: OtherFit = None) -> Png:
    pictures, key = client.engine.pictures, ViewKey(*inference.identity, fit)
    handle = client.engine.results.draw(key, lambda: draw_picture(pictures.view(inference, fit), None))
    return png(await client.wait(handle), headers)


def _check_plane(network: Network, index: int) -> None:
    count = len(network.card.input.mean)
    if index >= count:
        why = f"The channels of the input of {network.card.name} are numbered from 0 to {count - 1}."
        raise UnknownChannel(why, count=count)
