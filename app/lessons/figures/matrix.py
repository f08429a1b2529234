"""A matrix as figures show it: coloured cells with numbers, and which cells of other matrices each is computed from."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVELS = 4  # of colour, on each side of zero
CellSources = tuple[tuple[str, ...], str]  # the links and the working of a cell


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A number with its level of colour, -4 to 4.

    Attributes:
        key: what it is called within its figure, such as "input.0.2".
        links: the keys of the cells that it is computed from.
        working: the sum that gives it, as a formula.
        is_marked: whether it belongs to the computation that is shown.
    """

    key: str
    value: float
    level: int
    is_padding: bool = False
    is_marked: bool = False
    links: tuple[str, ...] = ()
    working: str = ""


@dataclass(frozen=True, slots=True)
class FigureMatrix:
    """A matrix called `name` within its figure."""

    name: str
    rows: tuple[tuple[MatrixCell, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.rows[0]) if self.rows else 0

    @property
    def is_signed(self) -> bool:
        return any(cell.value < 0 for cell in self)

    def __iter__(self) -> Iterator[MatrixCell]:
        return (cell for row in self.rows for cell in row)


def matrix_of(
    name: str,
    numbers: NDArray[np.float64],
    *,
    marked: Collection[tuple[int, int]] = (),
    padding: int = 0,
    sources: Callable[[int, int], CellSources] | None = None,
) -> FigureMatrix:
    """The matrix of numbers (rows, columns).

    Args:
        marked: the cells of the computation that is shown.
        padding: how many cells on each side are padding. Keys count from the first cell that is none.
        sources: the links and the working of a cell by its row and column.
    """
    largest = float(np.abs(numbers).max(initial=0)) or 1.0
    rows, columns = numbers.shape

    def cell(row: int, column: int) -> MatrixCell:
        links, working = sources(row, column) if sources else ((), "")
        inside = padding <= row < rows - padding and padding <= column < columns - padding
        value = float(numbers[row, column])
        level = int(np.sign(value) * np.ceil(abs(value) / largest * LEVELS))
        key = f"{name}.{row - padding}.{column - padding}"
        return MatrixCell(key, value, level, not inside, (row, column) in marked, links, working)

    return FigureMatrix(name, tuple(tuple(cell(row, column) for column in range(columns)) for row in range(rows)))
