"""What the templates are given about an explanation: why a class, or what drives a channel."""

from dataclasses import dataclass
from typing import Literal

from app.attribution.method import Method, Value
from app.web.contexts import Choice, Legend, Notice
from app.web.why_chart import CurveChart

Start = Literal["auto", "asked"]


@dataclass(frozen=True, slots=True)
class Pending:
    """Something that is not made yet: the address of the events that tell how far it is, and that of the page with it.

    `start` says whether the page's scripts begin at once, or when they are told to.
    """

    events: str
    href: str
    start: Start


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of the method: its value as the form shows it, empty where it is worked out."""

    name: str
    kind: str
    value: Value
    default: Value
    low: float
    high: float
    choices: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class MethodOption:
    """A method that can be chosen, or the reason why it can't."""

    method: Method
    chosen: bool
    reason: str


@dataclass(frozen=True, slots=True)
class LayerOption:
    """A layer at which an explanation can be made, or is."""

    id: str
    name: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What the network says of a class."""

    label: str
    score: float
    logit: float
    rank: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One of a method's own figures, by name."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Shown:
    """A map: its address, its scale and its raw range.

    `beyond` says that some values lie off the scale and have the colours of its ends; `note` is what must be said of
    the map, `figures` are the method's own, `gap` is the missing share of the score's change.
    """

    src: str
    legend: Legend
    min: float
    max: float
    beyond: bool
    note: str
    figures: tuple[Figure, ...]
    gap: float | None


@dataclass(frozen=True, slots=True)
class Belief:
    """How far to believe a map: its areas beside the least and greatest of the random maps, and the verdict on it.

    It was better than `beaten` of `randoms` random maps.
    """

    verdict: Literal["all", "most", "few"]
    beaten: int
    randoms: int
    deletion: float
    insertion: float
    random_deletion: tuple[float, float]
    random_insertion: tuple[float, float]
    smoothness: float
    charts: tuple[CurveChart, CurveChart]


@dataclass(frozen=True, slots=True)
class Small:
    """One of several maps, which `href` shows large. Without `shown` it is `pending`, or `reason` says what hinders it.

    `detail` is one line more; `beaten` how many of `randoms` random maps it was better than, and where that is not
    measured, `measuring` measures it. `similarity` and `magnitudes` are rank correlations with the map.
    """

    id: str
    title: str
    href: str | None
    chosen: bool
    shown: Shown | None
    pending: Pending | None = None
    reason: str = ""
    detail: str = ""
    beaten: int | None = None
    randoms: int | None = None
    measuring: Pending | None = None
    similarity: float | None = None
    magnitudes: float | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """Several maps side by side; `kept` is the rank correlation that is left when all weights are random."""

    kind: str
    maps: tuple[Small, ...]
    pending: Pending | None
    notice: Notice | None
    kept: float | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """An explanation, with all that can be asked of it.

    `channel` is the target if that is a channel: (layer's id, its name, number). `layer` is the one whose maps explain.
    `opacity` is that of the map over the view. Where the question can't be answered, `notice` says why and the form is
    there to ask another one.
    """

    title: str
    index: int | None
    channel: tuple[str, str, int] | None
    about: ClassFacts | None
    against: ClassFacts | None
    rivals: tuple[Choice, ...]
    asked: str
    asked_against: str
    method: Method
    methods: tuple[MethodOption, ...]
    layer: LayerOption | None
    layers: tuple[LayerOption, ...]
    fields: tuple[Field, ...]
    changed: bool
    view: str
    opacity: float
    usual_opacity: float
    shown: Shown | None
    pending: Pending | None
    belief: Belief | None
    measuring: Pending | None
    sides: tuple[Choice, ...]
    beside: Beside | None
    notice: Notice | None
    measure_notice: Notice | None
