"""Softmax of typed logits: each step from the logit to the probability, at any temperature."""

from dataclasses import dataclass

import numpy as np
from pydantic import Field

from app.errors import InvalidRequest
from app.lessons.figures.formula import plain
from app.lessons.figures.kind import FigureKind, FigureState
from app.lessons.figures.typed_matrix import read_matrix

LETTERS = "ABCDEFGHIJKL"  # of the classes


class SoftmaxState(FigureState):
    """The logits in one row, the temperature, and the class whose probability is written out, from 0."""

    logits: str = Field(default="3 1 0.5 -1", max_length=300)
    temperature: float = Field(default=1, ge=0.1, le=10, allow_inf_nan=False)
    row: int = Field(default=0, ge=0, le=20)


@dataclass(frozen=True, slots=True)
class SoftmaxClass:
    """A class: its logit, the logit divided by the temperature, e to the power of this, and the probability.

    `working` is how the probability is computed, as a formula.
    """

    letter: str
    logit: float
    divided: float
    power: float
    probability: float
    working: str


@dataclass(frozen=True, slots=True)
class SoftmaxFigure:
    """The classes, the place of the one that is marked, the sum of the powers, and the entropy with its maximum."""

    classes: tuple[SoftmaxClass, ...]
    marked: int
    total: float
    entropy: float
    max_entropy: float


def draw_softmax(state: SoftmaxState) -> SoftmaxFigure:
    """The probabilities; raises InvalidRequest where the logits can't be read or are too many."""
    logits = read_matrix(state.logits, "row of logits").ravel()
    if len(logits) > len(LETTERS):
        raise InvalidRequest(f"There may be at most {len(LETTERS)} classes.", most=len(LETTERS))
    divided = logits / state.temperature
    shifted = np.exp(divided - divided.max())  # the same shares as of the powers, which may exceed float64
    probabilities = shifted / shifted.sum()
    with np.errstate(over="ignore"):
        powers = np.exp(divided)
    positive = probabilities[probabilities > 0]
    terms = [f"exp({_exponent(logit, state.temperature)})" for logit in logits]
    numbers = zip(LETTERS, logits, divided, powers, probabilities, terms, strict=False)
    return SoftmaxFigure(
        classes=tuple(
            SoftmaxClass(
                letter=letter,
                logit=float(logit),
                divided=float(quotient),
                power=float(power),
                probability=float(share),
                working=f"{term} / ({' + '.join(terms)}) = {plain(round(float(share), 4))}",
            )
            for letter, logit, quotient, power, share, term in numbers
        ),
        marked=min(state.row, len(logits) - 1),
        total=float(powers.sum()),
        entropy=float(-(positive * np.log2(positive)).sum()),
        max_entropy=float(np.log2(len(logits))),
    )


def _exponent(logit: float, temperature: float) -> str:
    return plain(logit) if temperature == 1 else f"{plain(logit)} / {plain(temperature)}"


SOFTMAX = FigureKind("softmax", SoftmaxState, draw_softmax)
