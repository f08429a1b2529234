"""One network: its card, its graph, and what it answers when it is shown a picture."""

import hashlib
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from onnx import ModelProto

from app.errors import NetworkError, NotAvailable, UnknownLayer
from app.nets.card import Accuracy, Card
from app.nets.graph import Graph, read_graph
from app.nets.layer import Layer
from app.nets.originals import Original
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.tensor import tensor_of
from app.nets.reading.model_file import Weight, Weightless, weightless
from app.nets.runtime import Runtime, Session, Tensor
from app.nets.taps import tapped
from app.work.stop import Stop

Real = TypeVar("Real", bound=np.floating[Any])


@dataclass(frozen=True, slots=True)
class Scores:
    """What the network says of one picture: `logits` and `scores` (softmax of the logits), each (N,) float32.

    `seconds` is how long the run took.
    """

    logits: Tensor
    scores: Tensor
    seconds: float


@dataclass(frozen=True, slots=True)
class Activations:
    """Every layer's output for one picture, read-only, batch axis gone: (C, H, W) or (N,) float32 by layer id."""

    layers: Mapping[str, Tensor]
    scores: Scores
    nbytes: int


class Network:
    """An ONNX file and its card. Opened on first use; safe to use from several threads.

    With the card of an original it is an architecture: it tells all that its graph does, and computes nothing.
    """

    def __init__(self, card: Card, path: Path, labels: tuple[str, ...], runtime: Runtime) -> None:
        self.card = card
        self.labels = labels
        self._path = path
        self._runtime = runtime
        self._opening = threading.Lock()
        self._sessions: dict[tuple[str, int], Session] = {}
        self._checked = False

    @property
    def id(self) -> str:
        return self.card.id

    @property
    def sha256(self) -> str:
        """The network's identity: the hash of its file, which the card states and opening checks."""
        return self.card.sha256

    @property
    def ready(self) -> bool:
        """Whether its weights are here."""
        return not isinstance(self.card, Original)

    @property
    def nbytes(self) -> int:
        """The size of its file with weights, wherever that is; of the weights alone where there is no such file."""
        if not isinstance(self.card, Original):
            return self.card.bytes
        return self.card.weights.bytes if self.card.weights else self.graph.weight_bytes

    @property
    def most_abreast(self) -> int:
        """How many runs it pays to make at the same time."""
        return self._runtime.most_abreast

    def require_weights(self) -> None:
        """Raises NotAvailable if the weights are not here; the error says what brings them."""
        if isinstance(self.card, Original):
            raise self.card.missing()

    @cached_property
    def graph(self) -> Graph:
        """What the ONNX file says. Reads no weights."""
        size = (self.card.input.height, self.card.input.width)
        return read_graph(self._file.model, size)

    @property
    def model(self) -> ModelProto:
        """The network's file without its weights, to make other graphs of. It is shared: copy it, do not change it."""
        return self._file.model

    @cached_property
    def _file(self) -> Weightless:
        return weightless(self._path)

    def layer(self, layer_id: str) -> Layer:
        """The layer with this id.

        Raises:
            UnknownLayer: there is none.
        """
        found = self.graph.by_id.get(layer_id)
        if found is None:
            raise UnknownLayer(f"{self.card.name} has no such layer.", known=[layer.id for layer in self.graph.layers])
        return found

    def weights(self, layer_id: str) -> npt.NDArray[np.float32]:
        """The filters of a layer, read-only and memory-mapped: (C_out, C_in / groups, kH, kW), or (N_out, N_in).

        Raises:
            UnknownLayer: there is no such layer.
            NotAvailable: the layer has no weights, or they are not here.
        """
        layer = self.layer(layer_id)
        if layer.weights:
            self.require_weights()
        name = layer.weights.get("weight", "")
        if name and name not in self._file.tensors:
            raise NotAvailable(f"The filters of {layer.name} are not stored: the network makes them as it runs.")
        if not name:
            raise NotAvailable(f"{layer.name} is a {layer.op} layer: it has no filters.", op=layer.op)
        weights = self.tensor(name)
        lies_across = layer.op == "MatMul" or (layer.op == "Gemm" and not layer.attributes.get("transB"))
        return weights.T if lies_across else weights

    def tensor(self, name: str) -> npt.NDArray[Any]:
        """The constant of this ONNX name, read-only and memory-mapped if it is large; raises KeyError."""
        return np.asarray(self._file.tensors[name].array())

    def twin(self, model: ModelProto, tensors: Mapping[str, Weight]) -> "Network":
        """The network of the same file, layers and card that computes by another model, in which `tensors` differ."""
        twin = Network(self.card, self._path, self.labels, self._runtime)
        twin.graph, twin._checked = self.graph, self._checked
        twin._file = replace(self._file, model=model, tensors=MappingProxyType({**self._file.tensors, **tensors}))
        return twin

    def classify(self, view: RGB, stop: Stop, threads: int = 0) -> Scores:
        """Run the network for its prediction alone, which lets onnxruntime fuse layers: the fastest answer.

        The arguments are those of `activations`.
        """
        wanted = (self.graph.logits.output, self.graph.scores.output)
        outputs, seconds = self._run("scores", wanted, view, stop, threads)
        return self._scores(outputs, seconds)

    def activations(self, view: RGB, stop: Stop, threads: int = 0) -> Activations:
        """Run the network once with every layer in view.

        Args:
            view: (H, W, 3) uint8 of the size the card says.
            stop: ends the run between two layers.
            threads: of the run; 0 for the most that the settings allow.
        """
        outputs, seconds = self._run("layers", (layer.output for layer in self.graph.layers), view, stop, threads)
        layers = {layer.id: _without_batch(outputs[layer.output]) for layer in self.graph.layers}
        size = sum(array.nbytes for array in layers.values())
        return Activations(MappingProxyType(layers), self._scores(outputs, seconds), size)

    def open(self, model: ModelProto, profile: Path | None = None, abreast: int = 1) -> Session:
        """Load a graph made of `model`'s nodes and weights; the weights that it names stay mapped in the file.

        The caller keeps the session, which `close` does not let go of. With a `profile`, what the name of a file begins
        with, the session takes down how long each node takes. `abreast` is how many runs of it are to be made at the
        same time, which share the threads.

        Raises:
            NotAvailable: the weights are not here.
            NetworkError: the file is not the one that the card describes, or onnxruntime refuses the graph.
        """
        self.require_weights()
        with self._opening:
            self._check_hash()
        threads = self._runtime.share(abreast)
        return self._load(model, threads, sparing=profile is None, profile=profile)  # a profile is of a plain run

    def close(self) -> None:
        """Let go of the loaded graphs; the next use loads them again."""
        with self._opening:
            self._sessions.clear()
            self._checked = False

    def _run(
        self, kind: str, values: Iterable[str], view: RGB, stop: Stop, threads: int
    ) -> tuple[dict[str, Tensor], float]:
        session = self._session(kind, values, threads or self._runtime.threads)
        feeds = {self.graph.input.name: tensor_of(view, self.card.input)}
        begin = time.perf_counter()
        outputs = session.run(feeds, stop)
        return outputs, time.perf_counter() - begin

    def _session(self, kind: str, values: Iterable[str], threads: int) -> Session:
        self.require_weights()
        with self._opening:
            if (kind, threads) not in self._sessions:
                self._check_hash()
                # A prediction takes little memory of its own; all layers' outputs would be costly to take anew.
                session = self._load(tapped(self.model, values), threads, gives_back=kind == "scores")
                self._sessions[kind, threads] = session
            return self._sessions[kind, threads]

    def _load(
        self,
        model: ModelProto,
        threads: int = 0,
        *,
        gives_back: bool = False,
        sparing: bool = False,
        profile: Path | None = None,
    ) -> Session:
        return self._runtime.open(
            model.SerializeToString(),
            self._file.folder,
            weight_bytes=self.graph.weight_bytes,
            threads=threads,
            gives_back=gives_back,
            sparing=sparing,
            profile=profile,
        )

    def _check_hash(self) -> None:
        if self._checked:
            return
        with self._path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != self.card.sha256:
            raise NetworkError(f"The file of {self.card.name} is not the one that its card describes.")
        self._checked = True

    def _scores(self, outputs: Mapping[str, Tensor], seconds: float) -> Scores:
        logits = outputs[self.graph.logits.output].reshape(-1)
        if self.graph.scores is self.graph.logits:
            scores = softmax(logits)
        else:
            scores = outputs[self.graph.scores.output].reshape(-1)
        return Scores(_read_only(logits), _read_only(scores), seconds)


def softmax(logits: npt.NDArray[Real]) -> npt.NDArray[Real]:
    """exp(x) / sum of exp(x) along the last axis, in the dtype of `logits`, without overflow."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _without_batch(output: Tensor) -> Tensor:
    return _read_only(np.asarray(output[0], dtype=np.float32))


def _read_only(array: Tensor) -> Tensor:
    array.flags.writeable = False
    return array


def measured(network: Network) -> tuple[Accuracy, ...]:
    """What was measured of its weights, or where they are not here, of those known to fit."""
    card = network.card
    return card.weights.accuracy if isinstance(card, Original) and card.weights else card.accuracy
