"""Differences: a layer's output minus that of a layer of the same shape, for another picture or in another network."""

from collections.abc import Callable
from dataclasses import dataclass

from app.analysis.statistics import Statistics, statistics_of
from app.engine.activations import LayerOutputs, Values
from app.engine.inference import Inference
from app.engine.results import DrawingKey, Key
from app.experiments.comparison.difference import Difference, check_same_cells, difference_of, subtract
from app.nets.layer import Layer
from app.nets.outputs import Activations
from app.rendering.drawing import Drawing
from app.work.job import JobHandle


@dataclass(frozen=True, slots=True)
class ComparedLayer:
    """A layer of a network that runs on a picture."""

    inference: Inference
    layer: Layer

    @property
    def identity(self) -> tuple[str, str, str]:
        """All that its output depends on: the network's fingerprint, the picture and the layer."""
        return *self.inference.identity, self.layer.id


@dataclass(frozen=True, slots=True)
class DifferenceKey(Key[Difference]):
    """One layer's output minus another one's."""

    network: str
    image: str
    layer: str
    other_network: str
    other_image: str
    other_layer: str


class Differences:
    """Subtracts layers' outputs, both from runs of one turn."""

    def __init__(self, layers: LayerOutputs) -> None:
        self._layers = layers

    def figures(self, one: ComparedLayer, other: ComparedLayer) -> JobHandle[Difference]:
        """How large `one` minus `other` is.

        Raises:
            NotAvailable: the outputs have different shapes, or the weights of a network are not here.
            UnknownImage, TimedOut: through the handle.
        """
        check_same_cells(one.layer, other.layer)

        def work(own: Activations, others: Activations) -> Difference:
            return difference_of(_values(one.layer, own), _values(other.layer, others))

        key = DifferenceKey(*one.identity, *other.identity)
        return self._layers.compute_pair(key, (one.inference, other.inference), work)

    def draw(
        self,
        key: DrawingKey,
        one: ComparedLayer,
        other: ComparedLayer,
        draw: Callable[[Values, Statistics], Drawing],
    ) -> JobHandle[Drawing]:
        """What `draw` makes of the maps of `one` minus `other` and their statistics; raises as `figures` does."""
        check_same_cells(one.layer, other.layer)

        def work(own: Activations, others: Activations) -> Drawing:
            output, reference = own.layers[one.layer.id], others.layers[other.layer.id]
            maps = subtract(one.layer.maps_of(output), other.layer.maps_of(reference))
            values = subtract(_values(one.layer, own), _values(other.layer, others))
            return draw(maps, statistics_of(values))

        return self._layers.compute_pair(key, (one.inference, other.inference), work)


def _values(layer: Layer, activations: Activations) -> Values:
    values: Values = layer.values_of(activations.layers[layer.id])
    return values
