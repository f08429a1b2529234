"""A convolution of typed numbers: the input with its padding, the kernel, the output, and the sum of one output cell.

Channels of the input and of the kernel are separated by a line that has "|" alone, or by " | ".
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from app.arithmetic.convolve import WindowTask, convolution, read_kernels, read_movement
from app.lessons.figures.formula import TIMES, bracketed, plain, signed
from app.lessons.figures.kind import FigureKind, FigureState
from app.lessons.figures.matrix import FigureMatrix, matrix_of
from app.lessons.figures.typed_matrix import read_channels


class ConvolutionState(FigureState):
    """The numbers, how the window moves, and the output cell whose sum is shown."""

    matrix: str = Field(default="1 1 1 0 0; 0 1 1 1 0; 0 0 1 1 1; 0 0 1 1 0; 0 1 1 0 0", max_length=2000)
    kernel: str = Field(default="1 0 1; 0 1 0; 1 0 1", max_length=2000)
    bias: float = Field(default=0, ge=-1000, le=1000, allow_inf_nan=False)
    stride: int = Field(default=1, ge=1, le=4)
    padding: int = Field(default=0, ge=0, le=3)
    dilation: int = Field(default=1, ge=1, le=3)
    row: int = Field(default=0, ge=0, le=20)
    column: int = Field(default=0, ge=0, le=20)


@dataclass(frozen=True, slots=True)
class ConvolutionFigure:
    """What follows from the state; rows and columns are those of the output cell that is shown.

    `sums` has the sum of each channel; `size` is that of the input without padding; `unused` says how many rows and
    columns of the input no window reads.
    """

    inputs: tuple[FigureMatrix, ...]
    kernels: tuple[FigureMatrix, ...]
    output: FigureMatrix
    sums: tuple[float, ...]
    size: tuple[int, int]
    formulas: tuple[str, ...]
    unused: tuple[int, int]
    row: int
    column: int
    working: str


def draw_convolution(state: ConvolutionState) -> ConvolutionFigure:
    """The convolution; raises InvalidRequest where the numbers can't be read or the window does not fit them."""
    maps, kernel = read_channels(state.matrix), read_channels(state.kernel, "kernel")
    kernels = read_kernels(kernel, np.array([state.bias]), len(maps), 1, is_transposed=False)
    task = convolution(maps, kernels, read_movement(state.stride, state.padding, state.dilation))
    (result,) = task.compute()
    row, column = min(state.row, result.shape[0] - 1), min(state.column, result.shape[1] - 1)
    window = set(_window(task, row, column))
    workings = _Workings(task, state, kernels.weights[0])
    padded = np.pad(maps, ((0, 0), *((state.padding,) * 2,) * 2))
    covered = {(y + state.padding, x + state.padding) for y, x in window}
    return ConvolutionFigure(
        inputs=tuple(
            matrix_of(f"input{c}", plane, marked=covered, padding=state.padding) for c, plane in enumerate(padded)
        ),
        kernels=tuple(matrix_of(f"kernel{c}", plane) for c, plane in enumerate(kernels.weights[0])),
        output=matrix_of("output", result, marked={(row, column)}, sources=workings.of),
        sums=workings.sums(row, column),
        size=(maps.shape[1], maps.shape[2]),
        formulas=task.formulas,
        unused=(len(task.left_over[0]), len(task.left_over[1])),
        row=row,
        column=column,
        working=workings.of(row, column)[1],
    )


def _window(task: WindowTask, row: int, column: int) -> list[tuple[int, int]]:
    """The cells of the input under the window of an output cell, row by row; negative ones are padding."""
    window = task.window
    top, left = (
        place * stride - begin
        for place, stride, begin in zip((row, column), window.strides, window.pads_begin, strict=True)
    )
    rows = [top + tap * window.dilations[0] for tap in range(window.kernel[0])]
    columns = [left + tap * window.dilations[1] for tap in range(window.kernel[1])]
    return [(y, x) for y in rows for x in columns]


class _Workings:
    """The cells that an output cell is computed from, and its sum."""

    def __init__(self, task: WindowTask, state: ConvolutionState, weights: NDArray[np.float64]) -> None:
        self._task = task
        self._bias = state.bias
        self._weights = weights

    def of(self, row: int, column: int) -> tuple[tuple[str, ...], str]:
        """The keys of the cells, and the sum of products as a formula."""
        cells = _window(self._task, row, column)
        links = tuple(f"input{channel}.{y}.{x}" for channel in range(len(self._weights)) for y, x in cells)
        sums = [self._sum(channel, cells) for channel in range(len(self._weights))]
        total = sum(value for value, _ in sums) + self._bias
        bias = f" {signed(self._bias)}" if self._bias else ""
        if len(sums) == 1:
            return links, f"{sums[0][1]}{bias} = {plain(total)}"
        parts = " ".join([plain(sums[0][0]), *(signed(value) for value, _ in sums[1:])])
        return links, f"{parts}{bias} = {plain(total)}"

    def sums(self, row: int, column: int) -> tuple[float, ...]:
        """The sum of the products of each channel."""
        cells = _window(self._task, row, column)
        return tuple(self._sum(channel, cells)[0] for channel in range(len(self._weights)))

    def _sum(self, channel: int, cells: list[tuple[int, int]]) -> tuple[float, str]:
        """The sum of the products of a channel, as a number and as a formula."""
        plane, kernel = self._task.maps[channel], self._weights[channel].ravel()
        rows, columns = plane.shape
        values = [plane[y, x] if 0 <= y < rows and 0 <= x < columns else 0.0 for y, x in cells]
        products = [
            f"{bracketed(value)} {TIMES} {bracketed(weight)}" for value, weight in zip(values, kernel, strict=True)
        ]
        return float(np.dot(values, kernel)), " + ".join(products)


CONVOLUTION = FigureKind("convolution", ConvolutionState, draw_convolution)
