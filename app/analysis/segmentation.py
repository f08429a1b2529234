"""Masks: the class that a network gives to every place, and how much of the view each class covers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.nets.graph_outputs.output import GraphOutput
from app.nets.head import sigmoid

NO_CLASS = -1
MASK_THRESHOLD = 0.5
MAX_CLASSES = 1000  # that a summary lists


@dataclass(frozen=True, slots=True)
class MaskClass:
    """A class and the share of the places that it has, 0 to 1."""

    index: int
    share: float


@dataclass(frozen=True, slots=True)
class MaskSummary:
    """The classes of a mask of `height` x `width` places, the largest first, at most MAX_CLASSES.

    `uncovered` is the share of places without a class: those below `threshold`, None where every place has one.
    """

    height: int
    width: int
    classes: tuple[MaskClass, ...]
    uncovered: float
    threshold: float | None


def has_threshold(output: GraphOutput) -> bool:
    """Whether a mask gives probabilities by themselves, so that a place may have no class."""
    return output.sign == "sigmoid" or output.classes == 1


def mask_of(output: GraphOutput, values: NDArray[np.float32], threshold: float) -> NDArray[np.intp]:
    """The class at every place, (h, w); NO_CLASS where no probability reaches the threshold.

    `values` are the output's maps, (C, h, w); if it gives the classes themselves, any axes of one place with (h, w).
    """
    if output.sign == "argmax":
        return np.rint(values).astype(np.intp).squeeze()
    classes: NDArray[np.intp] = values.argmax(axis=0)
    if not has_threshold(output):
        return classes
    best = values.max(axis=0)
    if values.min() < 0 or values.max() > 1:
        best = sigmoid(best)
    return np.where(best >= threshold, classes, NO_CLASS)


def summarise_mask(output: GraphOutput, mask: NDArray[np.intp], threshold: float) -> MaskSummary:
    """The classes of a mask and what each covers."""
    indices, counts = np.unique(mask, return_counts=True)
    shares = {int(index): float(count) / mask.size for index, count in zip(indices, counts, strict=True)}
    uncovered = shares.pop(NO_CLASS, 0.0)
    largest = sorted((MaskClass(index, share) for index, share in shares.items()), key=lambda each: -each.share)
    limit = threshold if has_threshold(output) else None
    height, width = mask.shape
    return MaskSummary(height, width, tuple(largest[:MAX_CLASSES]), uncovered, limit)
