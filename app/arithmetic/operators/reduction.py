"""The workings of reductions: sum, mean, norm or extreme of numbers along axes, its place, and that of a rank."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from app.arithmetic.operators.selection import Selection, list_candidates, select, whole_axes, write_first, write_sum
from app.arithmetic.working import (
    Doubles,
    Index,
    Operation,
    Term,
    Work,
    Working,
    cut_fraction,
    figure,
    list_largest,
)

Reduction = Callable[[Selection, int], Working]


def reduce_axes(reduction: Reduction, operation: Operation, index: Index) -> Working:
    """A reduction over some axes, or all: https://onnx.ai/onnx/operators/onnx__ReduceSum.html."""
    working = reduction(_select(operation, _axes(operation), index), operation.limit)
    is_whole = operation.required(0).dtype.kind in "iu"
    return cut_fraction(working) if is_whole and not working.total.is_integer() else working


def _axes(operation: Operation) -> list[int]:
    """The axes that are reduced: an input, or in old versions an attribute."""
    given, rank = operation.input(1), operation.required(0).ndim
    axes = operation.attributes.get("axes") if given is None else given.reshape(-1).tolist()
    if not axes:
        return [] if operation.attributes.get("noop_with_empty_axes") else list(range(rank))
    return sorted(int(axis) % rank for axis in axes)


def _select(operation: Operation, axes: Sequence[int], index: Index) -> Selection:
    rank = operation.required(0).ndim
    if operation.attributes.get("keepdims", True):
        full = index
    else:
        remaining = iter(index)
        full = tuple(0 if axis in axes else next(remaining) for axis in range(rank))
    return select(operation, 0, whole_axes(operation, 0, axes), full)


def _sum(selection: Selection, limit: int) -> Working:
    return _add_images(selection, selection.numbers, limit)


def _sum_of_squares(selection: Selection, limit: int) -> Working:
    return _add_images(selection, selection.numbers**2, limit)


def _sum_of_magnitudes(selection: Selection, limit: int) -> Working:
    return _add_images(selection, np.abs(selection.numbers), limit)


def _add_images(selection: Selection, images: Doubles, limit: int) -> Working:
    whole = selection.sum_of(images, limit)
    return Working(whole.value, f"{write_sum(images)} = {figure(whole.value)}", whole.terms, is_sum=True)


def _mean(selection: Selection, limit: int) -> Working:
    count = len(selection.numbers)
    shares = selection.numbers / count

    def share(number: int) -> Term:
        figures = {"input": float(selection.numbers[number]), "divisor": count}
        return Term("value", float(shares[number]), figures, selection.source(number))

    total = float(np.divide(np.sum(selection.numbers), count))  # exactly a whole number where it is one
    formula = f"({write_sum(selection.numbers)}) ÷ {count} = {figure(total)}"
    return Working(total, formula, list_largest(shares, share, limit), is_sum=True)


def _norm(selection: Selection, limit: int) -> Working:
    whole = selection.sum_of(selection.numbers**2, limit)
    total = math.sqrt(whole.value)
    return Working(total, f"√({write_sum(selection.numbers**2)}) = {figure(total)}", (whole,))


def _logarithm(selection: Selection, limit: int) -> Working:
    whole = selection.sum(limit)
    total = float(np.log(whole.value))
    return Working(total, f"ln({write_sum(selection.numbers)}) = {figure(total)}", (whole,))


def _logarithm_of_exponentials(selection: Selection, limit: int) -> Working:
    """The maximum is taken off first, so that nothing overflows."""
    best = int(selection.numbers.argmax())
    maximum = Term("maximum", float(selection.numbers[best]), source=selection.source(best))
    whole = selection.sum_of(np.exp(selection.numbers - maximum.value), limit)
    total = maximum.value + math.log(whole.value)
    return Working(total, f"{figure(maximum.value)} + ln {figure(whole.value)} = {figure(total)}", (maximum, whole))


