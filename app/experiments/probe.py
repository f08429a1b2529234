"""Probes: how well the means of a layer's maps tell classes apart, by the nearest class mean and a linear classifier.

G. Alain, Y. Bengio, "Understanding intermediate layers using linear classifier probes", 2016. Probes are trained
after the network, which they leave as it is. A channel counts by its mean over the map, in standard deviations.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.nets.graph import Graph
from app.nets.layer import Layer
from app.nets.reading.blocks import find_cuts

Reals = npt.NDArray[np.float64]
ClassIndices = npt.NDArray[np.int64]

# Operators of which a layer has the channels of the one before, each number by itself or with its neighbours.
ELEMENTWISE = {"BatchNormalization", "Clip", "Elu", "HardSwish", "LRN", "LeakyRelu", "PRelu", "Relu", "Sigmoid", "Tanh"}
PASSING = {"AveragePool", "Dropout", "Flatten", "GlobalAveragePool", "Identity", "MaxPool", "Reshape", "Softmax"}
DEFAULT_STRONGEST, MAX_STRONGEST = 10, 64  # channels of a class
PENALTIES = (0.003, 0.03, 0.3, 3.0)  # of the weights, in mean squares of a channel


@dataclass(frozen=True, slots=True)
class LayerProbe:
    """The two classifiers of a layer with C channels, and the share of held-out images that each has right.

    `mean` and `deviation`, (C,), standardise the pooled maps of the training images. `class_means`, (classes, C), are
    the means of each class after that; `weights` and `bias` are the linear classifier of what is standardised.
    """

    mean: Reals
    deviation: Reals
    class_means: Reals
    weights: Reals
    bias: Reals
    linear_accuracy: float = 0.0
    nearest_accuracy: float = 0.0

    def standardise(self, pooled: Reals) -> Reals:
        """Pooled maps, (..., C), in units of each channel's standard deviation."""
        return (pooled - self.mean) / self.deviation

    def linear_scores(self, pooled: Reals) -> Reals:
        """The linear classifier's score of each class, (..., classes); the highest is its answer."""
        scores: Reals = self.standardise(pooled) @ self.weights.T + self.bias
        return scores

    def distances(self, pooled: Reals) -> Reals:
        """The distance from each class mean, (..., classes); the nearest is the answer."""
        apart = self.standardise(pooled)[..., np.newaxis, :] - self.class_means
        distances: Reals = np.sqrt((apart**2).sum(axis=-1))
        return distances


@dataclass(frozen=True, slots=True)
class ProbeReading:
    """What the probe of a layer answers for a picture: the class of the linear classifier, and the nearest mean."""

    layer: str
    linear: int
    nearest: int

    @classmethod
    def of(cls, layer: Layer, probe: LayerProbe, output: npt.NDArray[np.float32]) -> "ProbeReading":
        row = pooled(layer, output)
        return cls(layer.id, int(probe.linear_scores(row).argmax()), int(probe.distances(row).argmin()))


def probe_layers(graph: Graph) -> tuple[Layer, ...]:
    """The layers that get a probe: those that every path goes through, after their activation, one for each block.

    Pooling and what only reorders numbers have none: their channels are those of the layer before.
    """
    until = graph.layers.index(graph.logits) + 1
    chosen: list[Layer] = []
    for layer, is_cut in zip(graph.layers[:until], find_cuts(graph.layers)[:until], strict=True):
        if not is_cut or layer.op in PASSING:
            continue
        same_block = bool(chosen) and layer.block is not None and layer.block == chosen[-1].block
        if chosen and (layer.op in ELEMENTWISE or same_block):
            chosen.pop()
        chosen.append(layer)
    return tuple(chosen)


def pooled(layer: Layer, output: npt.NDArray[np.float32]) -> Reals:
    """The mean of each map of a layer's output, (C,); a vector stays as it is."""
    maps = layer.maps_of(output)
    means: Reals = maps.reshape(len(maps), -1).mean(axis=1, dtype=np.float64)
    return means


