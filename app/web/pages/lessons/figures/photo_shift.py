"""A photo moved by some columns: how much the maps of a network change before and after each pooling."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
from pydantic import Field

from app.engine.inference import Inference
from app.errors import NotAvailable
from app.images.perturbations.geometry import shift
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.outputs import Activations
from app.nets.session import Tensor
from app.rendering.png import encode_rgb
from app.web.deps import Client
from app.web.pages.lessons.figures.network_photo import NetworkPhotoState, inference_of

MOST_COLUMNS = 16


class PhotoShiftState(NetworkPhotoState):
    """The photo, the network, and by how many columns the photo is moved."""

    model: str = Field(default="vgg16-imagenette", max_length=200)
    columns: int = Field(default=2, ge=0, le=MOST_COLUMNS)


@dataclass(frozen=True, slots=True)
class PoolingChange:
    """A pooling: by how much the maps that it reads and those that it gives change, as shares of their length.

    A share is the Euclidean length of the difference, divided by that of the maps of the photo as it is.
    """

    layer: Layer
    before: float
    after: float
    href: str


@dataclass(frozen=True, slots=True)
class PhotoShiftFigure:
    """The photo before and after with (width, height), the poolings in their order, and both predictions.

    `label` is the best class of the photo as it is, "" of a network that predicts none, `scores` its probability for
    both, and `moved_label` the best class of the moved photo.
    """

    network: Network
    photos: tuple[str, str]
    size: tuple[int, int]
    poolings: tuple[PoolingChange, ...]
    label: str
    scores: tuple[float, float]
    moved_label: str


async def gather_photo_shift(client: Client, state: PhotoShiftState) -> PhotoShiftFigure:
    """The changes at every pooling whose maps are larger than one cell.

    Raises:
        UnknownModel, UnknownImage: there is no such network or photo.
        NotAvailable: the network has no weights, or no pooling.
    """
    inference = await inference_of(client, state, "church.jpg")
    network, image = inference.network, inference.image
    rgb = await asyncio.to_thread(client.engine.pictures.get, image)
    columns = min(state.columns, rgb.shape[1] - 1)
    upload = await client.wait(client.engine.pictures.add(lambda: encode_rgb(shift(rgb, columns, 0))))
    images = (image, upload.stored.id)
    own, moved = [await client.wait(client.engine.layers.activations(Inference(network, each))) for each in images]
    poolings = tuple(_changes(network, image, own, moved))
    if not poolings:
        raise NotAvailable(f"{network.card.name} has no pooling.")
    best, moved_best = (int(each.scores.scores.argmax()) for each in (own, moved))
    return PhotoShiftFigure(
        network=network,
        photos=(f"api/v1/images/{images[0]}.png?size=256", f"api/v1/images/{images[1]}.png?size=256"),
        size=(rgb.shape[1], rgb.shape[0]),
        poolings=poolings,
        label=network.labels[best] if network.classes else "",
        scores=(float(own.scores.scores[best]), float(moved.scores.scores[best])),
        moved_label=network.labels[moved_best],
    )


def _changes(network: Network, image: str, own: Activations, moved: Activations) -> list[PoolingChange]:
    def change(layer: str) -> float:
        return _share(own.layers[layer], moved.layers[layer])

    return [
        PoolingChange(
            layer=layer,
            before=change(layer.inputs[0]),
            after=change(layer.id),
            href=f"?{urlencode({'model': network.id, 'image': image, 'layer': layer.id})}",
        )
        for layer in network.graph.layers
        if layer.op in {"MaxPool", "AveragePool"} and layer.inputs[0] in own.layers
    ]


def _share(before: Tensor, after: Tensor) -> float:
    length = float(np.linalg.norm(before.astype(np.float64)))
    difference = float(np.linalg.norm(after.astype(np.float64) - before))
    return difference / length if length else 0.0
