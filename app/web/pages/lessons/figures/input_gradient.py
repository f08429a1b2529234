"""The gradient of a class's logit with respect to each pixel of a photo, with the page that explains the prediction."""

from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np

from app.nets.network import Network
from app.web.deps import Client
from app.web.links import image_api_path, pinned_id
from app.web.pages.address import Address, class_name
from app.web.pages.lessons.figures.network_photo import NetworkPhotoState, inference_of, require_classes


@dataclass(frozen=True, slots=True)
class InputGradientFigure:
    """The network, its prediction, and the addresses of its input and of the gradient, (width, height) of both."""

    network: Network
    label: str
    view: str
    gradient: str
    size: tuple[int, int]
    href: str


async def gather_input_gradient(client: Client, state: NetworkPhotoState) -> InputGradientFigure:
    """The class that is predicted.

    Raises:
        UnknownModel, UnknownImage: there is no such network or photo.
        NotAvailable: the network has no weights or predicts no classes.
    """
    inference = await inference_of(client, state)
    network, image = inference.network, inference.image
    require_classes(network)
    scores = await client.wait(client.engine.predictions.scores(inference))
    index = int(np.argmax(scores.scores))
    name = class_name(network, index)
    path = image_api_path(pinned_id(network), image)
    spec = network.card.input
    return InputGradientFigure(
        network=network,
        label=network.labels[index],
        view=f"{path}/view.png",
        gradient=f"{path}/explanations/saliency.png?{urlencode({'target': name, 'colormap': 'diverging'})}",
        size=(spec.width, spec.height),
        href=Address(model=network.id, image=image, method="saliency").link(why=name),
    )
