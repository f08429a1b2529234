"""Softmax of typed logits: each step from the logit to the probability, at any temperature."""

from dataclasses import dataclass

import numpy as np
from pydantic import Field

from app.arithmetic.photo_kernel import read_rows
from app.lessons.figures.kind import FigureKind, FigureState


class SoftmaxState(FigureState):
    """The logits in one row, and the temperature."""

    logits: str = Field(default="3 1 0.5 -1", max_length=300)
    temperature: float = Field(default=1, ge=0.1, le=10, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class SoftmaxClass:
    """A class: its logit, the logit divided by the temperature, e to the power of this, and the probability."""

    number: int
    logit: float
    divided: float
    power: float
    probability: float


@dataclass(frozen=True, slots=True)
class SoftmaxFigure:
    """The classes, the sum of the powers, and the entropy in bits with its maximum."""

    classes: tuple[SoftmaxClass, ...]
    total: float
    entropy: float
    max_entropy: float


def draw_softmax(state: SoftmaxState) -> SoftmaxFigure:
    """The probabilities; raises InvalidRequest where the logits can't be read."""
    logits = np.array(read_rows(state.logits), np.float64).ravel()
    divided = logits / state.temperature
    shifted = np.exp(divided - divided.max())  # the same shares as of the powers, which may exceed float64
    probabilities = shifted / shifted.sum()
    with np.errstate(over="ignore"):
        powers = np.exp(divided)
    positive = probabilities[probabilities > 0]
    return SoftmaxFigure(
        classes=tuple(
            SoftmaxClass(number, *map(float, each))
            for number, each in enumerate(zip(logits, divided, powers, probabilities, strict=True), 1)
        ),
        total=float(powers.sum()),
        entropy=float(-(positive * np.log2(positive)).sum()),
        max_entropy=float(np.log2(len(logits))),
    )


SOFTMAX = FigureKind("softmax", SoftmaxState, draw_softmax)
