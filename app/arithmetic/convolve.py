"""A convolution or a pooling of typed numbers: checked, with the size of its result as a formula, and computed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, prod
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from app.arithmetic import sliding
from app.arithmetic.sliding import Maps
from app.errors import InvalidRequest, NonFinite
from app.nets.window import AXES, Window, read_transposed_window, read_window

WindowKind = Literal["convolution", "transposed", "max", "average"]
PoolingKind = Literal["max", "average"]
PaddingMode = Literal["same", "valid"]
Pair = tuple[int, int]
Sides = tuple[int, int, int, int]
AXIS_NAMES = ("rows", "columns")
TIMES, MINUS = "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}"
MAX_OPERATIONS = 64_000_000
MAX_VALUES = 16_000_000  # of a result
MAX_TAPS = 65_536  # places of one kernel plane: each takes some microseconds, however few numbers it meets
MAX_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class Movement:
    """How a window moves: `padding` is four numbers (top, left, bottom, right), "same" or "valid"."""

    stride: Pair
    padding: Sides | PaddingMode
    dilation: Pair

    @property
    def attributes(self) -> Mapping[str, Any]:
        """The attributes of the ONNX operator."""
        strides = {"strides": list(self.stride), "dilations": list(self.dilation)}
        if isinstance(self.padding, str):
            return strides | {"auto_pad": "SAME_UPPER" if self.padding == "same" else "VALID"}
        return strides | {"pads": list(self.padding)}


@dataclass(frozen=True, slots=True, eq=False)
class Kernels:
    """Kernels as ONNX has them, (N, C / groups, kH, kW) or transposed (C, N / groups, kH, kW), and N biases."""

    weights: Maps
    bias: NDArray[np.float64]
    groups: int


@dataclass(frozen=True, slots=True, eq=False)
class WindowTask:
    """A window that slides over maps (C, H, W): a convolution where there are kernels, else a pooling."""

    kind: WindowKind
    maps: Maps
    window: Window
    kernels: Kernels | None = None
    counts_padding: bool = False

    @property
    def map_size(self) -> tuple[int, ...]:
        return self.maps.shape[1:]

    @property
    def result_size(self) -> tuple[int, ...]:
        size_of = sliding.transposed_output_size if self.kind == "transposed" else sliding.output_size
        return size_of(self.window, self.map_size)

    @property
    def channels(self) -> int:
        """How many maps the result has."""
        return len(self.kernels.bias) if self.kernels else len(self.maps)

    @property
    def operations(self) -> int:
        """Multiply-accumulates, padding included; of a pooling, the numbers that its windows hold."""
        positions = self.map_size if self.kind == "transposed" else self.result_size
        products = self.kernels.weights.size if self.kernels else len(self.maps) * prod(self.window.kernel)
        return products * prod(positions)

    @property
    def formulas(self) -> tuple[str, ...]:
        """The size of the result with numbers, for rows and for columns."""
        return tuple(_formula(self, axis) for axis in range(AXES))

    @property
    def left_over(self) -> tuple[list[int], ...]:
        """The rows and the columns of the maps that play no part, because no window holds them."""
        find = sliding.positions_cut_off if self.kind == "transposed" else sliding.cells_not_read
        sizes = (self.map_size, self.result_size)
        return find(self.window, *(sizes if self.kind == "transposed" else sizes[::-1]))

    def compute(self) -> Maps:
        """The result, (N, rows, columns).

        Raises:
            InvalidRequest: a window of a pooling reads padding alone.
            NonFinite: the result exceeds the range of float64.
        """
        with np.errstate(all="ignore"):  # what is not finite is refused below
            result = self._compute()
        if self.kernels is None and (np.isnan(result) | np.isneginf(result)).any():
            raise InvalidRequest(f"A window reads padding alone, which has no {self.kind}: use a smaller padding.")
        if not np.isfinite(result).all():
            raise NonFinite("The result exceeds the range of 64-bit floating-point numbers.")
        return result

    def _compute(self) -> Maps:
        if self.kernels is None:
            if self.kind == "max":
                return sliding.pool_max(self.maps, self.window)
            return sliding.pool_average(self.maps, self.window, counts_padding=self.counts_padding)
        apply = sliding.convolve_transposed if self.kind == "transposed" else sliding.convolve
        weights, groups = self.kernels.weights, self.kernels.groups
        return apply(self.maps, weights, self.window, groups) + self.kernels.bias[:, np.newaxis, np.newaxis]


def convolution(maps: Maps, kernels: Kernels, movement: Movement) -> WindowTask:
    """The convolution of maps (C, H, W); raises InvalidRequest where the kernels do not fit them."""
    size = maps.shape[1:]
    output = [ceil(length / stride) for length, stride in zip(size, movement.stride, strict=True)]
    window = read_window(movement.attributes, kernels.weights.shape[2:], size, output)
    return _checked(WindowTask("convolution", maps, window, kernels))


def transposed_convolution(maps: Maps, kernels: Kernels, movement: Movement) -> WindowTask:
    """The transposed convolution of maps (C, H, W); raises InvalidRequest where nothing is left of its result."""
    size = maps.shape[1:]
    output = [length * stride for length, stride in zip(size, movement.stride, strict=True)]
    window = read_transposed_window(movement.attributes, kernels.weights.shape[2:], size, output)
    is_smaller = any(extent < stride for extent, stride in zip(window.extent, window.strides, strict=True))
    if movement.padding == "same" and is_smaller:
        raise InvalidRequest('With the padding "same", a transposed kernel must be at least as large as the stride.')
    return _checked(WindowTask("transposed", maps, window, kernels))


def pooling(
    maps: Maps, kind: PoolingKind, kernel: Pair, movement: Movement, *, counts_padding: bool = False
) -> WindowTask:
    """The pooling of maps (C, H, W); raises InvalidRequest where the window does not fit them."""
    size = maps.shape[1:]
    output = [ceil(length / stride) for length, stride in zip(size, movement.stride, strict=True)]
    window = read_window(movement.attributes, kernel, size, output)
    return _checked(WindowTask(kind, maps, window, counts_padding=counts_padding))


def read_kernels(
    kernel: Maps, bias: NDArray[np.float64], channels: int, groups: int, *, is_transposed: bool
) -> Kernels:
    """The kernels of a convolution of maps with so many channels.

    Args:
        kernel: (kH, kW) for each channel by itself; (C, kH, kW) for all channels together, or with C groups for each
            by itself; or as `Kernels` has them.
        bias: one number for each map of the result, or one for all.

    Raises:
        InvalidRequest: kernel, groups or bias do not fit the channels.
    """
    _check_groups("channels", channels, groups)
    if kernel.ndim == 2:
        if groups not in {1, channels}:
            raise InvalidRequest("A kernel of rows of numbers is applied to each channel by itself: leave out groups.")
        kernel, groups = np.broadcast_to(kernel, (channels, 1, *kernel.shape)), channels
    elif kernel.ndim == 3:
        kernel = kernel[:, np.newaxis] if is_transposed or groups == len(kernel) else kernel[np.newaxis]
    inputs = len(kernel) if is_transposed else kernel.shape[1] * groups
    if inputs != channels:
        raise InvalidRequest(
            f"The kernel and the matrix have different numbers of channels: {inputs} and {channels}.",
            kernel=inputs,
            matrix=channels,
        )
    outputs = kernel.shape[1] * groups if is_transposed else len(kernel)
    _check_groups("filters", outputs, groups)
    if bias.size not in {1, outputs}:
        raise InvalidRequest(
            f"The size of the bias, {bias.size}, is not the number of channels of the result, {outputs}.",
            channels=outputs,
        )
    return Kernels(kernel, np.broadcast_to(bias.reshape(-1), outputs), groups)


def _check_groups(what: str, count: int, groups: int) -> None:
    if groups < 1 or count % groups:
        raise InvalidRequest(f"The number of {what}, {count}, can't be divided into {groups} groups.", **{what: count})


def read_movement(
    stride: int | Sequence[int], padding: int | Sequence[int] | PaddingMode, dilation: int | Sequence[int]
) -> Movement:
    """How a window moves, from one number for both axes, or from a pair (vertical, horizontal).

    A padding of four is (top, left, bottom, right). Raises InvalidRequest for what is none of these.
    """
    sides: Sides | PaddingMode
    if isinstance(padding, str):
        sides = padding
    elif not isinstance(padding, int) and len(padding) == 4:
        top, left, bottom, right = (read_pair(side, "padding", least=0)[0] for side in padding)
        sides = (top, left, bottom, right)
    else:
        sides = read_pair(padding, "padding", least=0) * 2
    return Movement(read_pair(stride, "stride"), sides, read_pair(dilation, "dilation"))


def read_pair(value: int | Sequence[int], name: str, least: int = 1) -> Pair:
    """One number for both axes, or one for each; raises InvalidRequest for another count or another size."""
    pair = (value, value) if isinstance(value, int) else tuple(value)
    if len(pair) != 2:
        kinds = "one number or a pair (vertical, horizontal)"
        if name == "padding":
            kinds = "one number, a pair (vertical, horizontal) or four (top, left, bottom, right)"
        raise InvalidRequest(f"The {name} is {kinds}.", count=len(pair))
    if not all(least <= number <= MAX_STEP for number in pair):
        raise InvalidRequest(f"The {name} must be from {least} to {MAX_STEP:,}.", least=least, most=MAX_STEP)
    return pair


def _checked(task: WindowTask) -> WindowTask:
    """The task, if the window fits the maps and the work is bounded."""
    for axis, length in enumerate(task.result_size):
        if length < 1:
            raise _misfit(task, axis)
    if prod(task.window.kernel) > MAX_TAPS:
        raise InvalidRequest(f"A kernel may have at most {MAX_TAPS:,} places.", most=MAX_TAPS)
    if task.operations > MAX_OPERATIONS:
        message = f"This takes {task.operations:,} multiply-accumulates; at most {MAX_OPERATIONS:,} fit."
        raise InvalidRequest(message, operations=task.operations, most=MAX_OPERATIONS)
    values = task.channels * prod(task.result_size)
    if values > MAX_VALUES:
        raise InvalidRequest(f"The result would have {values:,} numbers; at most {MAX_VALUES:,}.", most=MAX_VALUES)
    return task


def _misfit(task: WindowTask, axis: int) -> InvalidRequest:
    """The error for a window that has no place along an axis."""
    window, name = task.window, AXIS_NAMES[axis]
    padding = window.pads_begin[axis] + window.pads_end[axis]
    if task.kind == "transposed":
        span = window.span(task.map_size)[axis]
        return InvalidRequest(f"The padding removes {padding} {name} of a result of {span}: nothing is left.")
    length, extent = task.map_size[axis] + padding, window.extent[axis]
    spans = f"spans {extent} {name}" if window.dilations[axis] > 1 else f"has {extent} {name}"
    return InvalidRequest(
        f"The kernel {spans}; with its padding, the matrix has {length}.", kernel=extent, matrix=length
    )


def _formula(task: WindowTask, axis: int) -> str:
    """The size of the result along an axis, such as "(6 + 2 × 1 − 3) / 1 + 1 = 6"; rounded down where it must be."""
    window, length, result = task.window, task.map_size[axis], task.result_size[axis]
    kernel, dilation, stride = window.kernel[axis], window.dilations[axis], window.strides[axis]
    begin, end = window.pads_begin[axis], window.pads_end[axis]
    extent = f"{kernel}" if dilation == 1 else f"({dilation} {TIMES} ({kernel} {MINUS} 1) + 1)"
    padding = f"2 {TIMES} {begin}" if begin == end else f"({begin} + {end})"
    if task.kind == "transposed":
        return f"({length} {MINUS} 1) {TIMES} {stride} + {extent} {MINUS} {padding} = {result}"
    quotient = f"({length} + {padding} {MINUS} {extent}) / {stride}"
    if (length + begin + end - window.extent[axis]) % stride:
        quotient = f"\N{LEFT FLOOR}{quotient}\N{RIGHT FLOOR}"
    return f"{quotient} + 1 = {result}"
