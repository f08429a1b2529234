"""The figures of an answer of the API: single values by their names, and lists of classes as tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LONGEST = 200  # characters of a value
MOST_FIGURES, MOST_CLASSES, DEEPEST = 60, 10, 3
REPEATED = {"model", "image"}  # stand above every table
SHORT_LIST = 8  # values that are written in one line


@dataclass(frozen=True, slots=True)
class ApiFigure:
    """One value, with the name that the API gives it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ClassTable:
    """Classes with their scores and logits, which are None where the API gives none."""

    name: str
    classes: tuple[tuple[str, float | None, float | None], ...]


def figures_of(data: Any) -> tuple[ApiFigure, ...]:
    """The single values and short lists in an answer; those inside of others have both names. Pictures are none."""
    figures = [ApiFigure(name, text[:LONGEST]) for name, text in _values(data, "", 0)]
    return tuple(figures[:MOST_FIGURES])


def tables_of(data: Any) -> tuple[ClassTable, ...]:
    """The lists of classes in an answer."""
    if not isinstance(data, dict):
        return ()
    return tuple(
        ClassTable(
            name, tuple((str(each["label"])[:LONGEST], each["score"], each["logit"]) for each in values[:MOST_CLASSES])
        )
        for name, values in data.items()
        if isinstance(values, list) and values and _is_class(values[0])
    )


def _is_class(value: Any) -> bool:
    return isinstance(value, dict) and {"label", "score", "logit"} <= value.keys()


def _values(data: Any, prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    if not isinstance(data, dict):
        return
    for name, value in data.items():
        if name in REPEATED:
            continue
        full = f"{prefix}{name}"
        if isinstance(value, dict) and depth < DEEPEST:
            yield from _values(value, f"{full}.", depth + 1)
        elif isinstance(value, list):
            yield from _short_list(value, full, depth)
        elif value is not None and not isinstance(value, dict) and not str(value).startswith("data:"):
            yield full, _word(value)


def _short_list(values: list[Any], name: str, depth: int) -> Iterator[tuple[str, str]]:
    """The values of a short list in one line, or each of its few records; classes have a table of their own."""
    if not 0 < len(values) <= SHORT_LIST or _is_class(values[0]):
        return
    if not any(isinstance(each, dict | list) for each in values):
        yield name, ", ".join(map(_word, values))
    elif depth < DEEPEST:
        for number, each in enumerate(values, 1):
            yield from _values(each, f"{name}.{number}.", depth + 1)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
