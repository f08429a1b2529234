"""The prediction of a network for a photo, at any temperature, and whether the photo is unlike its training images."""

import asyncio
from dataclasses import dataclass

from pydantic import Field

from app.engine.inference import Inference
from app.errors import NotAvailable
from app.lessons.figures.kind import FigureState
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.address import Address
from app.web.pages.lessons.figures.photo import photo_of
from app.web.pages.prediction import TopClassesView, top_classes

CLASSES = 5


class ConfidenceState(FigureState):
    """The photo, the network and the temperature of its softmax."""

    image: str = Field(default="", max_length=100)
    model: str = Field(default="googlenet-imagenette", max_length=200)
    temperature: float = Field(default=1, ge=0.1, le=5, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class ConfidenceFigure:
    """The best classes of a photo of `size` (width, height), and the share of all others.

    `href` leads to the prediction in the Explorer.
    """

    network: Network
    photo: str
    size: tuple[int, int]
    top: TopClassesView
    rest: float
    href: str


async def gather_confidence(client: Client, state: ConfidenceState) -> ConfidenceFigure:
    """The prediction.

    Raises:
        UnknownModel, UnknownImage: there is no such network or photo.
        NotAvailable: the network has no weights, or its scores are no numbers.
    """
    network = client.engine.network(state.model)
    network.require_weights()
    image = await photo_of(client, state.image)
    scores = await client.wait(client.engine.predictions.scores(Inference(network, image)))
    address = Address(model=network.id, image=image, top_k=CLASSES, temperature=state.temperature)
    top = top_classes(network, scores, address)
    if top is None:
        raise NotAvailable(f"The scores of {network.card.name} for this photo are no numbers.")
    shares = sum(each.score or 0 for each in top.best)
    height, width = (await asyncio.to_thread(client.engine.pictures.get, image)).shape[:2]
    return ConfidenceFigure(
        network=network,
        photo=f"api/v1/images/{image}.png?size=512",
        size=(width, height),
        top=top,
        rest=max(0.0, 1 - shares),
        href=address.link(),
    )
