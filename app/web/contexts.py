"""What the page's templates are given: frozen data with every decision made, nothing left to look up."""

from dataclasses import dataclass
from typing import Literal

from app.errors import ConvScopeError
from app.nets.card import Card
from app.nets.layer import Layer, ReceptiveField
from app.nets.preprocess import Box as Crop
from app.nets.statistics import LayerStatistics
from app.rendering.scale import Domain
from app.rendering.sheet import Box, SheetLayout
from app.web.addresses import Address


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
class Guess:
    """One class and how sure the network is of it."""

    label: str
    score: float
    logit: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the network says: the best classes, and how clear the answer is. `entropy` is in bits, at most `most`."""

    best: tuple[Guess, ...]
    classes: int
    entropy: float
    most: float
    margin: float
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Shown:
    """The picture that is looked at: the stored one, the part of it that becomes the view, and the answer if any."""

    picture: str
    view: str
    width: int
    height: int
    crop: Crop
    prediction: Prediction | None


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A layer in small: its strongest channel, or without a channel all its values."""

    src: str
    channel: int | None
    signed: bool


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
    """The network that is looked at, and those there are. Without weights it may be `pullable`."""

    card: Card
    ready: bool
    pullable: bool
    totals: Totals
    options: tuple[Option, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All channels of a layer as one picture, with the geometry that says which is where.

    `order` has the channel at each place, unless they are in the order of their numbers. `chosen` is the chosen
    channel's box, `statistics` the address of every channel's figures.
    """

    src: str
    layout: SheetLayout
    order: tuple[int, ...] | None
    chosen: Box | None
    legend: Legend
    statistics: str


@dataclass(frozen=True, slots=True)
class Strong:
    """A channel with a great mean, and the way to it."""

    channel: int
    name: str | None
    mean: float
    href: str
    src: str | None


@dataclass(frozen=True, slots=True)
class Filters:
    """The weights of a convolution as pictures; `coloured` where they look at the picture's own colours."""

    src: str
    width: int
    height: int
    coloured: bool
    legend: Legend
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """The statistics of one channel; None where it holds no finite number."""

    min: float | None
    max: float | None
    mean: float | None
    std: float | None
    zeros: float
    rank: int


@dataclass(frozen=True, slots=True)
class ChannelContext:
    """One channel of a layer, large. `width` and `height` are its cells; a unit of a vector has one and no map."""

    number: int
    name: str | None
    facts: ChannelFacts
    legend: Legend
    width: int
    height: int
    src: str | None
    over: str | None
    view: str
    opacity: float | None
    back: str | None
    forth: str | None
    filter: Filters | None


@dataclass(frozen=True, slots=True)
class LayerContext:
    """One layer: what it is, and with a picture what it gives."""

    layer: Layer
    name: str
    kind: str
    inputs: tuple[tuple[str, str], ...]
    field: ReceptiveField | None
    statistics: LayerStatistics | None
    sheet: Sheet | None
    strongest: tuple[Strong, ...]
    orders: tuple[Choice, ...]
    domains: tuple[Choice, ...]
    filters: Filters | None
    channel: ChannelContext | None
    data: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The page. `inspected` is what the third place shows: the network itself until a layer is chosen."""

    address: Address
    part: Literal["page", "inspector"]
    samples: tuple[Sample, ...]
    network: NetworkContext
    shown: Shown | None
    inspected: LayerContext | None
    picture_notice: Notice | None
    layer_notice: Notice | None
    colormaps: tuple[Choice, ...]
    unsigned: ColourTable
    signed: ColourTable
    max_bytes: int

    @property
    def status(self) -> int:
        notice = self.picture_notice or self.layer_notice
        return notice.status if notice else 200


@dataclass(frozen=True, slots=True)
class ErrorContext:
    """A failure that leaves no page to show it on. `root` leads from the address asked for to the page."""

    status: int
    notice: Notice
    root: str
    known: tuple[str, ...]
