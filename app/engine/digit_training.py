"""Training of a small classifier on drawn digits: any number of steps from a seed, each run kept for the next ones."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from app.engine.results import Key, Results
from app.gradients.small_networks import initial_weights, shapes_of, small_classifier
from app.gradients.trainable import LearnedWeights, Trainable, mean_loss
from app.images.drawn_digits import SIDE, DrawnDigits, draw_digits
from app.nets.runtime import Runtime
from app.nets.session import Tensor
from app.work.job import JobHandle
from app.work.stop import Stop

FILTERS, CLASSES = 4, 10
TRAINED, TESTED, BATCH = 500, 200, 32  # digits
MAX_STEPS = 300


class LearningPoint(NamedTuple):
    """After some steps: the loss and the accuracy for the digits that are not trained on."""

    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRun:
    """A run of some steps; `points` are before the first and after each, fewer where the numbers overflowed.

    Attributes:
        parameters: the weights by name; `first` are those before the first step.
        digits: images (10, 1, 14, 14), one of each class, that are not trained on.
        probabilities: of each class for each of these digits.
    """

    points: tuple[LearningPoint, ...]
    parameters: LearnedWeights
    first: LearnedWeights
    digits: DrawnDigits
    probabilities: Tensor

    @property
    def steps(self) -> int:
        return len(self.points) - 1

    @property
    def weights(self) -> int:
        """How many numbers are learned."""
        return sum(values.size for values in self.parameters.values())


@dataclass(frozen=True, slots=True)
class TrainingKey(Key[TrainingRun]):
    """All that a run depends on."""

    rate: float
    seed: int
    steps: int


class DigitTraining:
    """Trains the classifier by gradient descent on batches of 32 digits. A longer run goes on from a shorter one."""

    def __init__(self, runtime: Runtime, results: Results) -> None:
        self._runtime = runtime
        self._results = results

    def run(self, key: TrainingKey) -> JobHandle[TrainingRun]:
        """The run of these steps, at most `MAX_STEPS`."""
        return self._results.compute(key, lambda stop: self._train(key, stop), self._results.runs)

    @cached_property
    def _trainable(self) -> Trainable:
        return Trainable(small_classifier(SIDE, FILTERS, CLASSES), self._runtime)

    @cached_property
    def _trained(self) -> DrawnDigits:
        return draw_digits(TRAINED // CLASSES, seed=1)

    @cached_property
    def _tested(self) -> DrawnDigits:
        return draw_digits(TESTED // CLASSES, seed=2)

    def _train(self, key: TrainingKey, stop: Stop) -> TrainingRun:
        first = initial_weights(shapes_of(small_classifier(SIDE, FILTERS, CLASSES)), key.seed)
        points, parameters = self._longest_known(key, first, stop)
        while len(points) <= min(key.steps, MAX_STEPS) and np.isfinite(points[-1].loss):
            batch = np.random.default_rng((key.seed, len(points))).choice(TRAINED, BATCH, replace=False)
            loss = self._trainable.batch_loss(
                parameters, self._trained.images[batch], self._trained.labels[batch], stop
            )
            with np.errstate(over="ignore", invalid="ignore"):
                parameters = {
                    name: values - np.float32(key.rate) * loss.gradients[name] for name, values in parameters.items()
                }
            points.append(self._point(parameters, stop))
        examples = DrawnDigits(self._tested.images[:CLASSES], self._tested.labels[:CLASSES])
        with np.errstate(under="ignore"):
            probabilities = np.exp(self._trainable.log_probabilities(parameters, examples.images, stop))
        return TrainingRun(tuple(points), parameters, first, examples, probabilities)

    def _longest_known(
        self, key: TrainingKey, first: LearnedWeights, stop: Stop
    ) -> tuple[list[LearningPoint], LearnedWeights]:
        """What a kept run with fewer steps has come to, or else the beginning."""
        for steps in reversed(range(key.steps)):
            known = self._results.peek(TrainingKey(key.rate, key.seed, steps))
            if known is not None:
                return list(known.points), known.parameters
        return [self._point(first, stop)], first

    def _point(self, parameters: LearnedWeights, stop: Stop) -> LearningPoint:
        logarithms = self._trainable.log_probabilities(parameters, self._tested.images, stop)
        accuracy = float(np.mean(logarithms.argmax(axis=1) == self._tested.labels))
        return LearningPoint(mean_loss(logarithms, self._tested.labels), accuracy)
