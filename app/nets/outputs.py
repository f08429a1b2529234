"""What a run gives: the prediction, the output of every layer, and every output of the network."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from app.nets.graph import Graph
from app.nets.head import Activation, Head, HeadKind, softmax
from app.nets.layer import Layer
from app.nets.session import Tensor

# Which values of the graph a run gives: a selection, or the names of the values themselves.
RunKind = Literal["scores", "outputs", "layers"] | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """The prediction for one input: `logits` and `scores`, each (N,) float32, and what they are.

    The scores are the output of the network, or where its file leaves out the `activation`, that of the logits.
    `seconds` is the duration of the run.
    """

    logits: Tensor
    scores: Tensor
    seconds: float
    kind: HeadKind = "logits"
    activation: Activation | None = softmax


@dataclass(frozen=True, slots=True)
class Activations:
    """Every layer's output for one input, by layer id: read-only float32 of the layer's shape, without a batch axis.

    Quantised numbers are the real ones that they stand for, where the scale is stored in the file.

    `outputs` are the outputs of the network by name, of the shapes in `Graph.outputs`.
    """

    layers: Mapping[str, Tensor]
    outputs: Mapping[str, Tensor]
    scores: Scores


def exposed_values(graph: Graph, kind: RunKind) -> tuple[str, ...]:
    """The ONNX names of the values: of the prediction, also of every output, or of every layer and every output."""
    if isinstance(kind, tuple):
        return kind
    layers = {
        "scores": (graph.logits, graph.scores),
        "outputs": (*graph.outputs, graph.logits, graph.scores),
        "layers": (*graph.layers, *graph.outputs),
    }[kind]
    return tuple(layer.output for layer in layers)


def read_scores(head: Head, values: Mapping[str, Tensor], seconds: float) -> Scores:
    """The prediction in the values of a run, by their ONNX names."""
    logits = output_of(head.logits, values).reshape(-1)
    if head.has_scores:
        scores = output_of(head.output, values).reshape(-1)
    else:
        scores = read_only(head.activation(logits) if head.activation else logits)
    return Scores(logits, scores, seconds, head.kind, head.activation)


def read_activations(graph: Graph, values: Mapping[str, Tensor], scores: Scores) -> Activations:
    """Every layer's output, and every output of the network, in the values of a run, by their ONNX names."""
    layers = {layer.id: output_of(layer, values) for layer in graph.layers}
    computed = {layer.output: layers[layer.id] for layer in graph.layers}
    further = {each.output: output_of(each, values) for each in graph.outputs if each.output not in computed}
    outputs = {each.output: (computed | further)[each.output] for each in graph.outputs}
    return Activations(MappingProxyType(layers), MappingProxyType(outputs), scores)


def read_only(array: Tensor) -> Tensor:
    """The array itself, made read-only."""
    array.flags.writeable = False
    return array


def output_of(layer: Layer, values: Mapping[str, Tensor]) -> Tensor:
    """A layer's output in the values of a run, by their ONNX names: as in `Activations.layers`."""
    return read_only(np.asarray(layer.real(layer.without_batch(values[layer.output])), dtype=np.float32))
