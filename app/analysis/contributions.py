"""The contribution of each input channel of a convolution to one of its output channels, for one input."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.nets.session import Tensor
from app.nets.window import read_window

BLOCK_CELLS: Final = 1_048_576  # cells of the partial maps in memory at a time


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """One entry per plane of a filter, (K,), in the order of the planes.

    A convolution's map is its bias plus one partial map per plane: the plane convolved with its input channel alone.
    `inputs` (int64) are the input channels; `mean_abs` and `mean` (float64) are over all cells of each partial map. The
    means of all planes and the bias add up to the mean of the channel's map.
    """

    inputs: NDArray[np.int64]
    mean_abs: NDArray[np.float64]
    mean: NDArray[np.float64]

    @property
    def order(self) -> NDArray[np.intp]:
        """The planes by falling mean magnitude, ties by index."""
        return np.argsort(-self.mean_abs, kind="stable")


def contributions(
    inputs: Tensor, kernels: Tensor, number: int, attributes: Mapping[str, Any], output_size: tuple[int, int]
) -> Contributions:
    """The contribution of each input channel to output channel `number` of a convolution.

    Args:
        inputs: the convolution's input (C_in, H, W).
        kernels: its weights (C_out, C_in / groups, kH, kW).
        attributes: its ONNX attributes: group, strides, pads, auto_pad, dilations.
        output_size: (height, width) of its output.
    """
    filters, planes = kernels.shape[:2]
    group = number // (filters // int(attributes.get("group", 1)))
    channels = np.arange(group * planes, (group + 1) * planes)
    mean_abs, mean = np.empty(planes), np.empty(planes)
    block_planes = max(1, BLOCK_CELLS // (output_size[0] * output_size[1]))
    for first in range(0, planes, block_planes):
        block = slice(first, first + block_planes)
        partial = _partial_maps(inputs[channels[block]], kernels[number, block], attributes, output_size)
        mean_abs[block] = np.abs(partial).mean(axis=(1, 2), dtype=np.float64)
        mean[block] = partial.mean(axis=(1, 2), dtype=np.float64)
    return Contributions(channels, mean_abs, mean)


def _partial_maps(
    inputs: Tensor, planes: Tensor, attributes: Mapping[str, Any], output_size: tuple[int, int]
) -> Tensor:
    """Each input channel (K, H, W) convolved with its plane (K, kH, kW): (K, *output_size)."""
    window = read_window(attributes, planes.shape[1:], inputs.shape[1:], output_size)
    padded = inputs
    for axis, (begin, span) in enumerate(zip(window.pads_begin, window.span(output_size), strict=True), 1):
        padded = _pad(padded, axis, begin, span)
    (dilation_y, dilation_x), (stride_y, stride_x) = window.dilations, window.strides
    sums = np.zeros((len(inputs), *output_size), np.float32)
    for row, column in np.ndindex(planes.shape[1:]):
        read = padded[:, row * dilation_y :: stride_y, column * dilation_x :: stride_x][
            :, : output_size[0], : output_size[1]
        ]
        sums += planes[:, row, column, None, None] * read
    return sums


def _pad(values: Tensor, axis: int, begin: int, length: int) -> Tensor:
    """`values` with `begin` zeros at the beginning of an axis, and at its end as many as make it `length` long."""
    end = max(0, length - begin - values.shape[axis])
    if not begin and not end:
        return values
    return np.pad(values, [(begin, end) if each == axis else (0, 0) for each in range(values.ndim)])
