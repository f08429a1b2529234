"""The length of the gradient after each ReLU of a plain and of a residual network for a photo."""

import asyncio
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from app.engine.inference import Inference
from app.lessons.figures.kind import FigureState
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.address import Address
from app.web.pages.charts.lines import LineChart, line_chart
from app.web.photo import photo_of

NETWORKS = {"plain": "vgg16-imagenette", "residual": "resnet18-imagenette"}
SAMPLE = "french-horn.jpg"  # both have its class


class NetworkGradientsState(FigureState):
    """The photo."""

    image: str = Field(default="", max_length=100)


@dataclass(frozen=True, slots=True)
class NetworkGradients:
    """A network, the class that it predicts, and the lengths relative to that after its last ReLU with maps."""

    network: Network
    label: str
    layers: tuple[str, ...]
    lengths: tuple[float, ...]
    href: str


@dataclass(frozen=True, slots=True)
class NetworkGradientsFigure:
    """The chart, with the lines "plain" and "residual", and both networks."""

    chart: LineChart
    networks: tuple[NetworkGradients, ...]


async def gather_network_gradients(client: Client, state: NetworkGradientsState) -> NetworkGradientsFigure:
    """Both networks; raises UnknownImage, or UnknownModel where one of them is missing."""
    image = await photo_of(client, state.image, SAMPLE)
    networks = [client.engine.network(name) for name in NETWORKS.values()]
    measured = await asyncio.gather(*(_measure(client, Inference(network, image)) for network in networks))
    series = {
        name: [(float(place), length) for place, length in enumerate(each.lengths, 1)]
        for name, each in zip(NETWORKS, measured, strict=True)
    }
    last = max(len(each.lengths) for each in measured)
    return NetworkGradientsFigure(line_chart(series, across=(1, last), is_logarithmic=True), tuple(measured))


async def _measure(client: Client, inference: Inference) -> NetworkGradients:
    network = inference.network
    scores = await client.wait(client.engine.predictions.scores(inference))
    index = int(np.argmax(scores.scores))
    layers = tuple(layer.id for layer in network.graph.layers if layer.op == "Relu" and layer.has_maps)
    lengths = await client.wait(client.engine.explanations.gradient_norms(inference, index, layers))
    relative = tuple(length / (lengths[-1] or 1) for length in lengths)
    href = Address(model=network.id, image=inference.image).link()
    return NetworkGradients(network, network.labels[index], layers, relative, href)
