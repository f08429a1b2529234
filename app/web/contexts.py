"""What the page's templates are given: frozen data with every decision made, nothing left to look up."""

from dataclasses import dataclass

from app.errors import ConvScopeError
from app.nets.card import Card
from app.nets.layer import Layer
from app.nets.preprocess import Box as Crop
from app.rendering.scale import Domain
from app.web.answered import Answer


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that went wrong, told where it went wrong. `code` is the API's."""

    code: str
    message: str
    status: int

    @classmethod
    def of(cls, error: ConvScopeError) -> "Notice":
        return cls(error.code, error.message, error.status)


@dataclass(frozen=True, slots=True)
class Sample:
    """A photo that ships with ConvScope."""

    id: str
    file: str
    title: str
    credit: str
    licence: str
    source: str
    known_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values that a link sets."""

    value: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ColourTable:
    """A colour map as the values of an SVG filter, 256 each, 0..1."""

    red: str
    green: str
    blue: str


@dataclass(frozen=True, slots=True)
class Legend:
    """What the colours of a map mean: level 0 is `lo`, level 255 is `hi`.

    With `domain` "channel" on a sheet every channel has its own upper end, from `least` to `hi`.
    """

    lo: float
    hi: float
    least: float
    signed: bool
    domain: Domain


@dataclass(frozen=True, slots=True)
class Shown:
    """The picture that is looked at: the stored one, the part that becomes the view, and the answer with a note."""

    picture: str
    view: str
    width: int
    height: int
    crop: Crop
    note: str | None
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A layer in small: its strongest channel, or without a channel all its values; `others` come next in strength."""

    src: str
    channel: int | None
    signed: bool
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One layer in the list of all."""

    layer: Layer
    name: str
    kind: str
    href: str
    thumbnail: Thumbnail | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive layers that belong together; without a name where they stand alone."""

    name: str | None
    rows: tuple[Row, ...]
    params: int
    macs: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of a whole network."""

    layers: int
    params: int
    macs: int
    depth: int
    classes: int


@dataclass(frozen=True, slots=True)
class Option:
    """A network that can be chosen; unless it is `ready`, only its architecture is here."""

    id: str
    name: str
    ready: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class NetworkContext:
    """The network that is looked at, and those there are; `blocks` have its layers where the page lists them."""

    card: Card
    ready: bool
    totals: Totals
    options: tuple[Option, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ErrorContext:
    """A failure that leaves no page to show it on. `root` leads from the address asked for to the page."""

    status: int
    notice: Notice
    root: str
    known: tuple[str, ...]
