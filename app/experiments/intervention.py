"""Interventions: a network that scales and shifts some of its values as it runs. Its file stays as it is."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.nets.network import Network
from app.nets.outputs import Activations, read_activations, read_scores
from app.nets.session import Tensor
from app.nets.taps import ScaledValue, expose_outputs, scale_values
from app.work.stop import Stop


@dataclass(frozen=True, slots=True)
class Intervention:
    """A value that is multiplied by `factor`, then added to `offset`: arrays that broadcast to it."""

    value: ScaledValue
    factor: npt.ArrayLike
    offset: npt.ArrayLike


class IntervenedNetwork:
    """A network whose values can be scaled and shifted, with every layer's output. Safe to run from several threads."""

    def __init__(self, network: Network, values: Sequence[ScaledValue]) -> None:
        """Load the graph; raises as `Network.open` does."""
        graph = network.graph
        outputs = (layer.output for layer in (*graph.layers, *graph.outputs))
        model = expose_outputs(scale_values(network.model, values), outputs, graph.operators.narrow_values)
        self._network = network
        self._session = network.open(model)

    def run(self, tensor: Tensor, interventions: Sequence[Intervention], stop: Stop) -> Activations:
        """Every layer's output for an input tensor (C, H, W), with one intervention for each of the values.

        Raises:
            ConvScopeError: the reason of `stop`, or the network can't be run.
        """
        feeds = self._network.feeds(tensor[np.newaxis])
        for each in interventions:
            feeds[each.value.factor] = np.ascontiguousarray(each.factor, each.value.dtype)
            feeds[each.value.offset] = np.ascontiguousarray(each.offset, each.value.dtype)
        begin = time.perf_counter()
        values = self._session.run(feeds, stop)
        seconds = time.perf_counter() - begin
        with np.errstate(invalid="ignore"):  # logits that overflow
            scores = read_scores(self._network.graph.head, values, seconds)
        return read_activations(self._network.graph, values, scores)
