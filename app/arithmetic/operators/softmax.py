"""The working of a softmax and of its logarithm: the exponentials after the maximum is taken off, and their sum."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp, log

import numpy as np

from app.arithmetic.working import (
    Doubles,
    Index,
    Operation,
    Source,
    Term,
    Work,
    Working,
    add_up,
    figure,
    list_largest,
    operand,
)

ONE_AXIS = 13  # from this opset on it is over a single axis; before, over all axes from `axis` on


@dataclass(frozen=True, slots=True, eq=False)
class Competitors:
    """The numbers that a softmax is over, which of them it is of, and where each is in its input."""

    numbers: Doubles
    own: int
    index_of: Callable[[int], Index]

    @property
    def maximum(self) -> Term:
        """The largest of them."""
        best = int(self.numbers.argmax())
        return Term("maximum", float(self.numbers[best]), source=Source(0, self.index_of(best)))

    @property
    def difference(self) -> str:
        """What the exponential is of: "5.1 − 7.3"."""
        return f"{figure(self.numbers[self.own])} − {operand(self.maximum.value)}"

    def exponential(self, number: int) -> Term:
        """exp(x - maximum) of one of them."""
        x, maximum = float(self.numbers[number]), self.maximum.value
        source, is_own = Source(0, self.index_of(number)), number == self.own
        return Term("exponential", exp(x - maximum), {"input": x, "maximum": maximum}, source, is_chosen=is_own)

    def sum(self, limit: int) -> Term:
        """The sum of all exponentials."""
        values = np.exp(self.numbers - self.maximum.value)
        return Term("sum", add_up(values), terms=list_largest(values, self.exponential, limit), is_sum=True)


def softmax(operation: Operation, index: Index) -> Working:
    """Softmax: https://onnx.ai/onnx/operators/onnx__Softmax.html."""
    competitors = _competitors(operation, index)
    own, whole = competitors.exponential(competitors.own), competitors.sum(operation.limit)
    total = own.value / whole.value
    formula = f"exp({competitors.difference}) ÷ {figure(whole.value)} = {figure(total)}"
    return Working(total, formula, (own, whole, competitors.maximum))


def log_softmax(operation: Operation, index: Index) -> Working:
    """LogSoftmax: https://onnx.ai/onnx/operators/onnx__LogSoftmax.html."""
    competitors = _competitors(operation, index)
    own, whole = competitors.exponential(competitors.own), competitors.sum(operation.limit)
    total = own.numbers["input"] - own.numbers["maximum"] - log(whole.value)
    formula = f"{competitors.difference} − ln {figure(whole.value)} = {figure(total)}"
    return Working(total, formula, (own, whole, competitors.maximum))


def _competitors(operation: Operation, index: Index) -> Competitors:
    x = operation.required(0)
    is_single = operation.opset >= ONE_AXIS
    axis = int(operation.attributes.get("axis", -1 if is_single else 1)) % max(x.ndim, 1)
    after = axis + 1 if is_single else x.ndim  # the first axis behind those that it is over
    selection: tuple[int | slice, ...] = (*index[:axis], *[slice(None)] * (after - axis), *index[after:])
    numbers = x[selection]

    def index_of(number: int) -> Index:
        return (*index[:axis], *(int(at) for at in np.unravel_index(number, numbers.shape)), *index[after:])

    own = int(np.ravel_multi_index(index[axis:after], numbers.shape))
    return Competitors(numbers.astype(np.float64).reshape(-1), own, index_of)


WORKINGS: Mapping[str, Work] = {
    "LogSoftmax": log_softmax,
    "Softmax": softmax,
}
