"""A network that answers queries for gradients: it builds the backward graphs, keeps them loaded and runs them."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto

from app.errors import InvalidRequest, NotDifferentiable
from app.gradients.backward import AddedActivation, BackwardGraph, GraphSpec, build_backward_graph
from app.gradients.call import Relu
from app.gradients.single_precision import in_single_precision
from app.gradients.straight_through import between_roundings
from app.gradients.targets import GradientTarget, require_layer
from app.nets.head import softmax
from app.nets.layer import INPUT
from app.nets.network import Network
from app.nets.reading.operators import OperatorGraph
from app.nets.session import Feeds, Session, Tensor
from app.work.stop import Stop

MAX_GRAPHS = 4


@dataclass(frozen=True, slots=True)
class GradientQuery:
    """What to compute for each input; layers are given by id, and "input" is the network's input.

    `target` is the number that is differentiated, with respect to each layer of `with_respect_to`; without any, the
    target has no effect. `outputs` are layers whose outputs are wanted. `relu` is the rule for rectifiers, which are
    Relu and Clip from 0: "exact" is the derivative, "guided" and "deconvnet" modify it.
    """

    target: GradientTarget
    with_respect_to: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    relu: Relu = "exact"


@dataclass(frozen=True, slots=True)
class GradientResult:
    """The gradients and the layers' outputs by the layers' ids, each (N, ...) float32 for N inputs."""

    gradients: Mapping[str, Tensor]
    outputs: Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class _LoadedGraph:
    graph: BackwardGraph
    session: Session


@dataclass(frozen=True, slots=True)
class DifferentiableGraph:
    """A network as its gradients read it: the model and its operators, whose floats are all float32."""

    network: Network
    model: ModelProto
    operators: OperatorGraph

    def feeds(self, tensors: Tensor) -> dict[str, npt.NDArray[Any]]:
        """What a session of the model is run with for input tensors, (N, C, H, W)."""
        feeds = self.network.feeds(tensors)
        return {
            name: array.astype(np.float32, copy=False) if array.dtype.kind == "f" else array
            for name, array in feeds.items()
        }


def read_differentiable(network: Network) -> DifferentiableGraph:
    """The part of a network that explanations can run on a batch of any size and differentiate.

    Raises:
        NotDifferentiable: its input has no floats, is no image, or holds several.
    """
    source, tensor = network.graph.operators, network.graph.input
    if not tensor.is_image:
        raise NotDifferentiable("Explanations need a network whose input is an image; that of this one is not.")
    if source.image.batch > 1:
        raise NotDifferentiable(
            f"Explanations need a network that takes one image at a time; this one takes {source.image.batch}."
        )
    model, operators = between_roundings(*in_single_precision(network.model, source))
    dtype = operators.values[operators.input].dtype
    if dtype != np.float32:
        raise NotDifferentiable(f"Explanations need a network whose input has floats; that of this one is {dtype}.")
    return DifferentiableGraph(network, model, operators)


class Differentiable:
    """A network and its backward graphs. Safe to use from several threads.

    One graph serves all classes, channels or cells of a layer and any number of inputs. The graphs used last stay
    loaded.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._opening = threading.Lock()
        self._loaded: dict[tuple[GraphSpec, int], _LoadedGraph] = {}

    @cached_property
    def _source(self) -> DifferentiableGraph:
        return read_differentiable(self.network)

    def run(self, tensors: Tensor, query: GradientQuery, stop: Stop, concurrent_runs: int = 1) -> GradientResult:
        """The gradients and outputs of a query for each input by itself; only what they need is computed.

        Args:
            tensors: (N, C, H, W) float32, as `app.nets.preprocessing.tensor.tensor_of` gives them.
            query: the gradients and outputs to compute.
            stop: ends the run between two operators.
            concurrent_runs: how many runs are made in parallel; they share the threads.

        Raises:
            NotDifferentiable: an operator between target and layer has no gradient; the error names it.
            InvalidRequest: the target does not depend on a layer, or there is no such class or cell.
            UnknownLayer, UnknownChannel: there is no such layer or channel.
            NotAvailable: the network's weights are not here.
        """
        spec = self._spec(query)
        feeds = self._source.feeds(self._checked(tensors))
        loaded = self._load(spec, concurrent_runs)
        if loaded.graph.seed:
            feeds[loaded.graph.seed] = self._seeds(query.target, len(tensors))
        gradients = {layer: loaded.graph.gradients[self._value_of(layer)] for layer in query.with_respect_to}
        outputs = {layer: self._value_of(layer) for layer in query.outputs}
        runs = self._run_graph(loaded, feeds, stop)
        return GradientResult(
            {layer: self._by_real(layer, self._by_input(layer, runs, name)) for layer, name in gradients.items()},
            {layer: self._real(layer, self._by_input(layer, runs, name)) for layer, name in outputs.items()},
        )

    def close(self) -> None:
        """Release the loaded graphs; the next query loads its own again."""
        with self._opening:
            self._loaded.clear()

    def _spec(self, query: GradientQuery) -> GraphSpec:
        graph = self.network.graph
        outputs = tuple(sorted({require_layer(graph, layer).output for layer in query.outputs}))
        if not query.with_respect_to:
            return GraphSpec(outputs=outputs)
        values = tuple(sorted({self._value_of(layer) for layer in query.with_respect_to}))
        target = graph.by_id[query.target.layer(graph)].output
        return GraphSpec(target, values, outputs, query.relu, self._added_activation(query.target))

    def _added_activation(self, target: GradientTarget) -> AddedActivation | None:
        """The activation from the target's layer to what the target sums."""
        head, quantity = self.network.graph.head, target.quantity
        if quantity == "output" or (quantity == "probability" and head.has_scores):
            return None
        if head.logits.quantisation:
            raise NotDifferentiable("There are no gradients of probabilities where the logits are quantised.")
        if quantity == "probability":
            return "softmax" if head.activation is softmax else "sigmoid"
        if head.activation is not softmax:
            raise NotDifferentiable("This needs a network with a softmax over classes that exclude one another.")
        return "log_odds"

    def _checked(self, tensors: Tensor) -> Tensor:
        shape = self.network.graph.input.shape
        if tensors.shape[1:] != shape or not len(tensors):
            raise InvalidRequest("The tensors do not have the size of the network's input.", shape=list(shape))
        return np.ascontiguousarray(tensors, np.float32)

    def _seeds(self, target: GradientTarget, count: int) -> Tensor:
        """The target's weights for each input, (count, ...), each of the layer's shape."""
        layer = self.network.layer(target.layer(self.network.graph))
        seed = target.seed(layer)
        if layer.quantisation:
            seed = seed * np.float32(layer.quantisation.scale)
        return np.broadcast_to(seed, (count, *seed.shape)).copy()

    def _real(self, layer: str, numbers: Tensor) -> Tensor:
        """The outputs of a layer that the numbers of its value stand for."""
        return numbers if layer == INPUT else self.network.layer(layer).real(numbers)

    def _by_real(self, layer: str, gradient: Tensor) -> Tensor:
        """The gradient with respect to a layer's outputs, for that with respect to the numbers of its value."""
        quantisation = None if layer == INPUT else self.network.layer(layer).quantisation
        return gradient / np.float32(quantisation.scale) if quantisation else gradient

    def _value_of(self, layer: str) -> str:
        return self._source.operators.input if layer == INPUT else require_layer(self.network.graph, layer).output

    def _load(self, spec: GraphSpec, concurrent_runs: int) -> _LoadedGraph:
        with self._opening:
            loaded = self._loaded.pop((spec, concurrent_runs), None)
            if loaded is None:
                graph = build_backward_graph(self._source.model, self._source.operators, spec)
                while len(self._loaded) >= MAX_GRAPHS:
                    del self._loaded[next(iter(self._loaded))]
                loaded = _LoadedGraph(graph, self.network.open(graph.model, concurrent_runs=concurrent_runs))
            self._loaded[spec, concurrent_runs] = loaded
            return loaded

    def _run_graph(self, loaded: _LoadedGraph, feeds: Feeds, stop: Stop) -> list[dict[str, Tensor]]:
        """The results of one run for all inputs, where the graph allows it, or else of one run for each."""
        count, graph = len(feeds[self._source.operators.input]), loaded.graph
        if graph.is_batchable and count > 1:
            return [loaded.session.run(feeds, stop)]
        runs = ({name: array[index : index + 1] for name, array in feeds.items()} for index in range(count))
        return [loaded.session.run(_with_seed_of_one_input(graph, feed), stop) for feed in runs]

    def _by_input(self, layer: str, runs: Sequence[Mapping[str, Tensor]], name: str) -> Tensor:
        """What the runs give for a layer, (N, ...), each entry of the layer's shape; for the input (N, C, H, W)."""
        graph = self.network.graph
        if layer == INPUT:
            is_channels_last = graph.input.layout == "NHWC"
            arrays = [run[name].transpose(0, 3, 1, 2) if is_channels_last else run[name] for run in runs]
        else:
            arrays = [run[name].reshape(-1, *graph.by_id[layer].shape) for run in runs]
        return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _with_seed_of_one_input(graph: BackwardGraph, feeds: Feeds) -> Feeds:
    """The feeds with the seed in the shape of the target's value, whose batch axis may be any or none."""
    return {name: array.reshape(graph.seed_shape) if name == graph.seed else array for name, array in feeds.items()}
