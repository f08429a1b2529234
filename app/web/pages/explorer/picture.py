"""The picture that is looked at, with its prediction."""

from dataclasses import dataclass

from app.nets.network import Network, Scores
from app.nets.preprocessing.fit import RGB, Crop
from app.nets.preprocessing.view import crop_of, note_of
from app.web.links import image_path, pinned, shown_path
from app.web.pages.address import Address
from app.web.pages.prediction import Answer, answer


@dataclass(frozen=True, slots=True)
class Shown:
    """The picture that is looked at: the stored one, the part that becomes the view, and the answer with a note."""

    picture: str
    view: str
    width: int
    height: int
    crop: Crop
    note: str | None
    answer: Answer | None


def shown_picture(network: Network, address: Address, picture: RGB, scores: Scores | None) -> Shown:
    """The picture, with the network's answer if there is one."""
    height, width = picture.shape[:2]
    image = str(address.image)
    view = f"{shown_path(pinned(network), image)}/view.png"
    crop = crop_of(picture, network.card.input)
    said = answer(network, image, scores, address) if scores else None
    note = note_of(picture, network.card.input) if said else None
    return Shown(image_path(image), view, width, height, crop, note, said)
