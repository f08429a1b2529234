"""Numbers that an operator reads: one that broadcasts to an index, or all in ranges of the axes, with their places."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.arithmetic.working import FORMULA_TERMS, Doubles, Index, Operation, Source, Term, figure, list_largest, operand


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Numbers of one input that are read together, in their order; `ranges` are their places along each axis."""

    position: int
    numbers: Doubles
    ranges: tuple[Sequence[int], ...]

    def source(self, number: int) -> Source:
        """Where one of the numbers is."""
        places = np.unravel_index(number, [len(own) for own in self.ranges])
        return Source(self.position, tuple(own[int(at)] for own, at in zip(self.ranges, places, strict=True)))

    def value(self, number: int) -> Term:
        """One of the numbers."""
        return Term("value", float(self.numbers[number]), source=self.source(number))

    def sum(self, limit: int) -> Term:
        """Their sum."""
        return self.sum_of(self.numbers, limit)

    def sum_of(self, images: Doubles, limit: int) -> Term:
        """The sum of their images under a function, such as their squares."""
        is_own = images is self.numbers

        def image(number: int) -> Term:
            figures = {} if is_own else {"input": float(self.numbers[number])}
            return Term("value", float(images[number]), figures, self.source(number))

        return Term("sum", float(np.sum(images)), terms=list_largest(images, image, limit), is_sum=True)

    def mean(self, limit: int) -> Term:
        """Their mean."""
        whole, count = self.sum(limit), len(self.numbers)
        return Term("mean", float(np.divide(whole.value, count)), {"sum": whole.value, "count": count}, terms=(whole,))

    def variance(self, mean: float, limit: int) -> Term:
        """The mean of the squares of their differences from their mean."""
        whole, count = self.sum_of((self.numbers - mean) ** 2, limit), len(self.numbers)
        figures = {"sum": whole.value, "count": count}
        return Term("variance", float(np.divide(whole.value, count)), figures, terms=(whole,))


def select(operation: Operation, position: int, ranges: Mapping[int, Sequence[int]], index: Index) -> Selection:
    """The numbers of an input in `ranges` of some axes; those of the other axes are at the index."""
    x = operation.required(position)
    places = tuple(ranges.get(axis, range(index[axis], index[axis] + 1)) for axis in range(x.ndim))
    numbers = x[np.ix_(*places)] if places else x
    return Selection(position, numbers.astype(np.float64).reshape(-1), places)


def whole_axes(operation: Operation, position: int, axes: Sequence[int]) -> dict[int, range]:
    """The ranges that select all of these axes of an input."""
    return {axis: range(operation.required(position).shape[axis]) for axis in axes}


def read_number(
    operation: Operation, position: int, index: Index, kind: str = "value", is_chosen: bool = False
) -> Term:
    """The number of an input that broadcasts to an index of the output, as a term."""
    x = operation.required(position)
    place = broadcast_index(index, x.shape)
    return Term(kind, float(x[place]), source=Source(position, place), is_chosen=is_chosen)


def broadcast_index(index: Index, shape: Sequence[int]) -> Index:
    """The index of the number of an array that broadcasts to an index: https://onnx.ai/onnx/repo-docs/Broadcasting."""
    places = index[len(index) - len(shape) :]
    return tuple(0 if length == 1 else place for place, length in zip(places, shape, strict=True))


def list_candidates(selection: Selection, order: Sequence[int], limit: int) -> tuple[Term, ...]:
    """Candidates in the order given, the best first; at most `limit` are listed, the others as one "rest".

    The first is chosen; what equals it is a "tie". The value of the "rest" is the best of them.
    """
    numbers, best = selection.numbers, order[0]
    terms = []
    for number in order[:limit]:
        kind = "tie" if number != best and numbers[number] == numbers[best] else "candidate"
        source = selection.source(number)
        terms.append(Term(kind, float(numbers[number]), source=source, is_chosen=number == best))
    if len(order) > limit:
        terms.append(Term("rest", float(numbers[order[limit]]), count=len(order) - limit))
    return tuple(terms)


def write_sum(numbers: Doubles) -> str:
    """A sum in a formula, its largest numbers first: "3 + (−2) + 1 + …"."""
    return write_first(numbers[np.argsort(-np.abs(numbers), kind="stable")], " + ") or "0"


def write_first(numbers: Doubles, separator: str, write: Callable[[float], str] = operand) -> str:
    """The first of the numbers in a formula, and dots for the others; `write` writes those after a separator."""
    first = numbers[:FORMULA_TERMS].tolist()
    written = [write(number) if at else figure(number) for at, number in enumerate(first)]
    return separator.join([*written, *(["…"] if len(numbers) > FORMULA_TERMS else [])])
