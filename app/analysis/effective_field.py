"""The effective receptive field: how strongly a cell depends on each pixel of its receptive field, for one input."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.nets.layer import Box

EXCLUDED: Final = 0.025  # share of the sum, at either end of an axis


@dataclass(frozen=True, slots=True, eq=False)
class EffectiveReceptiveField:
    """The influence of each pixel of the view on a cell, (H, W) float32, and the `box` around most of it.

    Along each axis, at most 2.5 % of the sum is beyond either end of the box; it is None if no pixel has influence.
    """

    values: NDArray[np.float32]
    box: Box | None


def effective_receptive_field(gradient: NDArray[np.float32]) -> EffectiveReceptiveField:
    """The effective receptive field from the gradient (C, H, W) of a cell with respect to the input tensor.

    A pixel's influence is the sum of the magnitudes over its channels. W. Luo, Y. Li, R. Urtasun, R. Zemel,
    "Understanding the Effective Receptive Field in Deep Convolutional Neural Networks", NeurIPS 2016; there the mean
    over random inputs, here for one input.
    """
    values = np.abs(gradient).sum(axis=0)
    if not values.any():
        return EffectiveReceptiveField(values, None)
    (top, bottom), (left, right) = _bounds(values.sum(axis=1)), _bounds(values.sum(axis=0))
    return EffectiveReceptiveField(values, Box(top, left, bottom, right))


def _bounds(influence: NDArray[np.float32]) -> tuple[int, int]:
    """The first index of an axis inside the box, and the last plus one."""
    shares = np.cumsum(influence, dtype=np.float64) / influence.sum(dtype=np.float64)
    reversed_shares = np.cumsum(influence[::-1], dtype=np.float64) / influence.sum(dtype=np.float64)
    first = int(np.argmax(shares > EXCLUDED))
    return first, len(influence) - int(np.argmax(reversed_shares > EXCLUDED))
