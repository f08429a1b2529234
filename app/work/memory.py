"""How many bytes of memory a result holds."""

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import fields, is_dataclass
from functools import cache
from math import ceil
from sys import getsizeof
from typing import Any

import numpy as np
from numpy.typing import NDArray

MANY = 2000
PLAIN = (str, bytes, int, float, complex, np.generic)
Parts = Callable[[Any], Iterable[Any]]


def held_bytes(result: Any) -> int:
    """The bytes of arrays, texts, numbers, containers and dataclasses that can be reached from `result`, each once.

    A view counts as the array that it keeps from being freed, a file that is mapped as nothing. Objects of other
    classes, such as networks, are not the result's and count as nothing, with all that they hold. Of more than MANY
    parts, such as the predictions of a job, a sample stands for all.
    """
    total, seen, left = 0.0, set[int](), [(result, 1.0)]
    while left:
        value, weight = left.pop()
        if isinstance(value, np.ndarray):
            value = _owner(value)
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, np.ndarray):
            total += weight * _array_bytes(value)
        elif parts_of := _parts_of(value.__class__):
            total += weight * getsizeof(value)
            parts = list(parts_of(value))
            sample = parts[:: ceil(len(parts) / MANY) or 1]
            left.extend((part, weight * len(parts) / len(sample)) for part in sample)
    return round(total)


@cache
def _parts_of(kind: type) -> Parts | None:
    """What gives the parts of a value of this class; None if such values do not count."""
    if issubclass(kind, PLAIN):
        return lambda value: ()
    if issubclass(kind, Mapping):
        return lambda value: (*value.keys(), *value.values())
    if issubclass(kind, (list, tuple, Set)):
        return lambda value: value
    if is_dataclass(kind):
        names = [field.name for field in fields(kind)]
        return lambda value: [getattr(value, name) for name in names]
    return None


def _owner(array: NDArray[Any]) -> NDArray[Any]:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _array_bytes(array: NDArray[Any]) -> int:
    if isinstance(array, np.memmap):
        return 0
    return getsizeof(array) if array.flags.owndata else array.nbytes
