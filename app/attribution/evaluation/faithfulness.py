"""How far to believe a map: what the network says when the pixels it points at are taken away, or are all there is.

Deletion and insertion as in V. Petsiuk, A. Das, K. Saenko, "RISE: Randomized Input Sampling for Explanation of
Black-box Models", BMVC 2018, section 4.1, held against random maps that are just as smooth.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.attribution.evaluation.random_maps import blur, random_map, smoothness
from app.attribution.task import AttributionTask, Scores
from app.nets.network import Network
from app.nets.runtime import Tensor

STEPS, FEW_STEPS = 12, 8
RANDOM_MAPS, FEW_RANDOM_MAPS = 6, 3
HEAVY_MACS = 3_000_000_000  # from here on a curve has few steps and few maps to be held against
BLUR = 1 / 40  # of the view's shorter side: the deviation of the bell that insertion begins under


@dataclass(frozen=True, slots=True)
class Curves:
    """The target's score as the picture goes and as it comes, each (steps + 1,), and the areas under them, 0 to 1.

    `removed[k]` is the score without the best k / steps of the pixels, `shown[k]` with them alone.
    """

    removed: Scores
    shown: Scores

    @property
    def deletion(self) -> float:
        return area(self.removed)

    @property
    def insertion(self) -> float:
        return area(self.shown)


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """A map's curves beside those of random maps of the same smoothness, `deviation` pixels.

    `better_than` is the share of them whose insertion area less deletion area is smaller than the map's.
    """

    curves: Curves
    random: tuple[Curves, ...]
    deviation: float

    @property
    def better_than(self) -> float:
        gain = self.curves.insertion - self.curves.deletion
        return float(np.mean([gain > each.insertion - each.deletion for each in self.random]))


def faithfulness(task: AttributionTask, values: npt.NDArray[np.float32]) -> Faithfulness:
    """Measure a map (H, W) of the view.

    A heavy network gets shorter curves and fewer random maps, by its multiply-accumulates alone, so that the result
    is the same on every machine.
    """
    steps, count = step_counts(task.network)
    deviation = smoothness(values)
    maps = [values, *(random_map(*task.size, deviation, seed) for seed in range(count))]
    own, *random = measure_curves(task, maps, steps)
    return Faithfulness(own, tuple(random), deviation)


def step_counts(network: Network) -> tuple[int, int]:
    """Steps of a curve and number of random maps that are in proportion for a network."""
    heavy = network.graph.macs >= HEAVY_MACS
    return (FEW_STEPS, FEW_RANDOM_MAPS) if heavy else (STEPS, RANDOM_MAPS)


def measure_curves(task: AttributionTask, maps: list[npt.NDArray[np.float32]], steps: int) -> list[Curves]:
    """The curves of several maps of one picture.

    What is removed becomes the mean colour that the network takes off; what is not shown yet is blurred, which leaves
    no new edges (Petsiuk et al.).
    """
    empty, blurred = np.zeros_like(task.tensor), blurred_tensor(task.tensor)
    orders = [pixel_order(each) for each in maps]

    def inputs() -> Iterator[Tensor]:
        yield from (task.tensor, empty, blurred)
        for order in orders:
            yield from interpolated_inputs(task.tensor, empty, order, steps)
            yield from interpolated_inputs(blurred, task.tensor, order, steps)

    each = steps - 1
    scores = task.scores(inputs(), 3 + 2 * each * len(maps), as_probability=True)
    full, none, vague = scores[:3]
    curves = []
    for removed, shown in scores[3:].reshape(len(maps), 2, each):
        curves.append(Curves(np.array([full, *removed, none]), np.array([vague, *shown, full])))
    return curves


def interpolated_inputs(begin: Tensor, end: Tensor, order: npt.NDArray[np.intp], steps: int) -> Iterator[Tensor]:
    """What lies between two tensors (C, H, W) when 1, 2, ... steps - 1 of `steps` shares of the pixels have changed."""
    current = begin.reshape(len(begin), -1).copy()
    target = end.reshape(len(end), -1)
    for step in range(1, steps):
        chosen = order[len(order) * (step - 1) // steps : len(order) * step // steps]
        current[:, chosen] = target[:, chosen]
        yield current.reshape(begin.shape).copy()


def pixel_order(values: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
    """The pixels of a map from the highest value to the lowest, as places in the flattened map; ties as they lie."""
    return np.argsort(-values, axis=None, kind="stable")


def blurred_tensor(tensor: Tensor) -> Tensor:
    """A tensor (C, H, W) under a wide bell, channel by channel."""
    deviation = BLUR * min(tensor.shape[1:])
    return np.stack([blur(plane.astype(np.float64), deviation) for plane in tensor]).astype(np.float32)


def area(scores: Scores) -> float:
    """The area under scores at equal distances over the width 1, by the trapezoidal rule."""
    return float((scores[1:] + scores[:-1]).mean() / 2)
