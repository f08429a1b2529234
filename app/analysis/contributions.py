"""How much each input channel of a convolution had to do with one of its output channels, for one picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.nets.window import read_window

BLOCK_CELLS: Final = 1_048_576  # cells of the partial maps that are held at a time
Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """One entry per plane of a filter, (K,), in the order of the planes.

    A convolution's map is its bias plus one partial map per plane: what the plane makes of its input channel alone.
    `inputs` (int64) are the input channels; `mean_abs` and `mean` (float64) are over all cells of each partial map.
    The `mean` of all planes and the bias add up to the mean of the channel's map.
    """

    inputs: NDArray[np.int64]
    mean_abs: NDArray[np.float64]
    mean: NDArray[np.float64]

    @property
    def order(self) -> NDArray[np.intp]:
        """The planes, those with the greatest mean magnitude first; equal ones by number."""
        return np.argsort(-self.mean_abs, kind="stable")


def contributions(
    fed: Values, kernels: Values, number: int, attributes: Mapping[str, Any], after: tuple[int, int]
) -> Contributions:
    """What each input channel gives to channel `number` of a convolution.

    Args:
        fed: the convolution's input (C_in, H, W).
        kernels: its weights (C_out, C_in / groups, kH, kW).
        attributes: its ONNX attributes: group, strides, pads, auto_pad, dilations.
        after: height and width of its output.
    """
    filters, planes = kernels.shape[:2]
    group = number // (filters // int(attributes.get("group", 1)))
    inputs = np.arange(group * planes, (group + 1) * planes)
    mean_abs, mean = np.empty(planes), np.empty(planes)
    together = max(1, BLOCK_CELLS // (after[0] * after[1]))
    for first in range(0, planes, together):
        block = slice(first, first + together)
        partial = _partial_maps(fed[inputs[block]], kernels[number, block], attributes, after)
        mean_abs[block] = np.abs(partial).mean(axis=(1, 2), dtype=np.float64)
        mean[block] = partial.mean(axis=(1, 2), dtype=np.float64)
    return Contributions(inputs, mean_abs, mean)


def _partial_maps(fed: Values, planes: Values, attributes: Mapping[str, Any], after: tuple[int, int]) -> Values:
    """Each input channel (K, H, W) convolved with its plane (K, kH, kW) alone: (K, *after)."""
    window = read_window(attributes, planes.shape[1:], fed.shape[1:], after)
    padded = fed
    for axis, (begin, span) in enumerate(zip(window.pads_begin, window.span(after), strict=True), 1):
        padded = _pad(padded, axis, begin, span)
    (dilation_y, dilation_x), (stride_y, stride_x) = window.dilations, window.strides
    sums = np.zeros((len(fed), *after), np.float32)
    for row, column in np.ndindex(planes.shape[1:]):
        read = padded[:, row * dilation_y :: stride_y, column * dilation_x :: stride_x][:, : after[0], : after[1]]
        sums += planes[:, row, column, None, None] * read
    return sums


def _pad(values: Values, axis: int, begin: int, length: int) -> Values:
    """`values` with `begin` zeros at the beginning of an axis, and at its end as many as make it `length` long."""
    end = max(0, length - begin - values.shape[axis])
    if not begin and not end:
        return values
    return np.pad(values, [(begin, end) if each == axis else (0, 0) for each in range(values.ndim)])
