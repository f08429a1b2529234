"""Depth: how far the layers of a network are from each other for two pictures, from the input to the output."""

from dataclasses import dataclass

from app.engine.activations import LayerOutputs
from app.engine.inference import Inference
from app.engine.results import Key
from app.experiments.depth import LayerDistance, layer_distance
from app.nets.outputs import Activations
from app.work.job import JobHandle

Distances = tuple[LayerDistance, ...]


@dataclass(frozen=True, slots=True)
class DepthKey(Key[Distances]):
    """The layers for a picture against those for another one."""

    network: str
    image: str
    other_image: str


class Depth:
    """Compares two runs of a network layer by layer."""

    def __init__(self, layers: LayerOutputs) -> None:
        self._layers = layers

    def distances(self, inference: Inference, reference: str) -> JobHandle[Distances]:
        """How far each layer for the picture is from that for the picture `reference`, from the input on.

        Raises:
            NotAvailable: the network's weights are not here.
            UnknownImage, TimedOut: through the handle.
        """
        network = inference.network

        def work(own: Activations, others: Activations) -> Distances:
            return tuple(
                layer_distance(
                    layer.id, layer.values_of(own.layers[layer.id]), layer.values_of(others.layers[layer.id])
                )
                for layer in network.graph.layers
            )

        key = DepthKey(*inference.identity, reference)
        return self._layers.compute_pair(key, (inference, Inference(network, reference)), work)
