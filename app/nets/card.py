"""The card of a network: its description, its preprocessing and the checksum of its file, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.errors import NetworkError
from app.nets.head import HeadKind

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Percent = Annotated[float, Field(ge=0, le=100)]
Name = Annotated[str, Field(max_length=200, pattern=r"\S")]  # with a character that is not white space
Interpolation = Literal["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]  # the filters of Pillow
Statement = Annotated[str, Field(max_length=4000, pattern=r"\S")]
MAX_RESIZED_SIDE = 1 << 16  # of a picture before its crop: sixteen times the longest side of an input


class Data(BaseModel):
    """Facts from a JSON file: none unknown, none converted, every number finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Paper(Data):
    """The network's publication, and the accuracy its authors report (ImageNet validation, per cent)."""

    title: Name
    authors: Statement
    url: Statement
    top1: Percent | None = None
    top5: Percent | None = None


class Accuracy(Data):
    """One measurement in per cent of `images` images: `on` which data, `by` whom and how."""

    top1: Percent
    top5: Percent | None = None
    on: Statement
    by: Statement
    images: Annotated[int, Field(gt=0)]


class ReliabilityBin(Data):
    """The images whose best class has a probability within one fifteenth: its mean, and how often it is right."""

    images: Annotated[int, Field(gt=0)]
    confidence: Percent
    accuracy: Percent


class Calibration(Data):
    """How far the best class's probability is from how often it is right (Guo et al. 2017).

    `error` is the expected calibration error in percentage points; `error_at_temperature` that with the logits divided
    by `temperature`, which pages name and predictions do not use.
    """

    temperature: Annotated[float, Field(gt=0)]
    error: Percent
    error_at_temperature: Percent
    images: Annotated[int, Field(gt=0)]
    bins: tuple[ReliabilityBin, ...]


class Resize(Data):
    """How an image of any size becomes the view, the image of the network's size.

    `squash` resizes to width x height and ignores the aspect ratio; `letterbox` resizes until the whole image fits and
    fills the rest with the grey level `margin`, by default the mean; `shorter_side` resizes the shorter side to `to`
    pixels and crops the centre; `digit` finds the handwriting, renders it white on black and resizes its longer side to
    `to` pixels.
    """

    rule: Literal["squash", "letterbox", "shorter_side", "digit"]
    to: Annotated[int, Field(gt=0, le=MAX_RESIZED_SIDE)] | None = None
    interpolation: Interpolation = "bilinear"
    margin: Annotated[int, Field(ge=0, le=255)] | None = None

    @model_validator(mode="after")
    def _check_side(self) -> "Resize":
        if (self.rule in ("squash", "letterbox")) != (self.to is None):
            raise ValueError("`to` belongs to the rules `shorter_side` and `digit`")
        if self.margin is not None and self.rule != "letterbox":
            raise ValueError("`margin` belongs to the rule `letterbox`")
        return self


class InputSpec(Data):
    """How the view becomes the input tensor: `(view * scale - mean) / std` per channel, in the order of `channels`."""

    width: Annotated[int, Field(gt=0, le=4096)]
    height: Annotated[int, Field(gt=0, le=4096)]
    channels: Literal["RGB", "BGR", "grey"]
    scale: Annotated[float, Field(gt=0)] = 1.0
    mean: tuple[float, ...]
    std: tuple[float, ...]
    resize: Resize

    @property
    def size(self) -> tuple[int, int]:
        """The (height, width) of the view."""
        return self.height, self.width

    @property
    def of_levels(self) -> "InputSpec":
        """The same without normalisation: the input tensor has the levels of the view, 0 to 255."""
        count = len(self.mean)
        return self.model_copy(update={"scale": 1.0, "mean": (0.0,) * count, "std": (1.0,) * count})

    @model_validator(mode="after")
    def _check_normalisation(self) -> "InputSpec":
        count = 1 if self.channels == "grey" else 3
        if len(self.mean) != count or len(self.std) != count:
            raise ValueError(f"{self.channels} takes {count} means and {count} standard deviations")
        if min(self.std) <= 0:
            raise ValueError("standard deviations are positive")
        if self.resize.rule == "shorter_side" and (self.resize.to or 0) < max(self.width, self.height):
            raise ValueError("`to` is at least the size of the crop")
        if self.resize.rule == "digit" and (self.resize.to or 0) > min(self.width, self.height):
            raise ValueError("`to` is at most the size of the view")
        if self.resize.rule == "digit" and self.channels != "grey":
            raise ValueError("a digit is grey")
        return self


