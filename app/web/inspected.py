"""What the third place's templates are given: one layer, one channel, frozen and with every decision made."""

from dataclasses import dataclass

from app.nets.examine import Cell
from app.nets.filters import FilterStatistics
from app.nets.layer import Box as Field
from app.nets.layer import Layer, ReceptiveField
from app.nets.statistics import LayerStatistics
from app.rendering.sheet import Box, SheetLayout
from app.web.contexts import Choice, Legend
from app.web.histogram_chart import HistogramChart


@dataclass(frozen=True, slots=True)
class Sheet:
    """All channels of a layer as one picture, with the geometry that says which is where.

    `order` has the channel at each place, unless they are in the order of their numbers. `chosen` is the chosen
    channel's box, `dead` those of the channels that are zero everywhere, `statistics` the address of every channel's
    figures, `fields` of what the cells see.
    """

    src: str
    layout: SheetLayout
    order: tuple[int, ...] | None
    chosen: Box | None
    dead: tuple[Box, ...]
    legend: Legend
    statistics: str
    fields: str


@dataclass(frozen=True, slots=True)
class Strong:
    """A channel with a great mean, and the way to it."""

    channel: int
    mean: float
    href: str
    src: str


@dataclass(frozen=True, slots=True)
class Unit:
    """One value of a vector as a bar from zero: `start` and `length` are shares of the axis, 0..1."""

    channel: int
    name: str | None
    value: float
    href: str
    start: float
    length: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class Units:
    """The values of a vector. `rows` are some of them, the greatest first, from place `first` on; `path` draws all.

    The path's coordinates are a unit's number across and, from the top, hundredths of the range from `hi` to `lo`.
    """

    count: int
    lo: float
    hi: float
    zero: float
    path: str
    rows: tuple[Unit, ...]
    first: int
    back: str | None
    forth: str | None
    statistics: str
    named: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """The weights of a convolution as pictures; `coloured` where they look at the picture's own colours."""

    src: str
    layout: SheetLayout
    coloured: bool
    legend: Legend
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plane:
    """One plane of a filter and what it gave: `share` of what all planes gave, by mean magnitude.

    `input` is the channel that it reads, `href` the way there and `src` that channel's map, where it has one, `signed`
    if it may be negative. `box` is where the plane lies on the sheet of all planes.
    """

    input: int
    name: str
    href: str | None
    src: str | None
    signed: bool
    mean_abs: float
    mean: float
    share: float
    box: Box


@dataclass(frozen=True, slots=True)
class Twin:
    """A filter that points in nearly the same direction, or is the nearest there is."""

    channel: int
    cosine: float
    href: str
    alike: bool


@dataclass(frozen=True, slots=True)
class FilterContext:
    """The filter of one channel. `colour` draws it in the picture's colours, `planes` all its planes on one sheet.

    `given` are the planes that gave most, `ordered` says that the sheet is in that order; `nearest` is None where there
    are too many filters to compare.
    """

    shape: tuple[int, ...]
    statistics: FilterStatistics
    colour: Filters | None
    planes: Filters
    ordered: bool
    given: tuple[Plane, ...]
    nearest: tuple[Twin, ...] | None
    threshold: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two filters of a layer that are nearly the same."""

    one: int
    other: int
    cosine: float
    one_href: str
    other_href: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of filters that are nearly the same: how many, from which cosine on, and the closest."""

    count: int
    threshold: float
    closest: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """The statistics of one channel."""

    min: float
    max: float
    mean: float
    std: float
    zeros: float
    rank: int


@dataclass(frozen=True, slots=True)
class Effective:
    """What a cell really depends on: the picture of it, and the pixels where most of that is, if it depends on any."""

    src: str
    box: Field | None


@dataclass(frozen=True, slots=True)
class PointedCell:
    """A cell that the address or the page points at, and the address that does."""

    cell: Cell
    href: str
    effective: Effective | None = None

    @property
    def padded(self) -> bool:
        """Whether a part of its field lies outside the view."""
        return self.cell.field != self.cell.seen


@dataclass(frozen=True, slots=True)
class ChannelContext:
    """One channel of a layer, large. `width` and `height` are its cells; a unit of a vector has one and no map.

    `cell` is the one that the address names, `unpin` the address without it, `why` the one that asks what drives it.
    """

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
    histogram: HistogramChart | None
    strongest: PointedCell
    cell: PointedCell | None
    unpin: str
    why: str
    filter: FilterContext | None


@dataclass(frozen=True, slots=True)
class LayerContext:
    """One layer: what it is, and with a picture what it gives. Maps come as a `sheet`, a vector's values as `units`.

    `short_name` is that within its block, `dead` are the first few channels that are zero everywhere, and the ways to
    them.
    """

    layer: Layer
    name: str
    short_name: str
    kind: str
    inputs: tuple[tuple[str, str], ...]
    field: ReceptiveField | None
    statistics: LayerStatistics | None
    sheet: Sheet | None
    units: Units | None
    dead: tuple[tuple[int, str], ...]
    strongest: tuple[Strong, ...]
    orders: tuple[Choice, ...]
    domains: tuple[Choice, ...]
    zooms: tuple[Choice, ...]
    filters: Filters | None
    pairs: Pairs | None
    pairs_href: str | None
    pairs_json: str
    channel: ChannelContext | None
