"""The working of Einsum: the products of numbers at the same place of every summed axis, added up."""

from collections.abc import Mapping
from functools import reduce

import numpy as np

from app.arithmetic.working import (
    FORMULA_TERMS,
    Index,
    Operation,
    Source,
    Term,
    Work,
    Working,
    list_largest,
    sum_formula,
    write_product,
)
from app.nets.reading.equation import Equation, read_equation

MOST = 1 << 22  # products of one number


def einsum(operation: Operation, index: Index) -> Working:
    """Einsum: https://onnx.ai/onnx/operators/onnx__Einsum.html."""
    arrays = [operation.required(position) for position in range(len(operation.inputs))]
    equation = read_equation(str(operation.attributes.get("equation", "")), [array.ndim for array in arrays])
    lengths = dict(zip("".join(equation.operands), (n for array in arrays for n in array.shape), strict=True))
    summed = [lengths[letter] for letter in equation.summed]
    if np.prod(summed, dtype=np.float64) > MOST:
        raise ValueError("too many products")
    places = dict(zip(equation.result, index, strict=True)) | dict(
        zip(equation.summed, np.indices(summed), strict=True)
    )
    factors = []
    for letters, array in zip(equation.operands, arrays, strict=True):
        at = tuple(0 if n == 1 else places[letter] for letter, n in zip(letters, array.shape, strict=True))
        factors.append(np.broadcast_to(array[at], summed).astype(np.float64).reshape(-1))
    products = reduce(np.multiply, factors)

    def product(number: int) -> Term:
        sources = _sources(operation, equation, index, np.unravel_index(number, summed) if summed else ())
        values = [float(factor[number]) for factor in factors]
        parts = tuple(Term("value", value, source=source) for value, source in zip(values, sources, strict=True))
        if len(parts) == 1:
            return parts[0]
        numbers = dict(zip(("input", "weight"), values, strict=True)) if len(values) == 2 else {}
        return Term("product", float(products[number]), numbers, source=sources[0], terms=parts)

    total = float(products.sum())
    largest = np.argsort(-np.abs(products), kind="stable")[:FORMULA_TERMS].tolist()
    parts = [write_product([factor[at] for factor in factors], not number) for number, at in enumerate(largest)]
    return Working(
        total, sum_formula(parts, len(products), total), list_largest(products, product, operation.limit), is_sum=True
    )


def _sources(operation: Operation, equation: Equation, index: Index, at: tuple[np.intp, ...]) -> list[Source]:
    """Where the factors of a product are."""
    places = dict(zip(equation.result, index, strict=True)) | dict(zip(equation.summed, map(int, at), strict=True))
    return [
        Source(
            position,
            tuple(
                0 if n == 1 else places[letter]
                for letter, n in zip(letters, operation.required(position).shape, strict=True)
            ),
        )
        for position, letters in enumerate(equation.operands)
    ]


WORKINGS: Mapping[str, Work] = {"Einsum": einsum}
