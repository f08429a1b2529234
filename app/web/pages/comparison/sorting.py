"""The columns of the comparison: what each sorts by, and the headings that sort."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR
from typing import Any, Literal, get_args

from app.web.pages.comparison.address import Column, ComparisonAddress
from app.web.pages.comparison.entry import NetworkEntry

Direction = Literal["ascending", "descending"]

VALUES: Mapping[Column, Callable[[NetworkEntry], Any]] = {
    "network": lambda entry: entry.card.name.casefold(),
    "family": lambda entry: entry.card.family and entry.card.family.casefold(),
    "year": lambda entry: entry.card.year,
    "depth": lambda entry: entry.depth,
    "params": lambda entry: entry.params,
    "macs": lambda entry: entry.macs,
    "bytes": lambda entry: entry.nbytes,
    "input": lambda entry: entry.card.input.width * entry.card.input.height,
    "field": lambda entry: entry.field,
    "activations": lambda entry: entry.activation_bytes,
    "time": lambda entry: entry.milliseconds,
    "accuracy": lambda entry: entry.accuracy and entry.accuracy.top1,
    "published": lambda entry: entry.published,
}


@dataclass(frozen=True, slots=True)
class HeadingView:
    """A column's heading, and the address that sorts by it; `order` is how the table is sorted by it now."""

    column: Column
    href: str
    order: Direction | None


def sort_entries(entries: Iterable[NetworkEntry], address: ComparisonAddress) -> tuple[NetworkEntry, ...]:
    """The entries in the order of the address; those without a figure come last.

    Without an order in the address they are sorted by year, those without one last, and each copy after its original.
    """
    if address.sort is None:
        return _by_year(entries)
    value = VALUES[_column(address.sort)]
    known = [entry for entry in entries if value(entry) is not None]
    unknown = [entry for entry in entries if value(entry) is None]
    return (*sorted(known, key=value, reverse=address.sort.startswith("-")), *unknown)


def heading_views(address: ComparisonAddress) -> tuple[HeadingView, ...]:
    """The heading of every column; the one that the table is sorted by reverses the order."""
    return tuple(_heading_view(column, address) for column in get_args(Column))


def _heading_view(column: Column, address: ComparisonAddress) -> HeadingView:
    order: Direction | None = None
    if address.sort and _column(address.sort) == column:
        order = "descending" if address.sort.startswith("-") else "ascending"
    sort = f"-{column}" if order == "ascending" else column
    return HeadingView(column, address.link(sort=sort, measure=False), order)


def _column(sort: str) -> Column:
    return next(column for column in get_args(Column) if column == sort.removeprefix("-"))


def _by_year(entries: Iterable[NetworkEntry]) -> tuple[NetworkEntry, ...]:
    listed = list(entries)
    position = {
        entry.card.id: (entry.card.year or MAXYEAR, entry.card.family or "", index)
        for index, entry in enumerate(listed)
    }

    def key(entry: NetworkEntry) -> tuple[int, str, int, bool]:
        base = entry.card.id.partition("-")[0] if entry.original else entry.card.id
        own = position[entry.card.id]  # of a copy whose original can't be used and is not listed
        return *position.get(base, own), entry.original is not None

    return tuple(sorted(listed, key=key))
