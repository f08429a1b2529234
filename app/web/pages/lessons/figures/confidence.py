"""The prediction of a network for a photo, at any temperature, and whether the photo is unlike its training images."""

import asyncio
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import Field

from app.engine.inference import Inference
from app.errors import NotAvailable
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.address import Address
from app.web.pages.language import site_for
from app.web.pages.lessons.figures.network_photo import NetworkPhotoState, require_classes
from app.web.pages.prediction import TopClassesView, top_classes
from app.web.photo import photo_of
from app.web.samples import Sample

CLASSES = 5
FEW_CLASSES = 20  # so many are listed
SampleName = Literal[
    "", "cat", "coffee", "rocket", "astronaut", "palace", "church", "golf-ball", "parachute", "gas-pump", "springer"
]
FIRST_SAMPLE: SampleName = "cat"


class ConfidenceState(NetworkPhotoState):
    """The photo of the address, or a sample in its place; the network, and the temperature of its softmax."""

    sample: SampleName = ""
    model: str = Field(default="googlenet-imagenette", max_length=200)
    temperature: float = Field(default=1, ge=0.1, le=5, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class ConfidenceFigure:
    """The best classes of the photo with its (width, height); `href` leads to the prediction in the Explorer.

    `rest` is the probability of all other classes, 0 where classes do not exclude one another. `classes` are all
    classes, if they are few. `samples` and `networks` are what can be chosen; `sample` is the chosen one, "" for the
    photo of the address.
    """

    network: Network
    photo: str
    size: tuple[int, int]
    top: TopClassesView
    rest: float
    classes: tuple[str, ...]
    samples: tuple[Sample, ...]
    sample: str
    networks: tuple[Network, ...]
    href: str


async def gather_confidence(client: Client, state: ConfidenceState) -> ConfidenceFigure:
    """The prediction.

    Raises:
        UnknownModel, UnknownImage: there is no such network or photo.
        NotAvailable: the network has no weights or predicts no classes, or its scores are no numbers.
    """
    network = await client.network(state.model)
    network.require_weights()
    require_classes(network)
    sample = state.sample or ("" if state.image else FIRST_SAMPLE)
    samples = {each.id: each for each in site_for(client.request).samples if each.id in get_args(SampleName)}
    image = await (photo_of(client, "", samples[sample].file) if sample else photo_of(client, state.image))
    scores = await client.wait(client.engine.predictions.scores(Inference(network, image)))
    address = Address(model=network.id, image=image, top_k=CLASSES, temperature=state.temperature)
    top = top_classes(network, scores, address)
    if top is None:
        raise NotAvailable(f"The scores of {network.card.name} for this photo are no numbers.")
    height, width = (await asyncio.to_thread(client.engine.pictures.get, image)).shape[:2]
    return ConfidenceFigure(
        network=network,
        photo=f"api/v1/images/{image}.png?size=512",
        size=(width, height),
        top=top,
        rest=max(0.0, 1 - sum(each.score or 0 for each in top.best)) if network.graph.head.is_exclusive else 0.0,
        classes=tuple(network.labels) if len(network.labels) <= FEW_CLASSES else (),
        samples=tuple(samples.values()),
        sample=sample,
        networks=tuple(each for each in client.engine.catalog if each.has_weights and each.classes),
        href=address.link(),
    )