class Finding(Data):
    """A field of the input, or the labels, that a file of the network states: the value in words, and its source.

    A `source` is a place in the file such as "metadata_props: imgsz", or the name of another file.
    """

    field: Name
    value: Statement
    source: Name


class Card(Data):
    """The description of a network; `sha256` and `bytes` are those of its ONNX file.

    Only its `id`, its `sha256` and its `input` are needed; what is not known is None, and the name is then the id.
    `findings` are the fields that files of the network state, `assumed` the names of those that nothing states: their
    values are a proposal.
    `head` says what the output is where the file alone does not: that a last linear layer gives the logits of separate
    labels (`sigmoid`), or features (`vector`). `energy_limit` is the energy of the logits that nearly all training
    images keep, as `app.analysis.familiarity` defines it.
    """

    id: Slug
    name: Name = Field(default_factory=lambda known: str(known.get("id", "")))
    family: Name | None = None
    year: Annotated[int, Field(ge=1, le=9999)] | None = None
    paper: Paper | None = None
    idea: Statement | None = None
    drawback: Statement | None = None
    trained_on: Statement | None = None
    input: InputSpec
    labels: Slug | None = None
    head: HeadKind | None = None
    licence: Statement | None = None
    source: Statement | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(gt=0)] | None = None
    findings: tuple[Finding, ...] = ()
    assumed: tuple[Name, ...] = ()
    accuracy: tuple[Accuracy, ...] = ()
    notes: tuple[Statement, ...] = ()
    energy_limit: float | None = None
    calibration: Calibration | None = None


C = TypeVar("C", bound=Card)


@dataclass(frozen=True, slots=True)
class CardFolder(Generic[C]):
    """The valid cards of a folder, and by file name without suffix why each of the others can't be used."""

    cards: tuple[C, ...]
    errors: Mapping[str, NetworkError]


def read_card_folder(kind: type[C], folder: Path) -> CardFolder[C]:
    """Read every card of a folder, in the order of their file names. A card has the id that its file is named after."""
    cards, errors = [], {}
    for path in sorted(folder.glob("*.json")):
        try:
            card = read_card_as(kind, path)
            if card.id != path.stem:
                raise NetworkError(f"The card {path.name} has the id {card.id}: it must be the file's name.")
            cards.append(card)
        except NetworkError as error:
            errors[path.stem] = error
    return CardFolder(tuple(cards), MappingProxyType(errors))


def read_card(path: Path) -> Card:
    """Read and validate a card; raises NetworkError as `read_card_as` does."""
    return read_card_as(Card, path)


def read_card_as(kind: type[C], path: Path) -> C:
    """Read and validate a card of this class.

    Raises:
        NetworkError: the file can't be read or is not JSON, or a field is missing, unknown or out of range.
    """
    try:
        return kind.model_validate_json(path.read_bytes())
    except ValidationError as error:
        faults = faults_of(error)
        raise NetworkError(f"The card {path.name} is invalid: {'; '.join(faults)}.", faults=faults) from error
    except OSError as error:
        raise NetworkError(f"The card {path.name} can't be read.") from error


def faults_of(error: ValidationError) -> list[str]:
    """What is wrong with data, each fault with the field that it is in."""
    return [
        ": ".join(filter(None, (".".join(map(str, at["loc"])), at["msg"].removeprefix("Value error, "))))
        for at in error.errors()
    ]
