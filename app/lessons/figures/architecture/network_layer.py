"""A layer of a network that is built: as text, and as the fields of a row."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import InvalidRequest

FIELDS: Mapping[str, tuple[str, ...]] = {
    "conv": ("filters", "kernel", "stride", "padding"),
    "depthwise": ("kernel", "stride", "padding"),
    "pool": ("kernel", "stride"),
    "average": ("kernel", "stride"),
    "global": (),
    "dense": ("units",),
}
LIMITS = {"filters": (1, 10_000), "units": (1, 10_000), "kernel": (1, 99), "stride": (1, 99), "padding": (0, 99)}
OPTIONS = {"stride": "stride", "pad": "padding"}  # what is written with its name
BEGINNING = {"filters": "8", "units": "10", "kernel": "3", "stride": "1", "padding": "0"}  # of a field that is new
NO_NUMBER = "?"  # in a text, in the place of a field that is empty


@dataclass(frozen=True, slots=True)
class LayerProblem:
    """Why a layer does not fit: the name of the sentence that says so, its numbers, and the field that it is about."""

    name: str
    numbers: tuple[int, ...] = ()
    field: str = ""


class LayerMisfit(Exception):
    """A layer that can't follow the one before it."""

    def __init__(self, problem: LayerProblem) -> None:
        super().__init__(problem.name)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """The kind of a layer, and its fields as they were typed."""

    kind: str
    fields: Mapping[str, str]

    @property
    def text(self) -> str:
        """The layer in one line; what has its usual value is left out."""
        values = {name: value.strip() or NO_NUMBER for name, value in self.fields.items()}
        words = [values[name] for name in values if name not in OPTIONS.values()]
        usual = _usual_options(self.kind, values)
        typed = {word: values.get(name, usual[name]) for word, name in OPTIONS.items()}
        options = [f"{word} {value}" for word, value in typed.items() if value != usual[OPTIONS[word]]]
        return " ".join([self.kind, *words, *options])

    def number(self, name: str) -> int:
        """A field as a number; raises LayerMisfit where it is none, or is out of its limits."""
        least, most = LIMITS[name]
        value = self.fields[name].strip()
        if not value.isdecimal() or not least <= int(value) <= most:
            raise LayerMisfit(LayerProblem("number", (least, most), name))
        return int(value)


def layer_of_fields(kind: str, fields: Mapping[str, str]) -> LayerSpec:
    """The layer of a row of a form. A field that its kind has and the row had not begins with a usual value."""
    names = FIELDS.get(kind)
    if names is None:
        raise InvalidRequest(f"There is no layer of the kind {kind!r}.", known=list(FIELDS))
    return LayerSpec(kind, {name: fields.get(name, BEGINNING[name]) for name in names})


def read_layer(line: str) -> LayerSpec:
    """The layer of a line, such as "conv 8 5 stride 2 pad 1"; raises InvalidRequest for a line that is none."""
    kind, *words = line.lower().split()
    values: dict[str, str] = {}
    while len(words) > 1 and words[-2] in OPTIONS:
        *words, option, value = words
        values[OPTIONS[option]] = value
    names = FIELDS.get(kind, ())
    plain = [name for name in names if name not in OPTIONS.values()]
    if kind not in FIELDS or len(words) != len(plain) or not set(values) <= set(names):
        forms = ", ".join(" ".join([known, *FIELDS[known]]) for known in FIELDS)
        raise InvalidRequest(f"{line!r} is no layer. A layer is one of: {forms}.")
    values |= dict(zip(plain, words, strict=True))
    usual = _usual_options(kind, values)
    return LayerSpec(kind, {name: values.get(name) or usual[name] for name in names})


def _usual_options(kind: str, values: Mapping[str, str]) -> Mapping[str, str]:
    """The options of a layer that names none: a pooling moves by its own width."""
    return {"stride": values["kernel"] if kind in ("pool", "average") else "1", "padding": "0"}
