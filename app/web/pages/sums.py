"""The counts of a network as sums over its layers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.analysis.operator_kind import operator_kind
from app.nets.layer import Layer

FEW_TERMS = 8  # a sum of so many layers has a term for each, one of more a term for each kind of layers


@dataclass(frozen=True, slots=True)
class TermView:
    """A number of a sum; `kind` is the kind of the layers that it counts, None for a single layer."""

    kind: str | None
    number: int


@dataclass(frozen=True, slots=True)
class SumView:
    """A count of a network as a sum over its layers; without terms where it is not their sum."""

    terms: tuple[TermView, ...]
    total: int


def sum_view(layers: Iterable[Layer], count: Literal["params", "macs"], total: int) -> SumView:
    """The sum of the layers' `params` or `macs`: layer by layer in a small network, else by their kinds."""
    numbers = [(layer, getattr(layer, count)) for layer in layers if getattr(layer, count)]
    if sum(number for _, number in numbers) != total or len(numbers) < 2:
        return SumView((), total)
    if len(numbers) <= FEW_TERMS:
        return SumView(tuple(TermView(None, number) for _, number in numbers), total)
    kinds: Counter[str] = Counter()
    for layer, number in numbers:
        kinds[operator_kind(layer.op)] += number
    return SumView(tuple(TermView(kind, number) for kind, number in kinds.most_common()), total)
