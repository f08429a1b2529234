"""What a method is given: one picture, one network, one question, and the ways to ask the network."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.attribution.batches import BatchPlan, map_in_order, plan_batches, stack_batches
from app.attribution.target import Target
from app.errors import NonFinite
from app.gradients.call import Relu
from app.gradients.differentiable import Differentiable, GradientResult
from app.nets.layer import INPUT, Layer
from app.nets.network import Network, softmax
from app.nets.runtime import Tensor
from app.nets.subgraph import subgraph_from
from app.nets.taps import expose_outputs
from app.work.stop import Stop

Scores = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class AttributionTask:
    """One picture, one question: `tensor` is what the network is fed, (C, H, W) float32.

    `layer` is the layer whose maps shall explain, for the methods that take one. `progress` is told how many of how
    many runs are done.
    """

    network: Network
    run: Differentiable
    tensor: Tensor
    target: Target
    layer: Layer | None
    stop: Stop
    progress: Progress = lambda done, total: None

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the view."""
        return self.tensor.shape[1], self.tensor.shape[2]

    @property
    def target_layer(self) -> str:
        """The id of the layer that the target belongs to."""
        return self.target.layer(self.network.graph)

    @property
    def batch_plan(self) -> BatchPlan:
        """How many inputs a run takes where there are many, and how many runs are made at the same time."""
        return plan_batches(self.network.graph, self.network.max_concurrent_runs)

    @property
    def required_layer(self) -> Layer:
        """The layer whose maps explain, for a method that always has one."""
        if self.layer is None:
            raise TypeError("this method takes a layer")
        return self.layer

    def forward(self, *layers: str) -> dict[str, Tensor]:
        """The outputs of these layers for the picture, without batch axis."""
        answer = self._ask(self.tensor[np.newaxis], keep=layers)
        return {layer: answer.outputs[layer][0] for layer in layers}

    def activation_and_gradient(self) -> tuple[Tensor, Tensor]:
        """The output of the layer, and the gradient of the score there, both (C, h, w)."""
        return self.activations_and_gradients([self.required_layer.id])[self.required_layer.id]

    def activations_and_gradients(self, layers: Sequence[str]) -> dict[str, tuple[Tensor, Tensor]]:
        """The output of each of these layers and the gradient of the score there, from one run."""
        answer = self._ask(self.tensor[np.newaxis], with_respect_to=tuple(layers), keep=tuple(layers))
        return {layer: (answer.outputs[layer][0], answer.gradients[layer][0]) for layer in layers}

    def gradient(self, relu: Relu = "exact") -> Tensor:
        """The gradient of the score at the input, (C, H, W)."""
        gradient: Tensor = self._ask(self.tensor[np.newaxis], with_respect_to=(INPUT,), relu=relu).gradients[INPUT][0]
        return gradient

    def gradients(self, tensors: Iterable[Tensor], total: int) -> Iterator[Tensor]:
        """The gradient of the score at each of `total` inputs, (C, H, W)."""

        def gradients_of(batch: Tensor) -> Tensor:
            answer = self._ask(batch, with_respect_to=(INPUT,), abreast=self.batch_plan.abreast)
            return answer.gradients[INPUT]

        return self._by_batches(gradients_of, tensors, total)

    def scores(self, tensors: Iterable[Tensor], total: int, *, as_probability: bool = False) -> Scores:
        """The target's score for each of `total` inputs (C, H, W), (total,).

        With `as_probability` it is a class's probability instead of its logit, and of two classes the probability that
        the first beats the second instead of the difference: for methods and measures that add scores up.
        """
        return np.fromiter(self.iter_scores(tensors, total, as_probability=as_probability), np.float64, total)

    def iter_scores(self, tensors: Iterable[Tensor], total: int, *, as_probability: bool = False) -> Iterator[float]:
        """As `scores`, one after the other: no more inputs are held than the runs under way take."""
        return self._by_batches(lambda batch: self._scores_of(batch, as_probability), tensors, total)

    def scores_from_layer(self, outputs: Iterable[Tensor], total: int) -> Scores:
        """The target's score where the layer's output is replaced by each of `total` others, (C, h, w); (total,)."""
        network, target_layer = self.network, self.network.layer(self.target_layer).output
        end = subgraph_from(network.model, network.graph.input.name, self.required_layer.output, (target_layer,))
        beside: Mapping[str, Tensor] = {}
        if end.side_inputs:
            whole = network.open(expose_outputs(network.model, end.side_inputs))
            beside = whole.run({network.graph.input.name: self.tensor[np.newaxis]}, self.stop)
        session = network.open(end.model, concurrent_runs=self.batch_plan.abreast)

        def scores_of(batch: Tensor) -> Scores:
            feeds = {name: np.repeat(value, len(batch), axis=0) for name, value in beside.items()}
            answer = session.run({end.start: batch, **feeds}, self.stop)[target_layer]
            return score_of(answer, self.target, as_probability=False)

        return np.fromiter(self._by_batches(scores_of, outputs, total), np.float64, total)

    def score(self, *, as_probability: bool = False) -> float:
        """The target's score for the picture itself."""
        return float(self._scores_of(self.tensor[np.newaxis], as_probability)[0])

    def _scores_of(self, batch: Tensor, as_probability: bool) -> Scores:
        answer = self._ask(batch, keep=(self.target_layer,), abreast=self.batch_plan.abreast).outputs[self.target_layer]
        return score_of(answer, self.target, as_probability=as_probability)

    def _by_batches(
        self, work: Callable[[Tensor], npt.NDArray[Any]], tensors: Iterable[Tensor], total: int
    ) -> Iterator[Any]:
        """What `work` makes of each of `total` inputs, of which it takes a batch at a time."""
        done, pace = 0, self.batch_plan
        self.progress(done, total)
        for found in map_in_order(work, stack_batches(tensors, pace.sizes(total)), pace.abreast):
            done += len(found)
            self.progress(done, total)
            yield from found

    def _ask(
        self,
        tensors: Tensor,
        with_respect_to: tuple[str, ...] = (),
        keep: tuple[str, ...] = (),
        relu: Relu = "exact",
        abreast: int = 1,
    ) -> GradientResult:
        return self.run.gradients(
            tensors, self.target, with_respect_to=with_respect_to, keep=keep, relu=relu, stop=self.stop,
            abreast=abreast,
        )  # fmt: skip


def score_of(outputs: Tensor, target: Target, *, as_probability: bool) -> Scores:
    """The target's score, (N,), from the outputs of the layer it belongs to; for `as_probability` see
    `AttributionTask.scores`.

    Raises:
        NonFinite: the outputs hold NaN or infinity.
    """
    if not np.isfinite(outputs).all():
        raise NonFinite("The network's answer came to NaN or infinity: its numbers run over for this picture.")
    if target.channel_of is not None:
        means: Scores = outputs[:, target.index].reshape(len(outputs), -1).mean(axis=1, dtype=np.float64)
        return means
    values = outputs.reshape(len(outputs), -1).astype(np.float64)
    if target.against is None and as_probability:
        return softmax(values)[:, target.index]
    if target.against is None:
        return values[:, target.index]
    difference: Scores = values[:, target.index] - values[:, target.against]
    return (1 + np.tanh(difference / 2)) / 2 if as_probability else difference
