"""The working of a number: what an operator reads, the terms of the number, and the formula with its figures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Index = tuple[int, ...]  # into a whole ONNX value, the batch axis included
Doubles = NDArray[np.float64]
LISTED = 16  # terms that a sum lists unless more are requested
FORMULA_TERMS = 3  # terms that a formula writes out
DIGITS = 4  # significant digits of a figure in a formula


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One ONNX operator and what it reads for one picture.

    `inputs` are whole values in the file's dtype, None where an optional one is left out. `output` is which of its
    outputs is computed, `output_shape` the shape of that. A sum lists its `limit` largest terms, the others as one.
    """

    op: str
    opset: int
    attributes: Mapping[str, Any]
    inputs: tuple[NDArray[Any] | None, ...]
    output_shape: tuple[int, ...]
    output: int = 0
    limit: int = LISTED

    def input(self, position: int) -> NDArray[Any] | None:
        """An input; None if it is left out, at the end of the list too."""
        return self.inputs[position] if 0 <= position < len(self.inputs) else None

    def required(self, position: int) -> NDArray[Any]:
        """An input that the operator can't do without.

        Raises:
            LookupError: it is left out.
        """
        value = self.input(position)
        if value is None:
            raise LookupError(f"{self.op} has no input {position}")
        return value


@dataclass(frozen=True, slots=True)
class Source:
    """A number that an operator reads: which of its inputs, and which number of that."""

    position: int
    index: Index


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """The window on one input channel, as aligned grids (rows, columns); a pooling has no kernel and no products.

    `padding` is True outside the input, where `inputs` is what the operator counts there. `top` and `left` are the
    window's corner on the input map, negative in the padding; `dilations` are the steps from row to row and from
    column to column. `index` is that of the channel in the input's value, without the rows and columns.
    """

    inputs: Doubles
    kernel: Doubles | None
    products: Doubles | None
    padding: NDArray[np.bool_]
    top: int
    left: int
    dilations: tuple[int, int] = (1, 1)
    index: Index = ()
    position: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A part of a working: a number and where it comes from, with the parts that it is made of itself.

    Its `value` is what it adds where its parent is a sum, else the number itself. `kind` is one of
    `app.arithmetic.kinds`; "rest" stands for `count` smaller terms, and its number "magnitude" is the sum of their
    magnitudes. `numbers` are its figures by their names in the field. `is_chosen` marks the candidate that is the
    maximum and the side of a limit that holds; `is_sum` says whether its own terms add up to its value.
    """

    kind: str
    value: float
    numbers: Mapping[str, float] = field(default_factory=dict)
    source: Source | None = None
    patch: Patch | None = None
    terms: tuple["Term", ...] = ()
    count: int = 1
    is_chosen: bool = False
    is_sum: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Working:
    """How a number is computed: `total` is recomputed in float64; `terms` are sorted, the largest first, in a sum.

    `is_sum` says whether the terms add up to the total, so that each has a share of it.
    """

    total: float
    formula: str
    terms: tuple[Term, ...]
    is_sum: bool = False


Work = Callable[[Operation, Index], Working]


def list_largest(
    values: Doubles, term_of: Callable[[int], Term], limit: int, extra: Sequence[Term] = ()
) -> tuple[Term, ...]:
    """The terms of a sum, the largest magnitude first: at most `limit` of `values`, then the others as one "rest".

    `term_of` makes the term of a position in `values`; `extra` are further terms that are always listed, as a bias.
    """
    order = np.argsort(-np.abs(values), kind="stable")
    listed, others = order[:limit], order[limit:]
    terms = sorted([*map(term_of, listed.tolist()), *extra], key=lambda term: -abs(term.value))
    if not len(others):
        return tuple(terms)
    left = values[others]
    return (*terms, Term("rest", add_up(left), {"magnitude": add_up(abs(left))}, count=len(left)))


def cut_fraction(working: Working) -> Working:
    """The working of integers whose result is none, as a quotient or a mean: onnxruntime leaves the fraction out."""
    real = Term("real", working.total, terms=working.terms, is_sum=working.is_sum)
    total = float(np.trunc(working.total))
    expression, equals, _ = working.formula.rpartition(" = ")
    return Working(total, f"trunc({expression}){equals}{figure(total)}", (real,))


def add_up(numbers: Iterable[float]) -> float:
    """The sum in float64, which is infinite or no number where one of them is."""
    return float(np.sum(np.fromiter(numbers, np.float64)))


def figure(number: float) -> str:
    """A number in a formula: four significant digits and a true minus sign, which 0 does not have."""
    text = f"{number + 0.0:.{DIGITS}g}"
    return text.replace("-", "\N{MINUS SIGN}")


def operand(number: float) -> str:
    """A number after an operation's sign: in brackets if it is negative."""
    return f"({figure(number)})" if number < 0 else figure(number)


def write_product(factors: Sequence[float], is_first: bool) -> str:
    """A product as a part of a sum: "−0.52 × 1.1" where it is the first one, else "(−0.52) × 1.1"."""
    first, *others = factors
    return " × ".join([figure(first) if is_first else operand(first), *map(operand, others)])


def sum_formula(parts: Sequence[str], count: int, total: float, last: Sequence[str] = ()) -> str:
    """A sum of `count` terms with its first parts written out: "0.52 × 1.1 + 0.4 × (−2) + … + 0.03 = 0.83".

    `last` are further terms, always written, as a bias.
    """
    listed = list(parts[:FORMULA_TERMS])
    if count > len(listed):
        listed.append("…")
    return f"{' + '.join([*listed, *last]) or '0'} = {figure(total)}"