def _product(selection: Selection, limit: int) -> Working:
    order = np.argsort(-np.abs(selection.numbers), kind="stable").tolist()
    total = float(np.prod(selection.numbers))
    terms = [Term("factor", float(selection.numbers[at]), source=selection.source(at)) for at in order[:limit]]
    if len(order) > limit:
        terms.append(Term("rest", float(np.prod(selection.numbers[order[limit:]])), count=len(order) - limit))
    return Working(total, f"{write_first(selection.numbers[order], ' × ')} = {figure(total)}", tuple(terms))


def _extreme(name: str, selection: Selection, limit: int) -> Working:
    order = _rank(name, selection.numbers)
    total = float(selection.numbers[order[0]])
    formula = f"{name}({write_first(selection.numbers[order], ', ', figure)}) = {figure(total)}"
    return Working(total, formula, list_candidates(selection, order, limit))


def _rank(name: str, numbers: Doubles) -> list[int]:
    """The places of the numbers, that of the extreme first."""
    order: list[int] = np.argsort(-numbers if name == "max" else numbers, kind="stable").tolist()
    return order


def place_of_extreme(name: str, operation: Operation, index: Index) -> Working:
    """ArgMax and ArgMin: where the extreme is along an axis, the first or the last one.

    https://onnx.ai/onnx/operators/onnx__ArgMax.html
    """
    axis = int(operation.attributes.get("axis", 0)) % operation.required(0).ndim
    selection = _select(operation, [axis], index)
    order = _rank(name, selection.numbers)
    if operation.attributes.get("select_last_index"):
        best = selection.numbers[order[0]]
        ties = [at for at in order if selection.numbers[at] == best]
        order = [ties[-1], *ties[:-1], *order[len(ties) :]]
    total, extreme = float(order[0]), float(selection.numbers[order[0]])
    formula = f"arg {name} = {order[0]}, {figure(extreme)}"
    return Working(total, formula, list_candidates(selection, order, operation.limit))


def sum_so_far(operation: Operation, index: Index) -> Working:
    """CumSum: https://onnx.ai/onnx/operators/onnx__CumSum.html."""
    x, exclusive = operation.required(0), int(operation.attributes.get("exclusive", 0))
    axis = int(operation.required(1).reshape(-1)[0]) % x.ndim
    at = index[axis]
    places = range(at + exclusive, x.shape[axis]) if operation.attributes.get("reverse") else range(at + 1 - exclusive)
    return _sum(select(operation, 0, {axis: places}, index), operation.limit)


def number_of_rank(operation: Operation, index: Index) -> Working:
    """The values of TopK, the greatest or the least along an axis in order.

    https://onnx.ai/onnx/operators/onnx__TopK.html
    """
    if not operation.attributes.get("sorted", True):
        raise ValueError("the order is not defined")
    axis = int(operation.attributes.get("axis", -1)) % operation.required(0).ndim
    selection, rank = select(operation, 0, whole_axes(operation, 0, [axis]), index), index[axis]
    order = _rank("max" if operation.attributes.get("largest", True) else "min", selection.numbers)
    total = float(selection.numbers[order[rank]])
    formula = f"sort({write_first(selection.numbers[order], ', ', figure)})[{rank}] = {figure(total)}"
    ranked = [order[rank], *order[:rank], *order[rank + 1 :]]
    return Working(total, formula, list_candidates(selection, ranked, operation.limit))


REDUCTIONS: Mapping[str, Reduction] = {
    "ReduceL1": _sum_of_magnitudes,
    "ReduceL2": _norm,
    "ReduceLogSum": _logarithm,
    "ReduceLogSumExp": _logarithm_of_exponentials,
    "ReduceMax": partial(_extreme, "max"),
    "ReduceMean": _mean,
    "ReduceMin": partial(_extreme, "min"),
    "ReduceProd": _product,
    "ReduceSum": _sum,
    "ReduceSumSquare": _sum_of_squares,
}
WORKINGS: Mapping[str, Work] = {
    "ArgMax": partial(place_of_extreme, "max"),
    "ArgMin": partial(place_of_extreme, "min"),
    "CumSum": sum_so_far,
    "TopK": number_of_rank,
    **{op: partial(reduce_axes, reduction) for op, reduction in REDUCTIONS.items()},
}
