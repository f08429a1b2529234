"""Two runs layer by layer: how far the outputs are from each other, and from which depth on they are about the same."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.analysis.rank_correlation import rank_correlation
from app.experiments.comparison.difference import Distance, distance_of

ALIKE = 0.95  # the cosine from which on two outputs count as about the same


@dataclass(frozen=True, slots=True)
class LayerDistance:
    """How far a layer's output is from that of the reference.

    `rank_correlation` is Spearman's, of the channels by their means; None with fewer than two, or where all are equal.
    """

    layer: str
    distance: Distance
    rank_correlation: float | None


def layer_distance(layer: str, values: NDArray[np.float32], reference: NDArray[np.float32]) -> LayerDistance:
    """How far an output is from the reference, both by channel, (C, H, W) or (N,)."""
    means, other_means = (array.reshape(len(array), -1).mean(axis=1, dtype=np.float64) for array in (values, reference))
    is_finite = np.isfinite(means) & np.isfinite(other_means)
    ranks = rank_correlation(means[is_finite], other_means[is_finite]) if is_finite.sum() > 1 else None
    return LayerDistance(layer, distance_of(values, reference), ranks)


def alike_from(distances: Sequence[LayerDistance]) -> str | None:
    """The first layer from which on all outputs are about the same; None if the last one is not."""
    first = None
    for each in reversed(distances):
        if each.distance.cosine is None or each.distance.cosine < ALIKE:
            break
        first = each.layer
    return first


def farthest(distances: Sequence[LayerDistance]) -> str | None:
    """The layer whose output has the smallest cosine with that of the reference."""
    known = [(each.distance.cosine, each.layer) for each in distances if each.distance.cosine is not None]
    return min(known, key=lambda each: each[0])[1] if known else None
