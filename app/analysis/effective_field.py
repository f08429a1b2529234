"""The part of its receptive field that a cell really depends on, for one picture."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.nets.layer import Box

LEFT_OUT: Final = 0.025  # of the whole, at each side of an axis


@dataclass(frozen=True, slots=True, eq=False)
class EffectiveReceptiveField:
    """How strongly each pixel of the view moves a cell's value, (H, W) float32, and the `box` where most of that is.

    Along each axis the box leaves out at most 2.5 % of the sum at either end; it is None where no pixel moves the cell.
    """

    values: NDArray[np.float32]
    box: Box | None


def effective_receptive_field(gradient: NDArray[np.float32]) -> EffectiveReceptiveField:
    """The effective receptive field from the gradient of a cell with respect to what the network was fed, (C, H, W).

    A pixel's strength is the sum of the magnitudes over its channels. W. Luo, Y. Li, R. Urtasun, R. Zemel,
    "Understanding the Effective Receptive Field in Deep Convolutional Neural Networks", NeurIPS 2016; there the mean
    over random pictures, here of this picture.
    """
    values = np.abs(gradient).sum(axis=0)
    if not values.any():
        return EffectiveReceptiveField(values, None)
    (top, bottom), (left, right) = _middle(values.sum(axis=1)), _middle(values.sum(axis=0))
    return EffectiveReceptiveField(values, Box(top, left, bottom, right))


def _middle(strengths: NDArray[np.float32]) -> tuple[int, int]:
    """The first place of an axis that is not left out, and the first one after them."""
    shares = np.cumsum(strengths, dtype=np.float64) / strengths.sum(dtype=np.float64)
    behind = np.cumsum(strengths[::-1], dtype=np.float64) / strengths.sum(dtype=np.float64)
    first = int(np.argmax(shares > LEFT_OUT))
    return first, len(strengths) - int(np.argmax(behind > LEFT_OUT))
