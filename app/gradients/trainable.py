"""A small classifier that can be trained: its loss for a batch, and the gradient with respect to each weight."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto

from app.gradients.backward import GraphSpec, build_backward_graph
from app.nets.reading.operators import read_operators
from app.nets.runtime import Runtime
from app.nets.session import Session, SessionOptions, Tensor
from app.work.stop import Stop

ONE_THREAD = SessionOptions(threads=1)
Labels = NDArray[np.int64]
LearnedWeights = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class BatchLoss:
    """The mean cross-entropy of a batch, and its gradient with respect to each weight."""

    loss: float
    gradients: LearnedWeights


class Trainable:
    """A classifier whose output is a log-softmax (N, classes), and whose weights are given with each run."""

    def __init__(self, model: ModelProto, runtime: Runtime) -> None:
        source = read_operators(model)
        names = tuple(tensor.name for tensor in model.graph.initializer)
        self._input, self._output = source.input, source.output
        self._backward = build_backward_graph(
            model, source, GraphSpec(self._output, names, (self._output,), parameters=names)
        )
        forward = build_backward_graph(model, source, GraphSpec(outputs=(self._output,), parameters=names))
        self._learning = _open(self._backward.model, runtime)
        self._predicting = _open(forward.model, runtime)

    def log_probabilities(self, parameters: LearnedWeights, images: Tensor, stop: Stop) -> Tensor:
        """(N, classes) for images (N, C, H, W)."""
        return self._predicting.run({self._input: images, **parameters}, stop)[self._output]

    def batch_loss(self, parameters: LearnedWeights, images: Tensor, labels: Labels, stop: Stop) -> BatchLoss:
        """The loss of a batch: one run forward and back."""
        places = np.arange(len(labels))
        seed = np.zeros((len(labels), self._backward.seed_shape[-1]), np.float32)
        seed[places, labels] = -1 / len(labels)
        outputs = self._learning.run({self._input: images, self._backward.seed: seed, **parameters}, stop)
        gradients = {name: outputs[output] for name, output in self._backward.gradients.items()}
        return BatchLoss(mean_loss(outputs[self._output], labels), gradients)


def mean_loss(log_probabilities: Tensor, labels: Labels) -> float:
    """The mean cross-entropy: minus the log-probability of each label."""
    return float(-log_probabilities[np.arange(len(labels)), labels].mean())


def _open(model: ModelProto, runtime: Runtime) -> Session:
    return runtime.open(model, Path(), ONE_THREAD)
