"""The calibration curve: how often a prediction is right, by how confident the network is of it (Guo et al. 2017)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.nets.card import ReliabilityBin

BINS = 15  # as in the cards of networks


@dataclass(frozen=True, slots=True)
class CalibrationCurve:
    """Bins of equal width, without empty ones, and the expected calibration error in percentage points."""

    bins: tuple[ReliabilityBin, ...]
    error: float


def calibration_curve(confidences: Sequence[float], are_right: Sequence[bool]) -> CalibrationCurve:
    """The curve of some predictions: the probability of each best class, 0 to 1, and whether it is right."""
    confidence, right = np.asarray(confidences, np.float64), np.asarray(are_right, bool)
    numbers = np.minimum((confidence * BINS).astype(int), BINS - 1)
    bins = tuple(
        ReliabilityBin(
            images=int(chosen.sum()),
            confidence=min(100.0, 100 * float(confidence[chosen].mean())),
            accuracy=100 * float(right[chosen].mean()),
        )
        for number in range(BINS)
        if (chosen := numbers == number).any()
    )
    distance = sum(each.images * abs(each.confidence - each.accuracy) for each in bins)
    return CalibrationCurve(bins, distance / len(confidence))
