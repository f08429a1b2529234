"""The sanity check: does a map change when what the network has learned is destroyed?

J. Adebayo et al., "Sanity Checks for Saliency Maps", NeurIPS 2018, section 3: weights are randomised from the top,
layer by layer. A map that stays the same shows the picture, not what the network knows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from app.attribution.explain import Explanation, explain
from app.attribution.method import Method, Options
from app.attribution.task import AttributionTask
from app.gradients.differentiable import Differentiable
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.random_weights import randomise_weights
from app.nets.reading.counts import is_weighted

MOST_STAGES = 8


@dataclass(frozen=True, slots=True)
class Stage:
    """A map once `count` layers from the top are random, down to `layer`.

    `correlation` is Spearman's rank correlation with the original map, `magnitude_correlation` that of the two maps'
    magnitudes, for a map may keep its places and turn its signs. None where a map is flat.
    """

    count: int
    layer: str
    explanation: Explanation
    correlation: float | None
    magnitude_correlation: float | None


def weighted_layers(network: Network) -> tuple[Layer, ...]:
    """The layers with weights, from the answer down to the picture."""
    layers = [layer for layer in network.graph.layers if is_weighted(layer.op, layer.weights)]
    return tuple(reversed(layers))


def stage_counts(network: Network) -> tuple[int, ...]:
    """How many layers from the top are random at each stage: from one to all, at equal distances, at most eight."""
    total = len(weighted_layers(network))
    stages = np.linspace(1, total, min(MOST_STAGES, total))
    return tuple(sorted({round(float(stage)) for stage in stages}))


def randomised_task(task: AttributionTask, count: int, seed: int = 0) -> AttributionTask:
    """The same question put to the network with the top `count` layers with weights random; the target stays."""
    network = randomise_weights(task.network, weighted_layers(task.network)[:count], seed)
    layer = None if task.layer is None else network.layer(task.layer.id)
    return replace(task, network=network, run=Differentiable(network), layer=layer)


def cascade(task: AttributionTask, method: Method, options: Options, original: Explanation) -> Iterator[Stage]:
    """The method's map at every stage, held against the original one. Progress is told in equal parts of the stages."""
    layers, counts = weighted_layers(task.network), stage_counts(task.network)
    for place, count in enumerate(counts):
        task.stop.check()
        task.progress(place, len(counts))
        found = explain(_in_stage(randomised_task(task, count), place, len(counts)), method, options)
        yield Stage(
            count,
            layers[count - 1].id,
            found,
            rank_correlation(original.values, found.values),
            rank_correlation(np.abs(original.values), np.abs(found.values)),
        )


def _in_stage(task: AttributionTask, place: int, stages: int) -> AttributionTask:
    """The task, whose progress is that of one of so many stages."""
    return replace(task, progress=lambda done, total: task.progress(place * total + done, stages * total))


def rank_correlation(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float | None:
    """Spearman's rank correlation of two arrays of one shape; equal values share their mean rank."""
    first, second = ranks(one), ranks(other)
    first -= first.mean()
    second -= second.mean()
    spread = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / spread if spread else None


def ranks(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """The rank of every value, flattened, from 0; equal ones share their mean rank."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    shared: npt.NDArray[np.float64] = (last - (counts + 1) / 2)[place.reshape(-1)]
    return shared