def fit_probe(pooled_maps: Reals, labels: ClassIndices, classes: int) -> LayerProbe:
    """The probe of a layer for training images: pooled maps, (N, C), and the class of each.

    The linear classifier is ridge regression on one-hot labels; every fifth image, or the last of fewer, chooses its
    penalty, and takes part in the fit afterwards.
    """
    is_choosing = np.arange(len(labels)) % 5 == min(4, len(labels) - 1)
    rest = ~is_choosing
    trials = _fit(pooled_maps[rest], labels[rest], classes, PENALTIES)
    rights = [accuracy(each.linear_scores(pooled_maps[is_choosing]), labels[is_choosing]) for each in trials]
    (probe,) = _fit(pooled_maps, labels, classes, [PENALTIES[int(np.argmax(rights))]])
    return probe


def accuracy(scores: Reals, labels: ClassIndices) -> float:
    """The share of rows whose highest score is that of their label."""
    return float((scores.argmax(axis=1) == labels).mean())


def _fit(pooled_maps: Reals, labels: ClassIndices, classes: int, penalties: Sequence[float]) -> list[LayerProbe]:
    """A probe for each penalty."""
    mean, deviation = pooled_maps.mean(axis=0), pooled_maps.std(axis=0)
    deviation = np.where(deviation > 0, deviation, 1.0)
    rows = (pooled_maps - mean) / deviation
    wanted = np.eye(classes)[labels]
    bias = wanted.mean(axis=0)
    means = class_means(rows, labels, classes)
    weights = _ridge(rows, wanted - bias, [len(rows) * penalty for penalty in penalties])
    return [LayerProbe(mean, deviation, means, each, bias) for each in weights]


def _ridge(rows: Reals, wanted: Reals, penalties: Sequence[float]) -> list[Reals]:
    """The weights, (classes, C), with the least squared error and a penalty times their own squares, for each one."""
    count, channels = rows.shape
    if count < channels:  # the same weights as sums of rows: a smaller system
        system, right, after = rows @ rows.T, wanted, rows
    else:
        system, right, after = rows.T @ rows, rows.T @ wanted, np.eye(channels)
    unit = np.eye(len(system))
    return [np.asarray(np.linalg.solve(system + each * unit, right).T @ after, np.float64) for each in penalties]


def class_means(rows: Reals, labels: ClassIndices, classes: int) -> Reals:
    """The mean row of each class, (classes, C); zero for a class without a row."""
    return np.stack(
        [
            rows[labels == each].mean(axis=0) if (labels == each).any() else np.zeros(rows.shape[1])
            for each in range(classes)
        ]
    )


def shared_channels(means: Reals, one: int, other: int, count: int) -> "SharedChannels":
    """The `count` channels that are highest for each of two classes, by their class means, and those in both lists."""
    first, second = (strongest(means[each], count) for each in (one, other))
    both = tuple(channel for channel in first if channel in set(second))
    return SharedChannels(first, second, both, len(both) / len({*first, *second}))


@dataclass(frozen=True, slots=True)
class SharedChannels:
    """The strongest channels of two classes, those of `both`, and the Jaccard index: shared ones among all of them."""

    one: tuple[int, ...]
    other: tuple[int, ...]
    both: tuple[int, ...]
    jaccard: float


def strongest(means: Reals, count: int) -> tuple[int, ...]:
    """The channels with the highest numbers, highest first; the lower index first among equal ones."""
    return tuple(np.argsort(-means, kind="stable")[:count].tolist())


def jaccard_matrix(means: Reals, count: int) -> Reals:
    """The Jaccard index of the strongest channels of every two classes, (classes, classes); 1 on the diagonal."""
    sets: Sequence[set[int]] = [set(strongest(row, count)) for row in means]
    return np.array([[len(one & other) / len(one | other) for other in sets] for one in sets])
