"""What a method is given: one picture, one network, one question, and the ways to ask the network."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from app.attribution.target import Target
from app.errors import NonFinite
from app.gradients.call import Relu
from app.gradients.differentiable import Answer, Differentiable
from app.nets.layer import INPUT, Layer
from app.nets.network import Network
from app.nets.runner import Stop
from app.nets.runtime import Tensor
from app.nets.tail import tail
from app.nets.tapping import tapped

Numbers = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]
# Measured on two cores: a picture takes 5 to 60 per cent longer in a batch whose activations outgrow the caches.
BATCH_BYTES = 16_000_000  # of activations in one run
MOST_IN_BATCH = 16


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
        for batch in self._batches(tensors, total):
            yield from self._ask(batch, with_respect_to=(INPUT,)).gradients[INPUT]

    def scores(self, tensors: Iterable[Tensor], total: int, *, likely: bool = False) -> Numbers:
        """The target's score for each of `total` inputs (C, H, W), (total,).

        With `likely` a class's probability takes the place of its logit, and the probability that it beats the other
        the place of the difference of two: what the methods and measures take that add scores up.
        """
        return np.fromiter(self.scored(tensors, total, likely=likely), np.float64, total)

    def scored(self, tensors: Iterable[Tensor], total: int, *, likely: bool = False) -> Iterator[float]:
        """As `scores`, one after the other: no more inputs are held than one run takes."""
        for batch in self._batches(tensors, total):
            yield from self._scores_of(batch, likely).tolist()

    def scores_from_layer(self, outputs: Iterable[Tensor], total: int) -> Numbers:
        """The target's score where the layer's output is replaced by each of `total` others, (C, h, w); (total,)."""
        network, goal = self.network, self.network.layer(self.goal).output
        end = tail(network.model, network.graph.input.name, self.maps.output, (goal,))
        beside: Mapping[str, Tensor] = {}
        if end.beside:
            whole = network.open(tapped(network.model, end.beside))
            beside = whole.run({network.graph.input.name: self.tensor[np.newaxis]}, self.stop)
        session = network.open(end.model)

        def scored() -> Iterator[float]:
            for batch in self._batches(outputs, total):
                feeds = {name: np.repeat(value, len(batch), axis=0) for name, value in beside.items()}
                answer = session.run({end.begin: batch, **feeds}, self.stop)[goal]
                yield from score_of(answer, self.target, likely=False).tolist()

        return np.fromiter(scored(), np.float64, total)

    def score(self, *, likely: bool = False) -> float:
        """The target's score for the picture itself."""
        return float(self._scores_of(self.tensor[np.newaxis], likely)[0])

    def _scores_of(self, batch: Tensor, likely: bool) -> Numbers:
        answer = self._ask(batch, keep=(self.goal,)).outputs[self.goal]
        return score_of(answer, self.target, likely=likely)

    def _batches(self, tensors: Iterable[Tensor], total: int) -> Iterator[Tensor]:
        done, following = 0, iter(tensors)
        while some := list(islice(following, batch_size(self.network))):
            self.progress(done, total)
            yield np.stack(some)
            done += len(some)
        self.progress(done, total)

    def _ask(
        self,
        tensors: Tensor,
        with_respect_to: tuple[str, ...] = (),
        keep: tuple[str, ...] = (),
        relu: Relu = "exact",
    ) -> Answer:
        return self.run.gradients(
            tensors, self.target, with_respect_to=with_respect_to, keep=keep, relu=relu, stop=self.stop
        )


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
        powers = np.exp(values - values.max(axis=1, keepdims=True))
        chances: Numbers = powers[:, target.index] / powers.sum(axis=1)
        return chances
    if target.against is None:
        return values[:, target.index]
    difference: Numbers = values[:, target.index] - values[:, target.against]
    return (1 + np.tanh(difference / 2)) / 2 if likely else difference


def batch_size(network: Network) -> int:
    """How many pictures one run takes: as many as are no slower together than one by one."""
    return int(np.clip(BATCH_BYTES // max(1, network.graph.activation_bytes), 1, MOST_IN_BATCH))
