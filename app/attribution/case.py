"""What a method is given: one picture, one network, one question, and the ways to ask the network."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.attribution.batches import Pace, batched, in_order, pace_of
from app.attribution.target import Target
from app.errors import NonFinite
from app.gradients.call import Relu
from app.gradients.differentiable import Answer, Differentiable
from app.nets.layer import INPUT, Layer
from app.nets.network import Network, softmax
from app.nets.runtime import Tensor
from app.nets.subgraph import subgraph_from
from app.nets.taps import expose_outputs
from app.work.stop import Stop

Numbers = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Case:
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
    def goal(self) -> str:
        """The id of the layer that the target belongs to."""
        return self.target.layer(self.network.graph)

    @property
    def pace(self) -> Pace:
        """How many inputs a run takes where there are many, and how many runs are made at the same time."""
        return pace_of(self.network.graph, self.network.max_concurrent_runs)

    @property
    def maps(self) -> Layer:
        """The layer whose maps explain, for a method that always has one."""
        if self.layer is None:
            raise TypeError("this method takes a layer")
        return self.layer

    def forward(self, *layers: str) -> dict[str, Tensor]:
        """The outputs of these layers for the picture, without batch axis."""
        answer = self._ask(self.tensor[np.newaxis], keep=layers)
        return {layer: answer.outputs[layer][0] for layer in layers}

    def at_layer(self) -> tuple[Tensor, Tensor]:
        """The output of the layer, and the gradient of the score there, both (C, h, w)."""
        return self.at_layers([self.maps.id])[self.maps.id]

    def at_layers(self, layers: Sequence[str]) -> dict[str, tuple[Tensor, Tensor]]:
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
            answer = self._ask(batch, with_respect_to=(INPUT,), abreast=self.pace.abreast)
            return answer.gradients[INPUT]

        return self._by_batches(gradients_of, tensors, total)

    def scores(self, tensors: Iterable[Tensor], total: int, *, likely: bool = False) -> Numbers:
        """The target's score for each of `total` inputs (C, H, W), (total,).

        With `likely` a class's probability takes the place of its logit, and the probability that it beats the other
        the place of the difference of two: what the methods and measures take that add scores up.
        """
        return np.fromiter(self.scored(tensors, total, likely=likely), np.float64, total)

    def scored(self, tensors: Iterable[Tensor], total: int, *, likely: bool = False) -> Iterator[float]:
        """As `scores`, one after the other: no more inputs are held than the runs under way take."""
        return self._by_batches(lambda batch: self._scores_of(batch, likely), tensors, total)

    def scores_from_layer(self, outputs: Iterable[Tensor], total: int) -> Numbers:
        """The target's score where the layer's output is replaced by each of `total` others, (C, h, w); (total,)."""
        network, goal = self.network, self.network.layer(self.goal).output
        end = subgraph_from(network.model, network.graph.input.name, self.maps.output, (goal,))
        beside: Mapping[str, Tensor] = {}
        if end.side_inputs:
            whole = network.open(expose_outputs(network.model, end.side_inputs))
            beside = whole.run({network.graph.input.name: self.tensor[np.newaxis]}, self.stop)
        session = network.open(end.model, concurrent_runs=self.pace.abreast)

        def scores_of(batch: Tensor) -> Numbers:
            feeds = {name: np.repeat(value, len(batch), axis=0) for name, value in beside.items()}
            answer = session.run({end.start: batch, **feeds}, self.stop)[goal]
            return score_of(answer, self.target, likely=False)

        return np.fromiter(self._by_batches(scores_of, outputs, total), np.float64, total)

    def score(self, *, likely: bool = False) -> float:
        """The target's score for the picture itself."""
        return float(self._scores_of(self.tensor[np.newaxis], likely)[0])

    def _scores_of(self, batch: Tensor, likely: bool) -> Numbers:
        answer = self._ask(batch, keep=(self.goal,), abreast=self.pace.abreast).outputs[self.goal]
        return score_of(answer, self.target, likely=likely)

    def _by_batches(
        self, work: Callable[[Tensor], npt.NDArray[Any]], tensors: Iterable[Tensor], total: int
    ) -> Iterator[Any]:
        """What `work` makes of each of `total` inputs, of which it takes a batch at a time."""
        done, pace = 0, self.pace
        self.progress(done, total)
        for found in in_order(work, batched(tensors, pace.sizes(total)), pace.abreast):
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
    ) -> Answer:
        return self.run.gradients(
            tensors, self.target, with_respect_to=with_respect_to, keep=keep, relu=relu, stop=self.stop,
            abreast=abreast,
        )  # fmt: skip


def score_of(outputs: Tensor, target: Target, *, likely: bool) -> Numbers:
    """The target's score, (N,), from the outputs of the layer it belongs to; `likely` as in `Case.scores`.

    Raises:
        NonFinite: the outputs hold NaN or infinity.
    """
    if not np.isfinite(outputs).all():
        raise NonFinite("The network's answer came to NaN or infinity: its numbers run over for this picture.")
    if target.channel_of is not None:
        means: Numbers = outputs[:, target.index].reshape(len(outputs), -1).mean(axis=1, dtype=np.float64)
        return means
    values = outputs.reshape(len(outputs), -1).astype(np.float64)
    if target.against is None and likely:
        return softmax(values)[:, target.index]
    if target.against is None:
        return values[:, target.index]
    difference: Numbers = values[:, target.index] - values[:, target.against]
    return (1 + np.tanh(difference / 2)) / 2 if likely else difference
