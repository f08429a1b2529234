"""A window that slides over maps: convolution, transposed convolution and pooling as ONNX defines them, in float64.

Maps are (channels, rows, columns). A convolution reads the map's cell `position * stride + tap * dilation - padding`
through each tap of its kernel; a transposed convolution writes it. All of them go through the taps one by one, so that
nothing is padded and no patch is copied.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.nets.window import Window

Maps = NDArray[np.float64]
Slices = tuple[slice, slice]


@dataclass(frozen=True, slots=True)
class Tap:
    """One place of the kernel: for which positions of the window it is on the map, and over which cells."""

    row: int
    column: int
    positions: Slices
    cells: Slices


def output_size(window: Window, size: Sequence[int]) -> tuple[int, ...]:
    """How many positions the window has on maps of this size; not positive where it does not fit."""
    axes = zip(size, window.pads_begin, window.pads_end, window.extent, window.strides, strict=True)
    return tuple((length + begin + end - extent) // stride + 1 for length, begin, end, extent, stride in axes)


def transposed_output_size(window: Window, size: Sequence[int]) -> tuple[int, ...]:
    """The size of the map over which the window has as many positions as `size` counts."""
    axes = zip(window.span(size), window.pads_begin, window.pads_end, strict=True)
    return tuple(span - begin - end for span, begin, end in axes)


def convolve(maps: Maps, kernels: Maps, window: Window, groups: int = 1) -> Maps:
    """The response to each kernel, (N, rows, columns); `kernels` are (N, C / groups, kH, kW), as of ONNX's Conv."""
    size = maps.shape[1:]
    read, weights = _grouped(maps, groups), _grouped(kernels, groups)
    result = np.zeros((*weights.shape[:2], *output_size(window, size)))
    for tap in taps(window, result.shape[2:], size):
        planes = read[(..., *tap.cells)]
        result[(..., *tap.positions)] += np.einsum("gnc,gcyx->gnyx", weights[..., tap.row, tap.column], planes)
    return result.reshape(-1, *result.shape[2:])


def convolve_transposed(maps: Maps, kernels: Maps, window: Window, groups: int = 1) -> Maps:
    """The sum of all kernels, each times its input; they are (C, N / groups, kH, kW), as of ONNX's ConvTranspose."""
    positions = maps.shape[1:]
    read, weights = _grouped(maps, groups), _grouped(kernels, groups)
    result = np.zeros((groups, kernels.shape[1], *transposed_output_size(window, positions)))
    for tap in taps(window, positions, result.shape[2:]):
        planes = read[(..., *tap.positions)]
        result[(..., *tap.cells)] += np.einsum("gcn,gcyx->gnyx", weights[..., tap.row, tap.column], planes)
    return result.reshape(-1, *result.shape[2:])


def pool_max(maps: Maps, window: Window) -> Maps:
    """The greatest number under the window at each of its positions; padding is never the greatest."""
    size = maps.shape[1:]
    result = np.full((len(maps), *output_size(window, size)), -np.inf)
    for tap in taps(window, result.shape[1:], size):
        greatest = result[(..., *tap.positions)]
        np.maximum(greatest, maps[(..., *tap.cells)], out=greatest)
    return result


def pool_average(maps: Maps, window: Window, *, counts_padding: bool = False) -> Maps:
    """The mean of the numbers under the window; `counts_padding`: of its padding too, as of zeros."""
    size = maps.shape[1:]
    sums = np.zeros((len(maps), *output_size(window, size)))
    counts = np.full(sums.shape[1:], np.prod(window.kernel) if counts_padding else 0)
    for tap in taps(window, counts.shape, size):
        sums[(..., *tap.positions)] += maps[(..., *tap.cells)]
        counts[tap.positions] += not counts_padding
    averages: Maps = sums / counts
    return averages


def taps(window: Window, positions: Sequence[int], size: Sequence[int]) -> Iterator[Tap]:
    """Every place of the kernel, for a window with so many positions on maps of this size."""
    columns = list(_axis_taps(window, 1, positions[1], size[1]))
    for row, (vertical, rows) in enumerate(_axis_taps(window, 0, positions[0], size[0])):
        for column, (horizontal, cells) in enumerate(columns):
            yield Tap(row, column, (vertical, horizontal), (rows, cells))


def cells_not_read(window: Window, positions: Sequence[int], size: Sequence[int]) -> tuple[list[int], ...]:
    """The rows and the columns of a map that the window reads at none of its positions."""
    reads = [[cells for _, cells in _axis_taps(window, axis, positions[axis], size[axis])] for axis in range(len(size))]
    return tuple(_complement(slices, length) for slices, length in zip(reads, size, strict=True))


def positions_cut_off(window: Window, positions: Sequence[int], size: Sequence[int]) -> tuple[list[int], ...]:
    """The rows and the columns of a transposed convolution's input whose kernels lie wholly in the padding."""
    writes = [
        [steps for steps, _ in _axis_taps(window, axis, positions[axis], size[axis])] for axis in range(len(size))
    ]
    return tuple(_complement(slices, count) for slices, count in zip(writes, positions, strict=True))


def _axis_taps(window: Window, axis: int, count: int, length: int) -> Iterator[tuple[slice, slice]]:
    """For each place of the kernel along an axis of `length` cells: the positions at which it is on it, the cells."""
    stride = window.strides[axis]
    for tap in range(window.kernel[axis]):
        offset = tap * window.dilations[axis] - window.pads_begin[axis]
        first = max(0, -(offset // stride))
        last = max(first, min(count, (length - 1 - offset) // stride + 1))
        begin = first * stride + offset
        yield slice(first, last), slice(begin, begin + (last - first) * stride, stride)


def _grouped(values: Maps, groups: int) -> Maps:
    return values.reshape(groups, -1, *values.shape[1:])


def _complement(slices: list[slice], length: int) -> list[int]:
    """The indices below `length` that none of the slices holds."""
    is_outside = np.ones(length, bool)
    for each in slices:
        is_outside[each] = False
    outside: list[int] = np.flatnonzero(is_outside).tolist()
    return outside
