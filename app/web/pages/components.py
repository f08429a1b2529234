"""Small parts that several pages share: notices, choices and colour tables."""

from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from app.errors import ConvScopeError
from app.rendering.colormap import DEFAULT, DIVERGING, ColormapName, colour_table
from app.web.pages.address import Address


@dataclass(frozen=True, slots=True)
class Notice:
    """An error, shown where it occurs. `code` is the API's."""

    code: str
    message: str
    status: int

    @classmethod
    def of(cls, error: ConvScopeError) -> "Notice":
        return cls(error.code, error.message, error.status)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, and the page with this value."""

    value: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ColourTable:
    """A colour map as the tables of an SVG filter, 256 values each, 0..1."""

    red: str
    green: str
    blue: str


@dataclass(frozen=True, slots=True)
class NetworkOption:
    """A network to choose; `ready` is whether it has weights."""

    id: str
    name: str
    ready: bool
    chosen: bool


def colormap_choices(address: Address) -> tuple[Choice, ...]:
    return tuple(Choice(name, address.link(colormap=name), name == address.colormap) for name in get_args(ColormapName))


@lru_cache
def colour_filters(chosen: str) -> tuple[ColourTable, ColourTable]:
    """The colour tables for values without and with a sign."""
    names = (DEFAULT, DIVERGING) if chosen == "auto" else (chosen, chosen)
    unsigned, signed = (ColourTable(*_table_values(name)) for name in names)
    return unsigned, signed


def _table_values(name: str) -> tuple[str, str, str]:
    red, green, blue = (
        " ".join(f"{component / 255:.3f}".removeprefix("0") for component in column) for column in colour_table(name).T
    )
    return red, green, blue
