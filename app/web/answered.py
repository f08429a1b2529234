"""What the templates are given about a prediction and about what the network was fed to make it."""

from dataclasses import dataclass

from app.nets.prediction import Verdict
from app.nets.preprocess import Box, Fit


@dataclass(frozen=True, slots=True)
class Guess:
    """One class, its place among all from 1, how sure the network is of it, and the way to ask why; `why` names it."""

    index: int
    label: str
    score: float
    logit: float
    rank: int
    why: str
    href: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the network says: the best classes, and how clear the answer is.

    `entropy` is in bits, at most `most`, of which it is the `share`. `verdict` is that of the network's own scores,
    whatever the temperature.
    """

    best: tuple[Guess, ...]
    classes: int
    entropy: float
    most: float
    share: float
    margin: float
    verdict: Verdict
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Count:
    """How many classes a link shows."""

    number: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A prediction as the page shows it: how many classes, at which temperature, and the classes asked for.

    `found` are the best of the `matches` classes that `target` means, worded as `asked`. `choices` are all labels where
    they are few. `figures` is the address of every class's figures, `bounds` the shares that the verdict was made by.
    """

    prediction: Prediction
    temperature: float
    counts: tuple[Count, ...]
    coldest: float
    hottest: float
    bounds: tuple[float, ...]
    target: str | None
    asked: str
    found: tuple[Guess, ...]
    matches: int
    choices: tuple[str, ...]
    figures: str


@dataclass(frozen=True, slots=True)
class Plane:
    """One plane of the tensor that the network is fed: what it is of, its picture and scale, and its figures.

    `mean` and `std` are the card's, `black` and `white` what 0 and 255 of the view become.
    """

    colour: str
    src: str
    lo: float
    hi: float
    signed: bool
    mean: float
    std: float
    black: float
    white: float
    least: float
    average: float
    greatest: float


@dataclass(frozen=True, slots=True)
class Variant:
    """The picture made to fit in one way, the part of it that is seen, and what the network says of it.

    `fit` is None for the network's own way; `share` is how much of the picture's area is seen; `agrees` is whether the
    best class is the same as with the network's own.
    """

    fit: Fit | None
    view: str
    crop: Box
    share: float
    prediction: Prediction | None
    agrees: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the network was given: the planes it was fed, and what it says when the picture is made to fit otherwise."""

    planes: tuple[Plane, ...]
    variants: tuple[Variant, ...]
