"""The sanity check: does a map change when the network's weights are replaced by random ones?

J. Adebayo et al., "Sanity Checks for Saliency Maps", NeurIPS 2018, section 3: weights are randomised from the last
layer down, layer by layer. A map that stays the same depends on the picture alone, not on what the network learned.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from app.analysis.rank_correlation import rank_correlation
from app.attribution.explain import Explanation, explain
from app.attribution.method import Method, Options
from app.attribution.task import AttributionTask
from app.gradients.differentiable import Differentiable
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.random_weights import randomise_weights
from app.nets.reading.counts import is_weighted

MAX_STAGES = 8


@dataclass(frozen=True, slots=True)
class Stage:
    """The map when `count` layers have random weights, from the last one down to `layer`.

    `correlation` is Spearman's rank correlation with the original map, `magnitude_correlation` that of the magnitudes,
    since a map may flip its signs and keep its structure. None where a map is constant.
    """

    count: int
    layer: str
    explanation: Explanation
    correlation: float | None
    magnitude_correlation: float | None


def weighted_layers(network: Network) -> tuple[Layer, ...]:
    """The layers with weights, from the last one down to the input."""
    layers = [layer for layer in network.graph.layers if is_weighted(layer.op, layer.weights)]
    return tuple(reversed(layers))


def stage_counts(network: Network) -> tuple[int, ...]:
    """How many layers are random at each stage: from one to all, equally spaced, at most eight stages."""
    total = len(weighted_layers(network))
    stages = np.linspace(1, total, min(MAX_STAGES, total))
    return tuple(sorted({round(float(stage)) for stage in stages}))


def randomised_task(task: AttributionTask, count: int, seed: int = 0) -> AttributionTask:
    """The same task for the network with random weights in its last `count` layers with weights; the target stays."""
    network = randomise_weights(task.network, weighted_layers(task.network)[:count], seed)
    layer = None if task.layer is None else network.layer(task.layer.id)
    return replace(task, network=network, differentiable=Differentiable(network), layer=layer)


def cascade(task: AttributionTask, method: Method, options: Options, original: Explanation) -> Iterator[Stage]:
    """The method's map at every stage, compared with the original. Every stage has an equal part of the progress."""
    layers, counts = weighted_layers(task.network), stage_counts(task.network)
    for index, count in enumerate(counts):
        task.stop.check()
        task.progress(index, len(counts))
        stage_task = _with_stage_progress(randomised_task(task, count), index, len(counts))
        explanation = explain(stage_task, method, options)
        yield Stage(
            count,
            layers[count - 1].id,
            explanation,
            rank_correlation(original.values, explanation.values),
            rank_correlation(np.abs(original.values), np.abs(explanation.values)),
        )


def _with_stage_progress(task: AttributionTask, index: int, stages: int) -> AttributionTask:
    """The task with its progress as one of `stages` equal parts."""
    return replace(task, progress=lambda done, total: task.progress(index * total + done, stages * total))
