"""Maximum and average pooling of typed numbers, side by side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from app.arithmetic.convolve import PoolingKind, pooling, read_movement
from app.lessons.figures.formula import bracketed, plain
from app.lessons.figures.kind import FigureKind, FigureState
from app.lessons.figures.matrix import FigureMatrix, matrix_of
from app.lessons.figures.typed_matrix import read_matrix


class PoolingState(FigureState):
    """The numbers, the side of the window and its stride, and the output cell whose window is marked."""

    matrix: str = Field(default="3 3 2 1 0; 0 0 1 3 1; 3 1 2 2 3; 2 0 0 2 2; 2 0 0 0 1", max_length=2000)
    size: int = Field(default=3, ge=1, le=6)
    stride: int = Field(default=1, ge=1, le=6)
    row: int = Field(default=0, ge=0, le=20)
    column: int = Field(default=0, ge=0, le=20)


@dataclass(frozen=True, slots=True)
class PoolingFigure:
    """The input, the two outputs, the size as formulas, and how the marked cell of each output is computed.

    `unused` says how many rows and columns of the input no window reads.
    """

    matrix: FigureMatrix
    maximum: FigureMatrix
    average: FigureMatrix
    formulas: tuple[str, ...]
    workings: tuple[str, str]
    unused: tuple[int, int]


def draw_pooling(state: PoolingState) -> PoolingFigure:
    """The pooling; raises InvalidRequest where the numbers can't be read or the window does not fit."""
    numbers = read_matrix(state.matrix)
    pools = _Pools(numbers, state)
    rows, columns = pools.size
    cell = (min(state.row, rows - 1), min(state.column, columns - 1))
    return PoolingFigure(
        matrix=matrix_of("input", numbers, marked=set(pools.window(*cell))),
        maximum=pools.output("max", cell),
        average=pools.output("average", cell),
        formulas=pools.task("max").formulas,
        workings=(pools.working("max", *cell), pools.working("average", *cell)),
        unused=(len(pools.task("max").left_over[0]), len(pools.task("max").left_over[1])),
    )


class _Pools:
    """The poolings of one matrix with one window."""

    def __init__(self, numbers: NDArray[np.float64], state: PoolingState) -> None:
        self._numbers = numbers
        self._size, self._stride = state.size, state.stride
        movement = read_movement(state.stride, 0, 1)
        kinds: tuple[PoolingKind, ...] = ("max", "average")
        self._tasks = {kind: pooling(numbers[np.newaxis], kind, (state.size,) * 2, movement) for kind in kinds}
        self._results = {kind: task.compute()[0] for kind, task in self._tasks.items()}
        self.task = self._tasks.__getitem__
        self.size: tuple[int, int] = (len(self._results["max"]), len(self._results["max"][0]))

    def window(self, row: int, column: int) -> list[tuple[int, int]]:
        """The cells of the input under the window of an output cell."""
        top, left = row * self._stride, column * self._stride
        return [(top + y, left + x) for y in range(self._size) for x in range(self._size)]

    def working(self, kind: PoolingKind, row: int, column: int) -> str:
        """How an output cell is computed, as a formula."""
        numbers = [self._numbers[cell] for cell in self.window(row, column)]
        result = plain(round(float(self._results[kind][row, column]), 4))
        if kind == "max":
            return f"max({', '.join(map(plain, numbers))}) = {result}"
        return f"({' + '.join(map(bracketed, numbers))}) / {len(numbers)} = {result}"

    def output(self, kind: PoolingKind, marked: tuple[int, int]) -> FigureMatrix:
        def sources(row: int, column: int) -> tuple[tuple[str, ...], str]:
            return tuple(f"input.{y}.{x}" for y, x in self.window(row, column)), self.working(kind, row, column)

        return matrix_of(kind, self._results[kind], marked={marked}, sources=sources)


POOLING = FigureKind("pooling", PoolingState, draw_pooling)
