"""A typed matrix: nested lists of numbers as an array."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import InvalidRequest

SHAPES = {1: "a list", 2: "rows of numbers", 3: "channels of rows of numbers", 4: "filters of channels of rows"}


def read_array(nested: Sequence[Any], name: str, ranks: Collection[int]) -> NDArray[np.float64]:
    """The array that nested lists hold; `name` is what an error calls it.

    Raises:
        InvalidRequest: it is empty, ragged or nested to another depth than `ranks`, or something in it is no finite
            number.
    """
    shape = _shape_of(nested)
    if len(shape) not in ranks:
        known = " or ".join(SHAPES[rank] for rank in ranks)
        raise InvalidRequest(f"The {name} must be {known}; it is nested {len(shape)} deep.", depth=len(shape))
    level: list[Any] = [nested]
    for depth, length in enumerate(shape):
        for index, each in enumerate(level):
            if not isinstance(each, list) or len(each) != length:
                raise InvalidRequest(f"The {name} is ragged: {_ragged(each, index, length)}.", depth=depth, index=index)
        level = [entry for each in level for entry in each]
    return _numbers(level, name).reshape(shape)


def _shape_of(nested: Any) -> tuple[int, ...]:
    """The lengths of the first list on each level."""
    shape = []
    while isinstance(nested, list):
        shape.append(len(nested))
        nested = nested[0] if nested else None
    return tuple(shape)


def _ragged(each: Any, index: int, length: int) -> str:
    if not isinstance(each, list):
        return f"entry {index} is a number, not a list of {length}"
    return f"list {index} and the first one have different lengths: {len(each)} and {length}"


def _numbers(entries: list[Any], name: str) -> NDArray[np.float64]:
    if not entries:
        raise InvalidRequest(f"The {name} is empty.")
    if not {int, float}.issuperset(map(type, entries)):
        raise InvalidRequest(f"The {name} must hold numbers only.")
    try:
        numbers = np.array(entries, np.float64)
    except OverflowError:  # a whole number of more than 308 digits
        numbers = np.array([np.inf])
    if not np.isfinite(numbers).all():
        raise InvalidRequest(f"The {name} must hold finite numbers: no NaN, no infinity.")
    return numbers
