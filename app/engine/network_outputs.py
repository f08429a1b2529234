"""The outputs of a network for a picture: what they say of it, and their drawings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.analysis.output_reading import OutputOptions, OutputReading, read_outputs
from app.engine.activations import LayerOutputs
from app.engine.inference import Inference
from app.engine.results import DrawingKey, Key
from app.errors import UnknownOutput
from app.nets.graph_outputs.output import GraphOutput
from app.nets.network import Network
from app.nets.outputs import Activations
from app.rendering.drawing import Drawing
from app.work.job import JobHandle
from app.work.stop import Stop


@dataclass(frozen=True, slots=True)
class OutputsKey(Key[tuple[OutputReading, ...]]):
    """What a network's outputs say of a picture, with these options."""

    network: str
    image: str
    options: OutputOptions


class NetworkOutputs:
    """Reads and draws what a run gives at the network's outputs."""

    def __init__(self, layers: LayerOutputs) -> None:
        self._layers = layers

    def read(self, inference: Inference, options: OutputOptions) -> JobHandle[tuple[OutputReading, ...]]:
        """What each output says of the picture; raises as `LayerOutputs.activations` does."""
        network = inference.network

        def work(activations: Activations, stop: Stop) -> tuple[OutputReading, ...]:
            values = [activations.outputs[output.value] for output in network.outputs]
            return read_outputs(network.outputs, values, network.card.input.size, options)

        return self._layers.compute(OutputsKey(*inference.identity, options), inference, work)

    def draw(
        self, key: DrawingKey, inference: Inference, draw: Callable[[Sequence[NDArray[np.float32]]], Drawing]
    ) -> JobHandle[Drawing]:
        """What `draw` makes of the outputs, in their order; raises as `read` does."""

        def work(activations: Activations, stop: Stop) -> Drawing:
            return draw([activations.outputs[output.value] for output in inference.network.outputs])

        return self._layers.compute(key, inference, work)


def output_at(network: Network, index: int) -> GraphOutput:
    """The network's output with this index; raises UnknownOutput."""
    if index >= len(network.outputs):
        count = len(network.outputs)
        raise UnknownOutput(f"The outputs of {network.card.name} are numbered from 0 to {count - 1}.", count=count)
    return network.outputs[index]
