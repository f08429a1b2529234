"""An attribution task: one network, one input, one target, and the runs of the network that methods need."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.attribution.target import Target
from app.errors import NonFinite
from app.gradients.call import Relu
from app.gradients.differentiable import Differentiable, GradientQuery, GradientResult
from app.gradients.network_end import NetworkEnd
from app.nets.head import Activation, sigmoid
from app.nets.layer import INPUT, Layer
from app.nets.network import Network
from app.nets.session import Tensor
from app.work.batches import BatchPlan, map_in_order, plan_batches, stack_batches
from app.work.stop import Stop

ScoreArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AttributionTask:
    """One target for one input: `tensor` is the input tensor, (C, H, W) float32.

    `layer` is the layer whose maps explain, for methods that take one. `progress` is called with the number of finished
    runs and the number of all runs.
    """

    network: Network
    differentiable: Differentiable
    tensor: Tensor
    target: Target
    layer: Layer | None
    stop: Stop
    progress: Callable[[int, int], None] = lambda done, total: None

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
        """The batch size and the number of concurrent runs where a method takes many runs."""
        return plan_batches(self.network.graph, self.network.max_concurrent_runs)

    @property
    def required_layer(self) -> Layer:
        """The layer, for a method that always has one."""
        if self.layer is None:
            raise TypeError("this method takes a layer")
        return self.layer

    def layer_output(self, layer: str = "") -> Tensor:
        """The output of a layer for the input, without batch axis; of the task's layer if none is named."""
        name = layer or self.required_layer.id
        output: Tensor = self._run(self.tensor[np.newaxis], outputs=(name,)).outputs[name][0]
        return output

    def activation_and_gradient(self) -> tuple[Tensor, Tensor]:
        """The output of the layer and the gradient of the score with respect to it, both (C, h, w)."""
        return self.activations_and_gradients([self.required_layer.id])[self.required_layer.id]

    def activations_and_gradients(self, layers: Sequence[str]) -> dict[str, tuple[Tensor, Tensor]]:
        """The output of each layer and the gradient of the score with respect to it, from one run."""
        result = self._run(self.tensor[np.newaxis], with_respect_to=tuple(layers), outputs=tuple(layers))
        return {layer: (result.outputs[layer][0], result.gradients[layer][0]) for layer in layers}

    def gradient(self, relu: Relu = "exact") -> Tensor:
        """The gradient of the score with respect to the input, (C, H, W)."""
        gradient: Tensor = self._run(self.tensor[np.newaxis], with_respect_to=(INPUT,), relu=relu).gradients[INPUT][0]
        return gradient

    def gradients(self, tensors: Iterable[Tensor], total: int) -> Iterator[Tensor]:
        """The gradient of the score at each of `total` inputs, (C, H, W)."""

        def compute(batch: Tensor) -> Tensor:
            runs = self.batch_plan.concurrent_runs
            return np.asarray(self._run(batch, with_respect_to=(INPUT,), concurrent_runs=runs).gradients[INPUT])

        return self._run_in_batches(compute, tensors, total)

    def scores(self, tensors: Iterable[Tensor], total: int, *, as_probability: bool = False) -> ScoreArray:
        """The target's score for each of `total` inputs (C, H, W), (total,).

        With `as_probability` it is a class's probability instead of its logit, and of two classes the probability that
        the first beats the second instead of the difference: for methods and measures that add scores up. Numbers that
        are no scores of classes stay as they are.
        """
        return np.fromiter(self.iter_scores(tensors, total, as_probability=as_probability), np.float64, total)

    def iter_scores(self, tensors: Iterable[Tensor], total: int, *, as_probability: bool = False) -> Iterator[float]:
        """As `scores`, one after the other; holds only the inputs of the runs under way."""
        return self._run_in_batches(lambda batch: self._scores(batch, as_probability), tensors, total)

    def scores_from_layer(self, outputs: Iterable[Tensor], total: int) -> ScoreArray:
        """The target's score with the layer's output replaced by each of `total` others, (C, h, w); (total,).

        Raises:
            NotAvailable: the layer's output is not float32.
        """
        target, runs = self.network.layer(self.target_layer), self.batch_plan.concurrent_runs
        end = NetworkEnd(self.network, self.required_layer, target, runs)
        side_values = end.side_values(self.tensor, self.stop)

        def compute(batch: Tensor) -> ScoreArray:
            return score_of(end.run(batch, side_values, self.stop), target, self.target)

        return np.fromiter(self._run_in_batches(compute, outputs, total), np.float64, total)

    def score(self, *, as_probability: bool = False) -> float:
        """The target's score for the input itself."""
        return float(self._scores(self.tensor[np.newaxis], as_probability)[0])

    def _scores(self, batch: Tensor, as_probability: bool) -> ScoreArray:
        layer, runs = self.target_layer, self.batch_plan.concurrent_runs
        outputs = self._run(batch, outputs=(layer,), concurrent_runs=runs).outputs[layer]
        activation = self.network.graph.head.activation if as_probability else None
        return score_of(outputs, self.network.layer(layer), self.target, activation)

    def _run_in_batches(
        self, compute: Callable[[Tensor], npt.NDArray[Any]], tensors: Iterable[Tensor], total: int
    ) -> Iterator[Any]:
        """The result of `compute` for each of `total` inputs, which it takes in batches."""
        done, plan = 0, self.batch_plan
        self.progress(done, total)
        for results in map_in_order(compute, stack_batches(tensors, plan.sizes(total)), plan.concurrent_runs):
            done += len(results)
            self.progress(done, total)
            yield from results

    def _run(
        self,
        tensors: Tensor,
        with_respect_to: tuple[str, ...] = (),
        outputs: tuple[str, ...] = (),
        relu: Relu = "exact",
        concurrent_runs: int = 1,
    ) -> GradientResult:
        query = GradientQuery(self.target, with_respect_to, outputs, relu)
        return self.differentiable.run(tensors, query, self.stop, concurrent_runs)


def score_of(outputs: Tensor, layer: Layer, target: Target, activation: Activation | None = None) -> ScoreArray:
    """The target's score, (N,), from N outputs of its layer; with the `activation` of logits, its probability.

    Raises:
        NonFinite: the outputs hold NaN or infinity.
    """
    if not np.isfinite(outputs).all():
        raise NonFinite("The network's output holds NaN or infinity: its values overflow for this picture.")
    if target.channel_of is not None:
        return np.array([layer.maps_of(each)[target.index].mean(dtype=np.float64) for each in outputs])
    logits = outputs.reshape(len(outputs), -1).astype(np.float64)
    if target.against is not None:
        difference: ScoreArray = logits[:, target.index] - logits[:, target.against]
        return difference if activation is None else sigmoid(difference)
    scores: ScoreArray = logits if activation is None else activation(logits)
    return scores[:, target.index]
