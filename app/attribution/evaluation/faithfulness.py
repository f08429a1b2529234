"""Faithfulness of a map: the score as its top pixels are removed from the input, or added to a blurred one.

Deletion and insertion as in V. Petsiuk, A. Das, K. Saenko, "RISE: Randomized Input Sampling for Explanation of
Black-box Models", BMVC 2018, section 4.1, compared with random maps of the same smoothness.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.attribution.evaluation.random_maps import blur, random_map, smoothness
from app.attribution.task import AttributionTask, ScoreArray
from app.nets.network import Network
from app.nets.session import Tensor

STEPS, FEW_STEPS = 12, 8
RANDOM_MAPS, FEW_RANDOM_MAPS = 6, 3
HEAVY_MACS = 3_000_000_000  # from here on curves have fewer steps, and fewer random maps are measured
NEGLIGIBLE = 1e-4  # a probability that pixels can hardly lower any further
ROUNDING = 1e-5  # of the largest score: what float32 leaves of a score that does not change
BLUR = 1 / 40  # of the view's shorter side: standard deviation of the Gaussian that insertion begins with


@dataclass(frozen=True, slots=True)
class Curves:
    """The target's score as pixels are removed and as they are added, each (steps + 1,), and the areas, 0 to 1.

    `deletion_scores[k]` is the score without the top k / steps of the pixels, `insertion_scores[k]` with those alone.
    """

    deletion_scores: ScoreArray
    insertion_scores: ScoreArray

    @property
    def deletion(self) -> float:
        return area(self.deletion_scores)

    @property
    def insertion(self) -> float:
        return area(self.insertion_scores)


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """The curves of a map and of random maps of the same smoothness, `deviation` pixels.

    `better_than` is the share of random maps whose insertion area minus deletion area is smaller than the map's.
    `is_probability` is whether the score is one.
    """

    curves: Curves
    random: tuple[Curves, ...]
    deviation: float
    is_probability: bool

    @property
    def score(self) -> float:
        """The score for the input itself."""
        return float(self.curves.deletion_scores[0])

    @property
    def is_measurable(self) -> bool:
        """Whether the areas say something of the map.

        They do not if the probability is `NEGLIGIBLE`, since removing pixels can hardly lower it, nor if the score is
        the same, up to rounding, whichever pixels are removed or added.
        """
        if self.is_probability and self.score < NEGLIGIBLE:
            return False
        curves = (self.curves, *self.random)
        scores = np.concatenate([each for curve in curves for each in (curve.deletion_scores, curve.insertion_scores)])
        return bool(np.ptp(scores) > ROUNDING * np.abs(scores).max())

    @property
    def better_than(self) -> float:
        gain = self.curves.insertion - self.curves.deletion
        return float(np.mean([gain > each.insertion - each.deletion for each in self.random]))


def faithfulness(task: AttributionTask, values: npt.NDArray[np.float32]) -> Faithfulness:
    """Measure the faithfulness of a map (H, W) of the view.

    A heavy network gets shorter curves and fewer random maps. That depends on its multiply-accumulates alone, so the
    result is the same on every machine.
    """
    steps, count = step_counts(task.network)
    deviation = smoothness(values)
    maps = [values, *(random_map(*task.size, deviation, seed) for seed in range(count))]
    own, *random = measure_curves(task, maps, steps)
    is_probability = task.target.channel_of is None and task.network.graph.head.kind != "vector"
    return Faithfulness(own, tuple(random), deviation, is_probability)


def step_counts(network: Network) -> tuple[int, int]:
    """The steps of a curve and the number of random maps for a network of this size."""
    heavy = network.graph.macs >= HEAVY_MACS
    return (FEW_STEPS, FEW_RANDOM_MAPS) if heavy else (STEPS, RANDOM_MAPS)


def measure_curves(task: AttributionTask, maps: list[npt.NDArray[np.float32]], steps: int) -> list[Curves]:
    """The curves of several maps of one input.

    Removed pixels get the mean colour that the preprocessing subtracts. Pixels not added yet are blurred, which makes
    no new edges (Petsiuk et al.).
    """
    empty, blurred = np.zeros_like(task.tensor), blurred_tensor(task.tensor)
    orders = [pixel_order(each) for each in maps]

    def inputs() -> Iterator[Tensor]:
        yield from (task.tensor, empty, blurred)
        for order in orders:
            yield from interpolated_inputs(task.tensor, empty, order, steps)
            yield from interpolated_inputs(blurred, task.tensor, order, steps)

    inner = steps - 1
    scores = task.scores(inputs(), 3 + 2 * inner * len(maps), as_probability=True)
    full, none, start = scores[:3]
    curves = []
    for removed, added in scores[3:].reshape(len(maps), 2, inner):
        curves.append(Curves(np.array([full, *removed, none]), np.array([start, *added, full])))
    return curves


def interpolated_inputs(begin: Tensor, end: Tensor, order: npt.NDArray[np.intp], steps: int) -> Iterator[Tensor]:
    """The inputs between two tensors (C, H, W), after 1 to steps - 1 of `steps` equal shares of the pixels changed."""
    current = begin.reshape(len(begin), -1).copy()
    target = end.reshape(len(end), -1)
    for step in range(1, steps):
        chosen = order[len(order) * (step - 1) // steps : len(order) * step // steps]
        current[:, chosen] = target[:, chosen]
        yield current.reshape(begin.shape).copy()


def pixel_order(values: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
    """The indices of a flattened map's pixels from the highest value to the lowest; ties in their own order."""
    return np.argsort(-values, axis=None, kind="stable")


def blurred_tensor(tensor: Tensor) -> Tensor:
    """A tensor (C, H, W) under a wide Gaussian, channel by channel."""
    deviation = BLUR * min(tensor.shape[1:])
    return np.stack([blur(plane.astype(np.float64), deviation) for plane in tensor]).astype(np.float32)


def area(scores: ScoreArray) -> float:
    """The area under equally spaced scores over the width 1, by the trapezoidal rule."""
    return float((scores[1:] + scores[:-1]).mean() / 2)
