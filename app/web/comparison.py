"""The comparison of networks: its address, and the frozen data that its templates are given."""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.nets.card import Accuracy, Card
from app.web.answered import Prediction
from app.web.chart import Chart
from app.web.contexts import ColourTable, Notice, Option, Sample, Thumbnail

MOST = 3  # networks side by side
Column = Literal[
    "network",
    "family",
    "year",
    "depth",
    "params",
    "macs",
    "bytes",
    "input",
    "field",
    "activations",
    "time",
    "accuracy",
    "published",
]
Sort = Literal[
    Column,
    "-network",
    "-family",
    "-year",
    "-depth",
    "-params",
    "-macs",
    "-bytes",
    "-input",
    "-field",
    "-activations",
    "-time",
    "-accuracy",
    "-published",
]


class ComparisonAddress(BaseModel):
    """What is compared: all networks in figures, sorted by a column (with `-` from the greatest), or some on a picture.

    `measure` asks for the time of every network that can be run.
    """

    model_config = ConfigDict(frozen=True)

    sort: Sort | None = None
    measure: bool = False
    image: str | None = None
    models: list[str] = Field(default=[])

    @field_validator("models", mode="after")
    @classmethod
    def _few(cls, said: list[str]) -> list[str]:
        names = list(dict.fromkeys(name for part in said for name in part.split(",") if name))
        if len(names) > MOST:
            raise ValueError(f"at most {MOST} networks stand side by side")
        return names

    @property
    def on_picture(self) -> bool:
        """Whether a picture or networks are named, if only to be chosen: `?models=`."""
        return self.image is not None or "models" in self.model_fields_set

    def to(self, **changes: Any) -> str:
        """A relative address like this one but for `changes`; what is as usual is not mentioned."""
        said = self.model_copy(update=changes).model_dump(exclude_defaults=True, exclude_none=True)
        said |= {"models": ",".join(said["models"])} if said.get("models") else {}
        said |= {"measure": "true"} if said.get("measure") else {}
        return f"?{urlencode(said, safe=',')}" if said else "?"


@dataclass(frozen=True, slots=True)
class Entry:
    """One network and its figures. `original` is the name of the one it is a narrower copy of; `copied` has a copy.

    `field` is the greater side of the last map's receptive field in pixels, `accuracy` the first measurement of the
    weights that are here or are known to fit, `published` its paper's top-1, which is not a copy's.
    """

    card: Card
    ready: bool
    original: str | None
    copied: bool
    depth: int
    params: int
    macs: int
    nbytes: int
    activation_bytes: int
    field: float | None
    milliseconds: float | None
    accuracy: Accuracy | None
    published: float | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading, and the address that sorts by it; `order` is how it is sorted now."""

    column: Column
    href: str
    order: Literal["ascending", "descending"] | None


@dataclass(frozen=True, slots=True)
class DataChart:
    """The chart of the networks that answer with the same labels; `left_out` have no figure on that data."""

    labels: str
    chart: Chart
    left_out: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Configuration:
    """A row of VGG's table: for each group of layers before a halving, the sides of its filters; a 0 is an LRN."""

    letter: str
    entry: Entry
    groups: tuple[tuple[int, ...], ...]
    maps: tuple[int, ...]
    error: float
    best: float


@dataclass(frozen=True, slots=True)
class Family:
    """A family's idea in words, and its networks here."""

    text: Any
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A row of the lecture's table beside what is computed."""

    text: Any
    entry: Entry


@dataclass(frozen=True, slots=True)
class Figures:
    """All networks. A time is the median of `runs` on `provider`; `unmeasured` networks could be run and have none."""

    address: ComparisonAddress
    headings: tuple[Heading, ...]
    entries: tuple[Entry, ...]
    runs: int
    provider: str
    unmeasured: int
    charts: tuple[DataChart, ...]
    vgg: tuple[Configuration, ...]
    families: tuple[Family, ...]
    corrections: tuple[Correction, ...]
    notice: Notice | None


@dataclass(frozen=True, slots=True)
class Step:
    """A block of a network, or a layer that stands alone: its last layer in small, and the way to it."""

    name: str
    href: str
    channels: int
    thumbnail: Thumbnail | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the networks side by side: what it saw and says, or why it does not.

    `milliseconds` is one plain run, `kept_ms` the run that kept every layer.
    """

    entry: Entry
    href: str
    view: str
    note: str | None
    prediction: Prediction | None
    milliseconds: float | None
    kept_ms: float | None
    sizes: tuple[tuple[int, int], ...]
    notice: Notice | None


@dataclass(frozen=True, slots=True)
class SameSize:
    """Maps of the same height and width: the steps of each network in turn, none where it has no such maps."""

    height: int
    width: int
    steps: tuple[tuple[Step, ...], ...]


@dataclass(frozen=True, slots=True)
class OnPicture:
    """Networks side by side on one picture, or the places to choose both. `choices` has the options of each place."""

    address: ComparisonAddress
    samples: tuple[Sample, ...]
    max_bytes: int
    choices: tuple[tuple[Option, ...], ...]
    sides: tuple[Side, ...]
    sizes: tuple[SameSize, ...]
    firsts: tuple[str, ...]
    picture: str | None
    picture_notice: Notice | None
    unsigned: ColourTable
    signed: ColourTable
