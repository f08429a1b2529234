"""The workings of pools: the numbers in the window, which of them is the maximum, or what they are divided by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, nan, prod

import numpy as np

from app.arithmetic.operators.convolution import GRID_AXES, ONE_ROW, AxisTaps
from app.arithmetic.operators.selection import Selection, list_candidates, select, write_first, write_sum
from app.arithmetic.working import (
    Index,
    Operation,
    Patch,
    Term,
    Work,
    Working,
    figure,
    list_largest,
)
from app.nets.window import Window, read_pool_window

MAX_PATCH = 4096  # cells of a window that is given as a grid


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """A pool's window at one of its positions: the taps along each axis and the numbers that they meet.

    `counted` is how many cells an average is divided by, if it counts the padding.
    """

    operation: Operation
    index: Index
    axes: Sequence[AxisTaps]
    selection: Selection
    counted: int

    def term(self, value: float, terms: Sequence[Term], padding: float, figures: Mapping[str, float]) -> Term:
        """The window as a term: `padding` is what the pool reads there; with figures, its own terms add up."""
        return Term("window", value, figures, patch=self._patch(padding), terms=tuple(terms), is_sum=bool(figures))

    def _patch(self, padding: float) -> Patch | None:
        grid = self.axes if len(self.axes) == GRID_AXES else (ONE_ROW, *self.axes)
        if len(grid) > GRID_AXES or prod(len(axis.cells) for axis in grid) > MAX_PATCH:
            return None
        rows, columns = grid
        inside = np.ix_(rows.is_inside, columns.is_inside)
        inputs = np.full((len(rows.cells), len(columns.cells)), padding, np.float64)
        inputs[inside] = self.selection.numbers.reshape(rows.is_inside.sum(), columns.is_inside.sum())
        outside = np.ones(inputs.shape, np.bool_)
        outside[inside] = False
        steps = (rows.step, columns.step)
        return Patch(inputs, None, None, outside, rows.first, columns.first, steps, self.index[:2])


def max_pool(operation: Operation, index: Index) -> Working:
    """MaxPool, whose padding is never the maximum: https://onnx.ai/onnx/operators/onnx__MaxPool.html."""
    return _maximum(_pool(operation, index))


def global_max_pool(operation: Operation, index: Index) -> Working:
    """GlobalMaxPool: https://onnx.ai/onnx/operators/onnx__GlobalMaxPool.html."""
    return _maximum(_global_pool(operation, index))


def average_pool(operation: Operation, index: Index) -> Working:
    """AveragePool; it counts the padding only with `count_include_pad`.

    Cells beyond the padding, which a size rounded up may reach, never count.
    https://onnx.ai/onnx/operators/onnx__AveragePool.html
    """
    pool = _pool(operation, index)
    counts_padding = bool(operation.attributes.get("count_include_pad"))
    return _average(pool, pool.counted if counts_padding else len(pool.selection.numbers), counts_padding)


def global_average_pool(operation: Operation, index: Index) -> Working:
    """GlobalAveragePool: https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html."""
    pool = _global_pool(operation, index)
    return _average(pool, pool.counted, False)


def lp_pool(operation: Operation, index: Index) -> Working:
    """LpPool: https://onnx.ai/onnx/operators/onnx__LpPool.html."""
    return _norm(_pool(operation, index))


def global_lp_pool(operation: Operation, index: Index) -> Working:
    """GlobalLpPool: https://onnx.ai/onnx/operators/onnx__GlobalLpPool.html."""
    return _norm(_global_pool(operation, index))


def _pool(operation: Operation, index: Index) -> Pool:
    size = operation.required(0).shape[2:]
    window = read_pool_window(operation.attributes, size)
    axes = [_taps(window, axis, at, length) for axis, (at, length) in enumerate(zip(index[2:], size, strict=True))]
    counted = [
        int(np.count_nonzero((axis.cells >= -begin) & (axis.cells < axis.length + end)))
        for axis, begin, end in zip(axes, window.pads_begin, window.pads_end, strict=True)
    ]
    return _pool_at(operation, index, axes, prod(counted))


def _taps(window: Window, axis: int, at: int, length: int) -> AxisTaps:
    taps = np.arange(window.kernel[axis])
    return AxisTaps(taps, at * window.strides[axis] - window.pads_begin[axis] + window.dilations[axis] * taps, length)


def _global_pool(operation: Operation, index: Index) -> Pool:
    """A window over the whole map."""
    size = operation.required(0).shape[2:]
    axes = [AxisTaps(np.arange(length), np.arange(length), length) for length in size]
    return _pool_at(operation, index, axes, prod(size))


def _pool_at(operation: Operation, index: Index, axes: Sequence[AxisTaps], counted: int) -> Pool:
    ranges = {2 + number: axis.cells[axis.is_inside].tolist() for number, axis in enumerate(axes)}
    return Pool(operation, index, axes, select(operation, 0, ranges, index), counted)


def _maximum(pool: Pool) -> Working:
    numbers = pool.selection.numbers
    if not len(numbers):
        return Working(-inf, "max() = −∞", (pool.term(-inf, (), -inf, {}),))
    order = np.argsort(-numbers, kind="stable").tolist()
    total = float(numbers[order[0]])
    candidates = list_candidates(pool.selection, order, pool.operation.limit)
    formula = f"max({write_first(numbers[order], ', ', figure)}) = {figure(total)}"
    return Working(total, formula, (pool.term(total, candidates, -inf, {}),))


def _average(pool: Pool, divisor: int, counts_padding: bool) -> Working:
    shares = pool.selection.numbers / max(divisor, 1)
    total = float(np.sum(shares)) if divisor else nan

    def share(number: int) -> Term:
        figures = {"input": float(pool.selection.numbers[number]), "divisor": divisor}
        return Term("value", float(shares[number]), figures, pool.selection.source(number))

    terms = list_largest(shares, share, pool.operation.limit)
    figures = {"sum": float(pool.selection.numbers.sum()), "divisor": divisor}
    window = pool.term(total, terms, 0 if counts_padding else nan, figures)
    return Working(
        total, f"({write_sum(pool.selection.numbers)}) ÷ {divisor} = {figure(total)}", (window,), is_sum=True
    )


def _norm(pool: Pool) -> Working:
    order = int(pool.operation.attributes.get("p", 2))
    powers = np.abs(pool.selection.numbers) ** order
    total = float(powers.sum() ** (1 / order))
    summed = pool.selection.sum_of(powers, pool.operation.limit)
    window = pool.term(summed.value, summed.terms, 0, {"order": order})
    return Working(total, f"({write_sum(powers)}) ^ (1 ÷ {order}) = {figure(total)}", (window,))


WORKINGS: Mapping[str, Work] = {
    "AveragePool": average_pool,
    "GlobalAveragePool": global_average_pool,
    "GlobalLpPool": global_lp_pool,
    "GlobalMaxPool": global_max_pool,
    "LpPool": lp_pool,
    "MaxPool": max_pool,
}
