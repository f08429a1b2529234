"""Facts: what a source, such as a file or a field of one, states about a network's input and its labels."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Generic, Literal, TypeVar

from app.nets.card import Interpolation, Resize

T = TypeVar("T")
ChannelOrder = Literal["RGB", "BGR"]

MAX_SIDE = 4096
MAX_TEXT = 200
MAX_NUMBER = 1e9
MAX_LABELS = 100_000
ROUNDING = 1e-6  # a crop of 224 / 256 is 256 pixels again


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """A value and the place that states it, such as "metadata_props: imgsz"."""

    value: T
    source: str


@dataclass(frozen=True, slots=True)
class Rescaling:
    """What becomes of the levels 0 to 255: `(level * scale - mean) / std`, of one value or of one for each channel."""

    scale: float
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def is_valid(self) -> bool:
        """Whether the levels become numbers of a reasonable size: neither infinite nor all the same."""
        has_all = bool(self.mean and self.std)
        return has_all and min(self.scale, *self.std) > 1 / MAX_NUMBER and max(map(abs, self.mean)) <= MAX_NUMBER

    def fit(self, channels: int) -> "Rescaling | None":
        """The same for this number of channels; None if it is of another number of them."""
        if {len(self.mean), len(self.std)} - {1, channels}:
            return None
        mean = self.mean if len(self.mean) == channels else self.mean * channels
        return Rescaling(self.scale, mean, self.std if len(self.std) == channels else self.std * channels)


@dataclass(frozen=True, slots=True)
class Resizing:
    """How a picture is brought to the network's size; of a shorter side `crop` is the share of it that remains."""

    rule: Literal["squash", "letterbox", "shorter_side"]
    crop: float = 1.0
    interpolation: Interpolation = "bilinear"
    margin: int | None = None

    def fit(self, width: int, height: int) -> Resize:
        """The rule for an input of this size."""
        side, to = max(width, height), None
        if self.rule == "shorter_side":
            to = max(side, math.floor(side / self.crop + ROUNDING))
        return Resize(rule=self.rule, to=to, interpolation=self.interpolation, margin=self.margin)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a network; None where nothing states it."""

    width: Fact[int] | None = None
    height: Fact[int] | None = None
    channels: Fact[ChannelOrder] | None = None
    rescaling: Fact[Rescaling] | None = None
    resizing: Fact[Resizing] | None = None
    labels: Fact[tuple[str, ...]] | None = None
    name: Fact[str] | None = None
    licence: Fact[str] | None = None
    origin: Fact[str] | None = None


NO_FACTS = Facts()


def first_of(sources: Iterable[Facts]) -> Facts:
    """For each field the first source's fact that there is."""
    merged: dict[str, Any] = {}
    for facts in sources:
        for field in fields(facts):
            if merged.get(field.name) is None:
                merged[field.name] = getattr(facts, field.name)
    return Facts(**merged)


def size_facts(size: tuple[Any, Any], source: str) -> Facts:
    """The facts of a size (height, width); none if it is not that of an image."""
    height, width = (_side(length) for length in size)
    if height is None or width is None:
        return NO_FACTS
    return Facts(width=Fact(width, source), height=Fact(height, source))


def text_fact(value: object, source: str) -> Fact[str] | None:
    """A text on one line and of limited length; None if there is none."""
    text = one_line(value) if isinstance(value, str) else ""
    return Fact(text, source) if text else None


def one_line(text: str) -> str:
    """The text without control characters, on one line, of limited length."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[: 4 * MAX_TEXT])
    return " ".join(printable.split())[:MAX_TEXT]


def numbers_of(value: object) -> tuple[float, ...]:
    """A number, or a list of at most four, as finite floats; none if it is something else."""
    values = list(value)[:5] if isinstance(value, list | tuple) else [value]
    numbers = tuple(
        float(number)
        for number in values
        if isinstance(number, int | float) and not isinstance(number, bool) and abs(number) <= MAX_NUMBER
    )
    return numbers if len(numbers) == len(values) <= 4 else ()


def label_tuple(names: Iterable[object]) -> tuple[str, ...]:
    """Names of classes, each on one line; the index of a class that has none. No names if they are too many."""
    labels = tuple(one_line(str(name)) or str(index) for index, name in enumerate(names))
    return labels if len(labels) <= MAX_LABELS else ()


def _side(length: object) -> int | None:
    is_side = isinstance(length, int) and not isinstance(length, bool) and 0 < length <= MAX_SIDE
    return length if is_side and isinstance(length, int) else None
