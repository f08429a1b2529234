"""One network: its card, its graph, its weights, and its predictions and activations for an input."""

import hashlib
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto

from app.errors import NetworkError, NotAvailable, UnknownLayer, UnsupportedNetwork
from app.nets.card import Accuracy, Card, InputSpec
from app.nets.consistency import check_consistency, check_hash, check_size
from app.nets.filters import filters_of
from app.nets.graph import Graph, read_file_graph
from app.nets.graph_outputs.output import GraphOutput
from app.nets.graph_outputs.recognition import recognise_outputs
from app.nets.labels import output_labels
from app.nets.layer import Layer
from app.nets.outputs import Activations, RunKind, Scores, exposed_values, read_activations, read_only, read_scores
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.tensor import tensor_of
from app.nets.published_networks import PublishedNetwork
from app.nets.reading.constants import Constants, compute_constant
from app.nets.reading.model_file import ModelFile, Weight, read_model_file
from app.nets.reading.rewriting.image_model import image_model
from app.nets.session import Feeds, NetworkRuntime, Session, SessionOptions, Tensor
from app.nets.taps import expose_outputs
from app.work.stop import Stop


class Network:
    """An ONNX file and its card. Opened on first use; safe to use from several threads.

    With the card of a published network it has a graph and no weights: everything but running works.
    """

    def __init__(self, card: Card, path: Path, labels: tuple[str, ...], runtime: NetworkRuntime) -> None:
        self.id, self.card = card.id, card
        self.class_names = labels
        self._path = path
        self._runtime = runtime
        self._opening = threading.Lock()
        self._sessions: dict[tuple[frozenset[str], int], Session] = {}
        self._computed: dict[str, npt.NDArray[Any]] = {}
        self._checked = False

    @cached_property
    def fingerprint(self) -> str:
        """The hash of all that its results depend on: its card, which has the hash of its file, and its labels."""
        return hashlib.sha256(repr((self.card, self.class_names)).encode()).hexdigest()

    @property
    def has_weights(self) -> bool:
        """Whether its weights are on this machine."""
        return not isinstance(self.card, PublishedNetwork)

    @property
    def nbytes(self) -> int:
        """The size of its file with weights, also before its download; of the weights if no file is known."""
        if not isinstance(self.card, PublishedNetwork):
            return self.card.bytes or self._path.stat().st_size
        return self.card.weights.bytes if self.card.weights else self.graph.weight_bytes

    @property
    def max_concurrent_runs(self) -> int:
        """How many concurrent runs pay off."""
        return self._runtime.max_concurrent_runs

    @property
    def accuracy(self) -> tuple[Accuracy, ...]:
        """The measured accuracy of its weights, or before their download, of the known weights that fit."""
        if isinstance(self.card, PublishedNetwork) and self.card.weights:
            return self.card.weights.accuracy
        return self.card.accuracy

    def require_weights(self) -> None:
        """Raises NotAvailable if the weights are not on this machine; the error names the command to download them."""
        if isinstance(self.card, PublishedNetwork):
            raise self.card.missing_weights()

    @cached_property
    def problem(self) -> NetworkError | None:
        """Why it can't be used: its file, or onnxruntime; None if it can."""
        try:
            graph = self.graph
            check_size(self.card, self._path)
            check_consistency(self.card, self.class_names, graph)
        except NetworkError as error:
            return error
        return None

    @cached_property
    def graph(self) -> Graph:
        """The network as data, read from the ONNX file. Of the weights it reads only those of normalisations."""
        return self.graph_for(self.card.input.size)

    def graph_for(self, size: tuple[int, int]) -> Graph:
        """The network as data for images of another size (height, width), if its file leaves the size open."""
        file = self._file if size == self.card.input.size else self._file_for(size)
        return read_file_graph(file, size, self.card.head, self._runtime.infer_shapes)

    @cached_property
    def outputs(self) -> tuple[GraphOutput, ...]:
        """What each output of the network is."""
        return recognise_outputs(self.graph, len(self.class_names), self._file.metadata)

    @cached_property
    def labels(self) -> Sequence[str]:
        """The label of each number of the output: of a single unit the positive class; indices where there are none."""
        return output_labels(self.graph.head, self.class_names)

    @property
    def negative_label(self) -> str | None:
        """The class of a single unit's low values, if the labels name it before the positive class."""
        return self.class_names[0] if self.graph.head.kind == "binary" and len(self.class_names) > 1 else None

    @property
    def classes(self) -> int:
        """How many classes the output has; 0 if its numbers are no scores of classes."""
        return 0 if self.graph.head.kind == "vector" else len(self.class_names) or self.graph.head.units

    @property
    def input_spec(self) -> InputSpec:
        """How the view becomes the input tensor: as the card says; an integer input takes the levels as they are."""
        return self.card.input.of_levels if self.graph.input.takes_levels else self.card.input

    def input_tensor(self, view: RGB | Tensor, spec: InputSpec | None = None) -> Tensor:
        """The input tensor for a view, (1, C, H, W), with the file's channels; normalised as `spec` says, if given."""
        return self.graph.input.fit_channels(tensor_of(view, spec or self.input_spec))

    def feeds(self, tensors: Tensor) -> dict[str, npt.NDArray[Any]]:
        """What a session of the network is run with for input tensors, (N, C, H, W)."""
        return {self.graph.input.name: self.graph.input.feed(tensors)}

    @property
    def model(self) -> ModelProto:
        """The network's file without its weights, to build other graphs from. Shared: copy it, do not modify it."""
        return self._file.model

    @cached_property
    def _file(self) -> ModelFile:
        return self._file_for(self.card.input.size)

    def _file_for(self, size: tuple[int, int]) -> ModelFile:
        return image_model(read_model_file(self._path), size, self._runtime.infer_shapes)

    @cached_property
    def _constants(self) -> Constants:
        return Constants(self._file.model, self._file.tensors)

    def layer(self, layer_id: str) -> Layer:
        """The layer with this id.

        Raises:
            UnknownLayer: there is none.
        """
        known_layer = self.graph.by_id.get(layer_id)
        if known_layer is None:
            raise UnknownLayer(f"{self.card.name} has no such layer.", known=[layer.id for layer in self.graph.layers])
        return known_layer

    def weights(self, layer_id: str) -> npt.NDArray[np.float32]:
        """The filters of a layer, read-only: (C_out, C_in / groups, kH, kW), or (N_out, N_in).

        They are memory-mapped, unless the file stores them in another type.

        Raises:
            UnknownLayer: there is no such layer.
            NotAvailable: the layer has no weights, or they are not on this machine.
        """
        layer = self.layer(layer_id)
        if layer.weights:
            self.require_weights()
        if "weight" not in layer.weights:
            raise NotAvailable(f"{layer.name} is a {layer.op} layer: it has no filters.", op=layer.op)
        try:
            return read_only(np.asarray(filters_of(layer, self._constants)))
        except KeyError as error:
            why = f"The filters of {layer.name} are not stored: the network computes them as it runs."
            raise NotAvailable(why) from error

    def tensor(self, name: str) -> npt.NDArray[Any]:
        """The constant of this ONNX name, read-only and memory-mapped if it is large; raises KeyError."""
        return np.asarray(self._file.tensors[name].array())

    def constant(self, name: str) -> npt.NDArray[Any]:
        """The constant of this ONNX name as the operators read it, also if the network computes it as it runs.

        Raises:
            NotAvailable: it depends on the network's input or on chance, or the weights are not on this machine.
        """
        self.require_weights()
        try:
            return self._constants.array(name)
        except KeyError:
            if name in self.graph.operators.constants:  # a shape, which follows from the size of the input
                return self.graph.operators.constants[name]
        if name not in self._computed:
            self._computed[name] = compute_constant(name, self.model, self.graph.operators, self.open)
        return self._computed[name]

    def with_weights(self, model: ModelProto, tensors: Mapping[str, Weight]) -> "Network":
        """A network with the same card, file and layers that runs `model`, in which `tensors` replace the file's."""
        network = Network(self.card, self._path, self.class_names, self._runtime)
        network.graph, network._checked = self.graph, self._checked
        network._file = replace(self._file, model=model, tensors=MappingProxyType({**self._file.tensors, **tensors}))
        return network

    def classify(self, view: RGB, stop: Stop, threads: int = 0, spec: InputSpec | None = None) -> Scores:
        """Run the network for its prediction only. This is the fastest run: onnxruntime can fuse layers.

        The arguments are those of `activations`.
        """
        outputs, seconds = self.run("scores", self.feeds(self.input_tensor(view, spec)), stop, threads)
        return read_scores(self.graph.head, outputs, seconds)

    def activations(self, view: RGB, stop: Stop, threads: int = 0, spec: InputSpec | None = None) -> Activations:
        """Run the network once and return the output of every layer, and every output of the network.

        Args:
            view: (H, W, 3) uint8, of the size in the card; normalised as `spec` says, if given.
            stop: stops the run between two layers.
            threads: of the run; 0 for the most that the settings allow.
        """
        outputs, seconds = self.run("layers", self.feeds(self.input_tensor(view, spec)), stop, threads)
        return read_activations(self.graph, outputs, read_scores(self.graph.head, outputs, seconds))

    def run(self, kind: RunKind, feeds: Feeds, stop: Stop, threads: int = 0) -> tuple[dict[str, Tensor], float]:
        """Run the network on what its file takes; gives the values of this kind by ONNX name, and the seconds."""
        session = self._session(kind, threads or self._runtime.threads, stop)
        begin = time.perf_counter()
        return session.run(feeds, stop), time.perf_counter() - begin

    def open(self, model: ModelProto, profile: Path | None = None, concurrent_runs: int = 1) -> Session:
        """Load a graph built from the network's nodes and weights; its external weights stay mapped in the file.

        The caller owns the session: `close` does not close it.

        Args:
            model: the graph.
            profile: the prefix of the file that receives the time of each node.
            concurrent_runs: how many runs of the session are made in parallel; they share the threads.

        Raises:
            NotAvailable: the weights are not on this machine.
            NetworkError: the file is not the one that the card describes, or onnxruntime refuses the graph.
        """
        self.require_weights()
        with self._opening:
            self._check_hash()
        options = SessionOptions(
            self.graph.weight_bytes,
            self._runtime.threads_per_run(concurrent_runs),
            save_memory=profile is None,  # a profile is of a run as fast as usual
            profile=profile,
        )
        return self._load(model, options, Stop())

    def close(self) -> None:
        """Unload the graphs; the next use loads them again."""
        with self._opening:
            self._sessions.clear()
            self._runtime.unload()
            self._checked = False

    def _session(self, kind: RunKind, threads: int, stop: Stop) -> Session:
        self.require_weights()
        values = exposed_values(self.graph, kind)
        key = frozenset(values), threads  # two kinds may have the same values
        with self._opening:
            if key not in self._sessions:
                self._check_hash()
                # A prediction needs little memory; allocating that of all layers' outputs again would be slow.
                options = SessionOptions(self.graph.weight_bytes, threads, release_memory=kind in ("scores", "outputs"))
                model = expose_outputs(self.model, values, self.graph.operators.narrow_values)
                try:
                    self._sessions[key] = self._load(model, options, stop)
                except UnsupportedNetwork as error:
                    self.problem = error  # from now on it is listed as broken
                    raise
            return self._sessions[key]

    def _load(self, model: ModelProto, options: SessionOptions, stop: Stop) -> Session:
        try:
            return self._runtime.open(model, self._file.folder, options, stop)
        except UnsupportedNetwork as error:
            raise UnsupportedNetwork(error.message.replace("This network", self.card.name)) from error

    def _check_hash(self) -> None:
        if not self._checked:
            check_hash(self.card, self._path)
            self._checked = True
