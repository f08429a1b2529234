"""The picture that is looked at, with its prediction."""

from dataclasses import dataclass

from app.nets.network import Network, Scores
from app.nets.preprocessing.digit_view import digit_note
from app.nets.preprocessing.fit import RGB, Crop
from app.nets.preprocessing.view import crop_of
from app.web.links import image_api_path, image_png_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.prediction import PredictionView, prediction_view


@dataclass(frozen=True, slots=True)
class Shown:
    """The picture that is looked at: the stored one, the part that becomes the view, and the answer with a note."""

    picture: str
    view: str
    width: int
    height: int
    crop: Crop
    note: str | None
    answer: PredictionView | None


def shown_picture(network: Network, address: Address, picture: RGB, scores: Scores | None) -> Shown:
    """The picture, with the network's answer if there is one."""
    height, width = picture.shape[:2]
    image = str(address.image)
    view = f"{image_api_path(pinned_id(network), image)}/view.png"
    crop = crop_of(picture, network.card.input)
    said = prediction_view(network, image, scores, address) if scores else None
    note = digit_note(picture, network.card.input) if said else None
    return Shown(image_png_path(image), view, width, height, crop, note, said)
