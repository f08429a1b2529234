"""The working of a fully connected layer and of a matrix product: the largest products, and the rest as one sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.arithmetic.working import (
    FORMULA_TERMS,
    Doubles,
    Index,
    Operation,
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


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """The row and the column that a matrix product multiplies, and where entry k of either is in its value.

    `axes` are the axes of k, `row_index` and `column_index` the rest of the index, anything at these axes.
    """

    row: Doubles
    column: Doubles
    row_index: Index
    column_index: Index
    axes: tuple[int, int]

    def sources(self, entry: int) -> tuple[Source, Source]:
        """Where both factors of a product are."""
        row, column = list(self.row_index), list(self.column_index)
        row[self.axes[0]] = column[self.axes[1]] = entry
        return Source(0, tuple(row)), Source(1, tuple(column))


def gemm(operation: Operation, index: Index) -> Working:
    """Gemm, alpha A B + beta C: https://onnx.ai/onnx/operators/onnx__Gemm.html."""
    a, b, c = operation.required(0), operation.required(1), operation.input(2)
    at, unit = index
    is_a_turned, is_b_turned = (bool(operation.attributes.get(name, 0)) for name in ("transA", "transB"))
    row = (a[:, at] if is_a_turned else a[at]).astype(np.float64)
    column = (b[unit] if is_b_turned else b[:, unit]).astype(np.float64)
    factors = Factors(row, column, (at, at), (unit, unit), (0 if is_a_turned else 1, 1 if is_b_turned else 0))
    bias = []
    if c is not None:
        offset = c.ndim - len(index)
        place = tuple(0 if c.shape[axis] == 1 else index[axis - offset] for axis in range(c.ndim))
        beta = float(operation.attributes.get("beta", 1))
        bias = [Term("bias", beta * float(c[place]), _scaled(beta, "beta"), source=Source(2, place))]
    return _sum(factors, float(operation.attributes.get("alpha", 1)), bias, operation.limit)


def matmul(operation: Operation, index: Index) -> Working:
    """MatMul, which multiplies as `numpy.matmul`: https://onnx.ai/onnx/operators/onnx__MatMul.html."""
    a, b = operation.required(0), operation.required(1)
    rest = list(index)
    column_index = [0, rest.pop()] if b.ndim > 1 else [0]
    row_index = [rest.pop(), 0] if a.ndim > 1 else [0]
    row_index = [*_broadcast(rest, a.shape[:-2]), *row_index]
    column_index = [*_broadcast(rest, b.shape[:-2]), *column_index]
    axes = (a.ndim - 1, max(b.ndim - 2, 0))
    row = a[tuple(row_index[:-1])].astype(np.float64)
    column = b[tuple(slice(None) if axis == axes[1] else at for axis, at in enumerate(column_index))].astype(np.float64)
    return _sum(Factors(row, column, tuple(row_index), tuple(column_index), axes), 1.0, [], operation.limit)


def _broadcast(batch: Sequence[int], lengths: Sequence[int]) -> list[int]:
    """The index in the batch axes of a factor: 0 where it has one matrix for all."""
    places = batch[len(batch) - len(lengths) :]
    return [0 if length == 1 else at for at, length in zip(places, lengths, strict=True)]


def _scaled(factor: float, name: str) -> dict[str, float]:
    """The factor as a figure, unless it is 1."""
    return {} if factor == 1 else {name: factor}


def _sum(factors: Factors, alpha: float, bias: list[Term], limit: int) -> Working:
    """The products, times alpha, and the bias, added up."""
    products = alpha * factors.row * factors.column
    row, column = factors.row, factors.column

    def product(entry: int) -> Term:
        one, other = factors.sources(entry)
        x, w = float(row[entry]), float(column[entry])
        numbers = {"input": x, "weight": w} | _scaled(alpha, "alpha")
        parts = (Term("value", x, source=one), Term("value", w, source=other))
        return Term("product", float(products[entry]), numbers, source=one, terms=parts)

    total = add_up(products) + add_up(term.value for term in bias)
    largest = np.argsort(-np.abs(products), kind="stable")[:FORMULA_TERMS].tolist()
    scale = [] if alpha == 1 else [alpha]
    parts = [write_product([*scale, row[at], column[at]], not number) for number, at in enumerate(largest)]
    formula = sum_formula(parts, len(products), total, [operand(term.value) for term in bias])
    return Working(total, formula, list_largest(products, product, limit, bias), is_sum=True)


WORKINGS: Mapping[str, Work] = {
    "Gemm": gemm,
    "MatMul": matmul,
}
