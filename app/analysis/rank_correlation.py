"""Spearman's rank correlation of two arrays."""

import numpy as np
import numpy.typing as npt

FloatValues = npt.NDArray[np.floating]


def rank_correlation(one: FloatValues, other: FloatValues) -> float | None:
    """Spearman's rank correlation of two arrays of one shape; None if one is constant. Ties share their mean rank."""
    first, second = ranks(one), ranks(other)
    first -= first.mean()
    second -= second.mean()
    norm = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / norm if norm else None


def ranks(values: FloatValues) -> npt.NDArray[np.float64]:
    """The rank of every value, flattened, from 0; ties share their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    shared: npt.NDArray[np.float64] = (last - (counts + 1) / 2)[inverse.reshape(-1)]
    return shared
