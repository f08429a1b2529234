"""The steps of a network: a layer together with the normalisation and the activation that follow it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.analysis.operator_kind import operator_kind
from app.nets.layer import Layer

FOLLOWING = {"activation", "normalisation", "passthrough"}  # kinds of operator that belong to the layer before them


@dataclass(frozen=True, slots=True)
class NetworkStep:
    """A layer, and those after it that work on its output value by value."""

    layers: tuple[Layer, ...]

    @property
    def lead(self) -> Layer:
        """The layer that the step is named after."""
        return self.layers[0]

    @property
    def last(self) -> Layer:
        """The layer whose output is that of the step."""
        return self.layers[-1]

    @property
    def params(self) -> int:
        return sum(layer.params for layer in self.layers)

    @property
    def macs(self) -> int:
        return sum(layer.macs for layer in self.layers)


def steps_of(layers: Iterable[Layer]) -> Iterator[NetworkStep]:
    """The steps of layers in their order; a layer joins the step before it if it reads that step's output."""
    step: tuple[Layer, ...] = ()
    for layer in layers:
        if step and operator_kind(layer.op) in FOLLOWING and step[-1].id in layer.inputs:
            step = (*step, layer)
            continue
        if step:
            yield NetworkStep(step)
        step = (layer,)
    if step:
        yield NetworkStep(step)
