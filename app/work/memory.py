"""How many bytes of memory a result holds."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import fields, is_dataclass
from sys import getsizeof
from typing import Any

import numpy as np
from numpy.typing import NDArray

CONTAINERS = (list, tuple, Set)
PLAIN = (str, bytes, int, float, complex, np.generic)


def held_bytes(result: Any) -> int:
    """The bytes of arrays, texts, numbers, containers and dataclasses that can be reached from `result`, each once.

    A view counts as the array that it keeps from being freed, a file that is mapped as nothing. Objects of other
    classes, such as networks, are not the result's and count as nothing, with all that they hold.
    """
    total, seen, left = 0, set[int](), [result]
    while left:
        value = left.pop()
        value = _owner(value) if isinstance(value, np.ndarray) else value
        if id(value) not in seen:
            seen.add(id(value))
            total += _own_bytes(value)
            left.extend(_parts(value))
    return total


def _own_bytes(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return 0 if isinstance(value, np.memmap) else getsizeof(value) if value.flags.owndata else value.nbytes
    return getsizeof(value) if isinstance(value, (*PLAIN, *CONTAINERS, Mapping)) or _is_record(value) else 0


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return (*value.keys(), *value.values())
    if isinstance(value, CONTAINERS):
        return value
    return (getattr(value, field.name) for field in fields(value)) if _is_record(value) else ()


def _is_record(value: Any) -> bool:
    return is_dataclass(value) and not isinstance(value, type)


def _owner(array: NDArray[Any]) -> NDArray[Any]:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
