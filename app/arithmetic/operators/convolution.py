"""The working of a convolution, plain or transposed: for each input channel the patch, the kernel and the products."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.arithmetic.working import (
    FORMULA_TERMS,
    Doubles,
    Index,
    Operation,
    Patch,
    Source,
    Term,
    Work,
    Working,
    add_up,
    list_largest,
    operand,
    sum_formula,
    write_product,
)
from app.nets.window import read_transposed_window, read_window


@dataclass(frozen=True, slots=True)
class AxisTaps:
    """The taps of a kernel that meet the input along one axis, and the input cells that they meet, in their order."""

    taps: NDArray[np.int64]
    cells: NDArray[np.int64]
    length: int

    @property
    def is_inside(self) -> NDArray[np.bool_]:
        """Which cells are not padding."""
        return (self.cells >= 0) & (self.cells < self.length)

    @property
    def step(self) -> int:
        """From one cell to the next."""
        return int(self.cells[1] - self.cells[0]) if len(self.cells) > 1 else 1

    @property
    def first(self) -> int:
        """The first cell."""
        return int(self.cells[0]) if len(self.cells) else 0


GRID_AXES = 2  # a patch has rows and columns; of one axis it is a row
ONE_ROW = AxisTaps(np.zeros(1, np.int64), np.zeros(1, np.int64), 1)


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """What one output number of a convolution is computed from: a patch and a kernel for each input channel."""

    index: Index  # of the first channel, without the rows and columns
    axes: Sequence[AxisTaps]
    inputs: Doubles
    kernels: Doubles


def convolution(operation: Operation, index: Index) -> Working:
    """Conv: https://onnx.ai/onnx/operators/onnx__Conv.html."""
    x, weights = operation.required(0), operation.required(1)
    batch, channel, *position = index
    window = read_window(operation.attributes, weights.shape[2:], x.shape[2:], operation.output_shape[2:])
    per_group = weights.shape[1]
    group = channel // (len(weights) // int(operation.attributes.get("group", 1)))
    axes = [
        AxisTaps(np.arange(size), at * stride - pad + dilation * np.arange(size), length)
        for at, size, stride, dilation, pad, length in zip(
            position, window.kernel, window.strides, window.dilations, window.pads_begin, x.shape[2:], strict=True
        )
    ]
    inputs = _patches(x[batch, group * per_group : (group + 1) * per_group], axes)
    kernels = weights[channel].astype(np.float64)
    return _sum(operation, Planes((batch, group * per_group), axes, inputs, kernels), channel)


def transposed_convolution(operation: Operation, index: Index) -> Working:
    """ConvTranspose: https://onnx.ai/onnx/operators/onnx__ConvTranspose.html.

    Input cell i adds its number times tap k to output cell i stride + k dilation - pad. Only the taps that reach this
    output cell are listed, turned round, so that they lie beside the input cells that they multiply.
    """
    x, weights = operation.required(0), operation.required(1)
    batch, channel, *position = index
    window = read_transposed_window(operation.attributes, weights.shape[2:], x.shape[2:], operation.output_shape[2:])
    per_group = len(weights) // int(operation.attributes.get("group", 1))
    group, filter_number = divmod(channel, weights.shape[1])
    axes = [
        _transposed_taps(at + pad, size, stride, dilation, length)
        for at, size, stride, dilation, pad, length in zip(
            position, window.kernel, window.strides, window.dilations, window.pads_begin, x.shape[2:], strict=True
        )
    ]
    channels = slice(group * per_group, (group + 1) * per_group)
    taps = np.ix_(np.arange(per_group), *(axis.taps for axis in axes))
    kernels = weights[channels, filter_number][taps].astype(np.float64)
    inputs = _patches(x[batch, channels], axes)
    return _sum(operation, Planes((batch, channels.start), axes, inputs, kernels), channel)


def _transposed_taps(reached: int, size: int, stride: int, dilation: int, length: int) -> AxisTaps:
    """The taps k for which `reached` - k dilation is a multiple of the stride: an input cell; the first cell first."""
    common = gcd(stride, dilation)
    if reached % common:
        return AxisTaps(np.arange(0), np.arange(0), length)
    taps = np.array([tap for tap in reversed(range(size)) if (reached - tap * dilation) % stride == 0], np.int64)
    return AxisTaps(taps, (reached - taps * dilation) // stride, length)


def _patches(channels: NDArray[Any], axes: Sequence[AxisTaps]) -> Doubles:
    """The cells of each channel that the taps meet, 0 in the padding."""
    cells = (axis.cells.clip(0, axis.length - 1) for axis in axes)
    inputs: Doubles = channels[np.ix_(np.arange(len(channels)), *cells)].astype(np.float64)
    inputs[:, ~_inside(axes)] = 0
    return inputs


def _inside(axes: Sequence[AxisTaps]) -> NDArray[np.bool_]:
    """Which taps of a kernel meet the input, not its padding."""
    inside = np.ones((), np.bool_)
    for axis in axes:
        inside = inside[..., np.newaxis] & axis.is_inside
    return inside


def _sum(operation: Operation, planes: Planes, channel: int) -> Working:
    """The products of all planes and the bias of an output channel, added up."""
    products = planes.inputs * planes.kernels
    sums = products.reshape(len(products), -1).sum(axis=1)

    def plane(number: int) -> Term:
        return _plane(planes, products[number], number, float(sums[number]))

    biases = operation.input(2)
    bias = [] if biases is None else [Term("bias", float(biases[channel]), source=Source(2, (channel,)))]
    total = add_up(sums) + add_up(term.value for term in bias)
    formula = _formula(planes, products, total, [operand(term.value) for term in bias])
    return Working(total, formula, list_largest(sums, plane, operation.limit, bias), is_sum=True)


def _plane(planes: Planes, products: Doubles, number: int, value: float) -> Term:
    """The term of one input channel: its patch, and where that is a single number, that number's source."""
    *batch, first = planes.index
    index, axes = (*batch, first + number), planes.axes
    inputs, kernel, inside = planes.inputs[number], planes.kernels[number], _inside(axes)
    source, numbers = None, {}
    if products.size == 1 and inside.all():
        source = Source(0, (*index, *(axis.first for axis in axes)))
        numbers = {"input": float(inputs.item()), "weight": float(kernel.item())}
    if len(axes) > GRID_AXES:
        return Term("plane", value, numbers, source)
    rows, columns = axes if len(axes) == GRID_AXES else (ONE_ROW, *axes)
    shape, steps = (len(rows.cells), len(columns.cells)), (rows.step, columns.step)
    inputs, kernel, products = (each.reshape(shape) for each in (inputs, kernel, products))
    patch = Patch(inputs, kernel, products, ~inside.reshape(shape), rows.first, columns.first, steps, index)
    return Term("plane", value, numbers, source, patch)


def _formula(planes: Planes, products: Doubles, total: float, bias: Sequence[str]) -> str:
    inputs, kernels = planes.inputs.reshape(-1), planes.kernels.reshape(-1)
    largest = np.argsort(-np.abs(products.reshape(-1)), kind="stable")[:FORMULA_TERMS].tolist()
    parts = [write_product((inputs[at], kernels[at]), not number) for number, at in enumerate(largest)]
    inside = int(_inside(planes.axes).sum()) * len(products)
    return sum_formula(parts[:inside], inside, total, bias)


WORKINGS: Mapping[str, Work] = {
    "Conv": convolution,
    "ConvTranspose": transposed_convolution,
}
