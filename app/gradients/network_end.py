"""The end of a network: what follows from other outputs of one layer, many at a time, for one input of the network."""

from collections.abc import Mapping

import numpy as np

from app.errors import NotAvailable
from app.gradients.backward import GraphSpec, build_backward_graph
from app.gradients.differentiable import read_differentiable
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.session import Tensor
from app.nets.subgraph import subgraph_from
from app.nets.taps import expose_outputs
from app.work.stop import Stop


class NetworkEnd:
    """The part of a network from the output of `layer` to that of `target`. Safe to run from several threads."""

    def __init__(self, network: Network, layer: Layer, target: Layer, concurrent_runs: int = 1) -> None:
        """Load the part.

        Raises:
            NotAvailable: the layer's output is not float32.
            NotDifferentiable: the network takes no image, or several.
            InvalidRequest: the target does not depend on the layer.
        """
        self._source = read_differentiable(network)
        dtype = self._source.operators.values[layer.output].dtype
        if dtype != np.float32:
            raise NotAvailable(f"This needs a layer whose output is float32; that of {layer.name} is {dtype}.")
        self._network, self._layer, self._target = network, layer, target
        self._forward = build_backward_graph(
            self._source.model, self._source.operators, GraphSpec(outputs=(target.output,))
        )
        self._end = subgraph_from(self._forward.model, network.graph.input.name, layer.output, (target.output,))
        self._session = network.open(self._end.model, concurrent_runs=concurrent_runs)
        self._is_batchable = self._forward.is_batchable and layer.batch_axis == 0

    def side_values(self, tensor: Tensor, stop: Stop) -> Mapping[str, Tensor]:
        """The values that reach the target without passing the layer, for an input tensor (C, H, W)."""
        feeds = self._source.feeds(tensor[np.newaxis])
        given = {name: feeds[name] for name in self._end.side_inputs if name in feeds}
        computed = [name for name in self._end.side_inputs if name not in feeds]
        if not computed:
            return given
        return given | self._network.open(expose_outputs(self._forward.model, computed)).run(feeds, stop)

    def run(self, outputs: Tensor, side_values: Mapping[str, Tensor], stop: Stop) -> Tensor:
        """The target's output, (N, ...), for each of N outputs of the layer."""
        if self._is_batchable:
            sides = {name: np.repeat(value, len(outputs), axis=0) for name, value in side_values.items()}
            results = self._session.run({self._end.start: outputs, **sides}, stop)[self._target.output]
        else:
            shape = self._source.operators.shape(self._layer.output)
            values = (np.ascontiguousarray(self._layer.with_batch(output, shape)) for output in outputs)
            runs = [self._session.run({self._end.start: value, **side_values}, stop) for value in values]
            results = np.stack([run[self._target.output] for run in runs])
        return np.asarray(self._target.real(results.reshape(-1, *self._target.shape)))
