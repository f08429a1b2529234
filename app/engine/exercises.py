"""Exercises about a network and a photo: their problems, from one run of the network."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random

import numpy as np

from app.arithmetic.cell import work_cell
from app.arithmetic.operands import Operands
from app.engine.activations import LayerOutputs
from app.engine.inference import Inference
from app.engine.pictures import Pictures
from app.engine.results import Key
from app.errors import NotAvailable
from app.lessons.exercises.exercise import Problem
from app.lessons.exercises.networks import dead_channel, largest_contribution
from app.lessons.exercises.networks.dead_channel import LayerPeaks, draw_dead_channel
from app.lessons.exercises.networks.largest_contribution import CellWindows, ChannelWindow, draw_largest_contribution
from app.nets.layer import CellPlace, Layer
from app.nets.outputs import Activations
from app.work.job import JobHandle
from app.work.stop import Stop

TRIED_CELLS = 60
KERNEL = (3, 3)
MOST_CHANNELS = 1024


@dataclass(frozen=True, slots=True)
class ProblemKey(Key[Problem]):
    """A problem of a kind about a network and a photo; `origin` is what chance is drawn from."""

    network: str
    image: str
    kind: str
    origin: str


class NetworkExercises:
    """The problems of exercises about networks."""

    def __init__(self, layers: LayerOutputs, pictures: Pictures) -> None:
        self._layers = layers
        self._pictures = pictures

    def problem(self, kind: str, origin: str, inference: Inference) -> JobHandle[Problem]:
        """The problem of a kind by its name; raises as `LayerOutputs.activations` does.

        Raises:
            NotAvailable, NoSuchCell: through the handle: the network gives no such problem for the photo.
        """
        draws: dict[str, Callable[[Random, Inference, Activations, Stop], Problem]] = {
            dead_channel.NAME: self._dead_channel,
            largest_contribution.NAME: self._largest_contribution,
        }

        def work(activations: Activations, stop: Stop) -> Problem:
            random = Random(f"{kind}/{origin}")  # noqa: S311 - anyone may know it
            return draws[kind](random, inference, activations, stop)

        return self._layers.compute(ProblemKey(*inference.identity, kind, origin), inference, work)

    def _dead_channel(self, random: Random, inference: Inference, activations: Activations, stop: Stop) -> Problem:
        peaks = []
        for layer in inference.network.graph.layers:
            stop.check()
            if layer.is_spatial and activations.layers[layer.id].min() == 0:
                maps = layer.maps_of(activations.layers[layer.id])
                peaks.append(LayerPeaks(layer.id, maps.max(axis=(1, 2)).astype(np.float64)))
        suitable = [each for each in peaks if each.is_suitable]
        if not suitable:
            raise NotAvailable("No layer of this network has a dead channel for this photo.")
        return draw_dead_channel(random, suitable)

    def _largest_contribution(
        self, random: Random, inference: Inference, activations: Activations, stop: Stop
    ) -> Problem:
        layers = [layer for layer in inference.network.graph.layers if _is_suitable(layer)]
        if not layers:
            raise NotAvailable("This network has no 3 × 3 convolution over several channels.")
        operands = Operands(inference.network, activations.layers, partial(self._pictures.input_tensor, inference))
        return draw_largest_contribution(random, _cells(random, layers, operands, stop))


def _is_suitable(layer: Layer) -> bool:
    """Whether it is a convolution whose cells an exercise may be about."""
    attributes = layer.attributes
    is_plain = attributes.get("group", 1) == 1 and tuple(attributes.get("kernel_shape") or ()) == KERNEL
    return layer.op == "Conv" and layer.is_spatial and is_plain


def _cells(random: Random, layers: list[Layer], operands: Operands, stop: Stop) -> Iterator[CellWindows]:
    """Cells of the layers by chance; they have no windows where these reach into the padding."""
    for _ in range(TRIED_CELLS):
        stop.check()
        layer = random.choice(layers)
        channels, height, width = layer.map_shape
        place = CellPlace(layer.id, random.randrange(channels), random.randrange(height), random.randrange(width))
        patches = [
            (each.channel.channel, each.term.patch)
            for each in work_cell(operands, place, MOST_CHANNELS).terms
            if each.channel and each.term.patch and each.term.patch.kernel is not None
        ]
        windows = tuple(
            ChannelWindow(channel, patch.inputs, patch.kernel)
            for channel, patch in patches
            if patch.kernel is not None and not patch.padding.any()
        )
        yield CellWindows(place.layer, place.channel, place.y, place.x, windows)
