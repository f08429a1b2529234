"""Labels: the names of what an output's numbers stand for, and finding classes by them."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import overload

from app.errors import NetworkError
from app.nets.head import Head

INDEX_MARK = "#"  # before the index of a class, where a number alone may be the name of another one
UNIT_NAMES = 2  # of a single probability: of the class that it is not, and of the one that it is


class IndexLabels(Sequence[str]):
    """The labels of numbers that have no names: their indices, "0" to `count` - 1."""

    def __init__(self, count: int) -> None:
        self._indices = range(count)

    def __len__(self) -> int:
        return len(self._indices)

    def __iter__(self) -> Iterator[str]:
        return map(str, self._indices)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        part = self._indices[index]
        return str(part) if isinstance(part, int) else tuple(map(str, part))


@dataclass(frozen=True, slots=True)
class ClassLabels:
    """The labels of the classes of boxes or of a mask: `names`, if they fit the number of `classes`, 0 if unknown.

    The background, which is no class of a box, may have a name or none: it is before the first class if one is
    `skipped`, else after the last.
    """

    names: Sequence[str]
    classes: int
    skipped: int = 0

    def find(self, index: int) -> str | None:
        """The label of a class; None where none fits."""
        count = len(self.names)
        if self.classes == 1 and count == UNIT_NAMES:
            return self.names[-1]
        place = index + self.skipped if count == self.classes else index
        fits = self.classes - count in (0, 1) or not self.classes
        return self.names[place] if fits and 0 <= place < count else None


def output_labels(head: Head, names: Sequence[str]) -> Sequence[str]:
    """The label of each number of an output; of a single unit the last name, which is that of the positive class."""
    if head.kind == "vector" or not names:
        return IndexLabels(head.units)
    return names[-1:] if head.kind == "binary" else names


def possible_answers(head: Head, names: Sequence[str]) -> Sequence[str]:
    """The label of each class that an answer may be; of a single unit those of its two sides."""
    labels = output_labels(head, names)
    if head.kind != "binary":
        return labels
    return (names[0] if len(names) >= UNIT_NAMES else f"¬ {labels[0]}", labels[0])


def find_classes(labels: Sequence[str], query: str) -> tuple[int, ...]:
    """The classes that match `query`, in the order of the labels.

    `#3` is the class of this index, whatever names there are; a number alone may also be a name, which comes first.
    A class's index or its full name matches this class only; other text matches each class whose name contains all
    its words, also as parts of words. Case does not matter.
    """
    query = query.strip().casefold()
    if query.startswith(INDEX_MARK) and _is_index(query[1:]):
        return _at_index(labels, query[1:])
    if isinstance(labels, IndexLabels) and not query.isdecimal():
        return ()
    if _is_index(query) and (isinstance(labels, IndexLabels) or query not in labels):
        return _at_index(labels, query)
    names = _casefold(tuple(labels))
    if query in names:
        return tuple(index for index, name in enumerate(names) if name == query)
    words = query.split()
    return tuple(index for index, name in enumerate(names) if words and all(word in name for word in words))


def distinct_labels(labels: Sequence[str]) -> Sequence[str]:
    """The labels as a reader tells them apart: with its index, such as `crane #3`, where several classes have one."""
    return labels if isinstance(labels, IndexLabels) else _distinct(tuple(labels))


@lru_cache(16)
def _distinct(labels: tuple[str, ...]) -> tuple[str, ...]:
    counts = Counter(_casefold(labels))
    return tuple(
        label if counts[label.casefold()] == 1 else f"{label} {INDEX_MARK}{index}" for index, label in enumerate(labels)
    )


def _is_index(text: str) -> bool:
    return text.isdecimal() and text.isascii()


def _at_index(labels: Sequence[str], digits: str) -> tuple[int, ...]:
    return (int(digits),) if len(digits) < 10 and int(digits) < len(labels) else ()


@lru_cache(16)
def _casefold(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Labels without upper case: a page looks for as many classes as it lists."""
    return tuple(label.casefold() for label in labels)


def read_labels(path: Path) -> tuple[str, ...]:
    """The names in a JSON file; raises NetworkError if it can't be read or is no list of names."""
    try:
        names = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, RecursionError, ValueError) as error:
        raise NetworkError(f"The labels {path.stem} can't be read.") from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise NetworkError(f"The labels {path.stem} are not a list of names.")
    return tuple(names)
