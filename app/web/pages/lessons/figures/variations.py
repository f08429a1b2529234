"""A photo in other light and from other angles: the prediction of a network for each."""

import asyncio
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from pydantic import Field

from app.engine.inference import Inference
from app.images.perturbations.change import Change, apply_changes
from app.nets.network import Network
from app.nets.preprocessing.fit import RGB
from app.nets.session import Tensor
from app.rendering.png import encode_rgb
from app.web.deps import Client
from app.web.pages.lessons.figures.network_photo import NetworkPhotoState, inference_of, require_classes

BRIGHTNESS: tuple[float, ...] = (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0)
ANGLES: tuple[float, ...] = (0, 15, 30, 45, 60, 90, 135, 180)
THUMBNAIL_SIDE = 128


class VariationsState(NetworkPhotoState):
    """The photo, the network, and what is changed."""

    model: str = Field(default="resnet18-imagenette", max_length=200)
    change: Literal["brightness", "rotation"] = "rotation"


@dataclass(frozen=True, slots=True)
class Variation:
    """A changed photo: by how much, its address, and its best class with its probability.

    `share` is the probability of the class that the unchanged photo has; `is_same` is whether this class is the best.
    """

    amount: float
    photo: str
    label: str
    score: float
    share: float
    is_same: bool
    href: str


@dataclass(frozen=True, slots=True)
class VariationsFigure:
    """The variations of a photo of `size` (width, height), among them itself, whose best class is `label`."""

    network: Network
    label: str
    size: tuple[int, int]
    variations: tuple[Variation, ...]


async def gather_variations(client: Client, state: VariationsState) -> VariationsFigure:
    """The predictions for all variations. Each is stored as a picture of its own.

    Raises:
        UnknownModel, UnknownImage: there is no such network or photo.
        NotAvailable: the network has no weights, or predicts no classes.
    """
    inference = await inference_of(client, state, "church.jpg")
    network, image = inference.network, inference.image
    require_classes(network)
    rgb = await asyncio.to_thread(client.engine.pictures.get, image)
    amounts, unchanged = (BRIGHTNESS, 1) if state.change == "brightness" else (ANGLES, 0)
    images = [image if amount == unchanged else await _store(client, state, rgb, amount) for amount in amounts]
    runs = [client.engine.predictions.scores(Inference(network, each)) for each in images]
    scores = [(await client.wait(run)).scores for run in runs]
    own = int(scores[amounts.index(unchanged)].argmax())

    def variation(amount: float, changed: str, values: Tensor) -> Variation:
        best = int(values.argmax())
        return Variation(
            amount=amount,
            photo=f"api/v1/images/{changed}.png?size={THUMBNAIL_SIDE}",
            label=network.labels[best],
            score=float(values[best]),
            share=float(values[own]),
            is_same=best == own,
            href=f"?{urlencode({'model': network.id, 'image': changed})}",
        )

    variations = map(variation, amounts, images, scores)
    return VariationsFigure(network, network.labels[own], (rgb.shape[1], rgb.shape[0]), tuple(variations))


async def _store(client: Client, state: VariationsState, rgb: RGB, amount: float) -> str:
    """The id of the changed photo."""

    def read() -> bytes:
        return encode_rgb(apply_changes(rgb, [Change(state.change, (amount,))]))

    upload = await client.wait(client.engine.pictures.add(read))
    return upload.stored.id
