"""Asking a network for gradients: builds the graph that a question needs, keeps it loaded, feeds it pictures."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.errors import InvalidRequest, NotDifferentiable
from app.gradients.backward import BackwardGraph, GraphSpec, build_backward_graph
from app.gradients.call import Relu
from app.gradients.targets import GradientTarget, require_layer
from app.nets.layer import INPUT
from app.nets.network import Network
from app.nets.reading.operators import OperatorGraph, read_operators
from app.nets.runtime import Session, Tensor
from app.work.stop import Stop

MOST_KEPT = 4


@dataclass(frozen=True, slots=True)
class GradientResult:
    """What N pictures gave, each array (N, ...) float32.

    `gradients` by the layer's id, "input" for the picture; `outputs` of the layers that were to be kept, by id.
    """

    gradients: Mapping[str, Tensor]
    outputs: Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class _Loaded:
    graph: BackwardGraph
    session: Session


class Differentiable:
    """A network and the graphs that answer about it. Safe to use from several threads.

    A question of another class, channel or cell of the same layer, or about more pictures, is answered by the graph
    that is there; the few last used are kept.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._opening = threading.Lock()
        self._loaded: dict[tuple[GraphSpec, int], _Loaded] = {}

    @cached_property
    def _source(self) -> OperatorGraph:
        spec = self.network.card.input
        source = read_operators(self.network.model, (spec.height, spec.width))
        if source.values[source.input].dtype != np.float32:
            raise NotDifferentiable("Gradients need a network that counts in 32-bit floating point.")
        return source

    def gradients(
        self,
        tensors: Tensor,
        target: GradientTarget,
        *,
        with_respect_to: Sequence[str],
        keep: Sequence[str] = (),
        relu: Relu = "exact",
        stop: Stop,
        abreast: int = 1,
    ) -> GradientResult:
        """The gradient of the target with respect to layers' outputs, for each picture by itself.

        Args:
            tensors: (N, C, H, W) float32, as `app.nets.preprocessing.tensor.tensor_of` makes them.
            target: the number that is differentiated; with nothing in `with_respect_to` it does not matter.
            with_respect_to: ids of layers, "input" for the picture; the target must depend on them.
            keep: ids of layers whose outputs are wanted. Nothing is run that neither this nor a gradient needs.
            relu: "exact" is the derivative; "guided" and "deconvnet" change the rule of rectifiers, which are Relu, and
                Clip from 0.
            stop: ends the run between two operators.
            abreast: how many calls are made at the same time; they share the threads.

        Raises:
            NotDifferentiable: an operator on the way has no gradient; it is named.
            InvalidRequest: the target does not depend on a layer, or there is no such class or cell.
            UnknownLayer, UnknownChannel: there is none.
            NotAvailable: the weights are not here.
        """
        question = self._spec(target, tuple(with_respect_to), tuple(keep), relu)
        feeds = {self._source.input: self._fitting(tensors)}
        loaded = self._open(question, abreast)
        if loaded.graph.seed:
            feeds[loaded.graph.seed] = self._seeds(target, question.of, len(tensors))
        values = self._run(loaded, feeds, stop)
        names = {name: self._value(name) for name in (*with_respect_to, *keep)}
        return GradientResult(
            {name: values[loaded.graph.gradients[names[name]]] for name in with_respect_to},
            {name: values[names[name]] for name in keep},
        )

    def close(self) -> None:
        """Let go of the loaded graphs; the next question loads its own again."""
        with self._opening:
            self._loaded.clear()

    def _spec(self, target: GradientTarget, layers: tuple[str, ...], keep: tuple[str, ...], relu: Relu) -> GraphSpec:
        kept = tuple(sorted({require_layer(self.network.graph, layer).output for layer in keep}))
        if not layers:
            return GraphSpec(keep=kept)
        values = tuple(sorted({self._value(layer) for layer in layers}))
        graph = self.network.graph
        of = graph.by_id[target.layer(graph)].output
        softmax = target.of_scores and graph.scores is graph.logits
        return GraphSpec(of, values, kept, relu, softmax)

    def _fitting(self, tensors: Tensor) -> Tensor:
        shape = self._source.shape(self._source.input)[1:]
        if tensors.shape[1:] != shape or not len(tensors):
            raise InvalidRequest("The tensors do not have the size of the network's input.", shape=list(shape))
        return np.ascontiguousarray(tensors, np.float32)

    def _seeds(self, target: GradientTarget, of: str, count: int) -> Tensor:
        """The target's weights as the graph takes them: for every picture, in the shape of the value itself."""
        seed = target.seed(self.network.layer(target.layer(self.network.graph)).shape)
        shape = self._source.shape(of)[1:]
        return np.broadcast_to(seed.reshape(1, *shape), (count, *shape)).copy()

    def _value(self, layer: str) -> str:
        return self._source.input if layer == INPUT else require_layer(self.network.graph, layer).output

    def _open(self, question: GraphSpec, abreast: int) -> _Loaded:
        with self._opening:
            loaded = self._loaded.pop((question, abreast), None)
            if loaded is None:
                graph = build_backward_graph(self.network.model, self._source, question)
                while len(self._loaded) >= MOST_KEPT:
                    del self._loaded[next(iter(self._loaded))]
                loaded = _Loaded(graph, self.network.open(graph.model, concurrent_runs=abreast))
            self._loaded[question, abreast] = loaded
            return loaded

    def _run(self, loaded: _Loaded, feeds: Mapping[str, Tensor], stop: Stop) -> dict[str, Tensor]:
        count = len(feeds[self._source.input])
        if loaded.graph.is_batchable or count == 1:
            return loaded.session.run(feeds, stop)
        parts = [
            loaded.session.run({name: array[at : at + 1] for name, array in feeds.items()}, stop) for at in range(count)
        ]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
