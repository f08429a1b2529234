"""The picture: as stored, as the network receives it, and its prediction."""

from dataclasses import dataclass

from app.nets.network import Network
from app.nets.preprocessing.fit import Crop
from app.nets.preprocessing.view import crop_of
from app.web.links import image_api_path, image_png_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.explorer.gather import PictureData
from app.web.pages.prediction import PredictionView, prediction_view


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture of `width` x `height`.

    `src` is the address of the stored picture, `view` that of the network's input as PNG; `crop` is the part of the
    picture that becomes the input. `note` warns of an unusual picture.
    """

    src: str
    view: str
    width: int
    height: int
    crop: Crop
    note: str | None
    prediction: PredictionView | None


def picture_view(network: Network, address: Address, picture: PictureData) -> PictureView:
    """The picture, with the prediction if there is one."""
    pixels, scores = picture.pixels, picture.scores
    height, width = pixels.shape[:2]
    image = str(address.image)
    prediction = prediction_view(network, image, scores, address) if scores else None
    return PictureView(
        src=image_png_path(image),
        view=f"{image_api_path(pinned_id(network), image)}/view.png",
        width=width,
        height=height,
        crop=crop_of(pixels, network.card.input),
        note=picture.note,
        prediction=prediction,
    )
