"""A small network in training: its loss and accuracy so far, its kernels, and its predictions for ten digits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from app.engine.digit_training import BATCH, MAX_STEPS, TESTED, TRAINED, LearningPoint, TrainingKey, TrainingRun
from app.lessons.figures.kind import FigureState
from app.lessons.figures.matrix import FigureMatrix, matrix_of
from app.web.deps import Client
from app.web.pages.charts.lines import LineChart, line_chart

SHADES = 8
ENDS = (50, 100, 200, MAX_STEPS)  # of the lower axis


class TrainingState(FigureState):
    """The learning rate, the seed of the first weights and of the batches, and the steps so far."""

    rate: float = Field(default=0.1, ge=0.001, le=100, allow_inf_nan=False)
    seed: int = Field(default=1, ge=0, le=99)
    step: int = Field(default=20, ge=0, le=MAX_STEPS)


@dataclass(frozen=True, slots=True)
class PredictedDigit:
    """A digit and its prediction. `shades` are the pixels of each brightness as an SVG path, with their colour."""

    label: int
    predicted: int
    probability: float
    shades: tuple[tuple[str, str], ...]
    side: int


@dataclass(frozen=True, slots=True)
class TrainingFigure:
    """The run. `overflowed` says that it ended before the steps of the state, with numbers that are too large."""

    loss: LineChart
    accuracy: LineChart
    last: LearningPoint
    steps: int
    overflowed: bool
    weights: int
    kernels: tuple[FigureMatrix, ...]
    digits: tuple[PredictedDigit, ...]
    most_steps: int = MAX_STEPS
    trained: int = TRAINED
    tested: int = TESTED
    batch: int = BATCH


async def gather_training(client: Client, state: TrainingState) -> TrainingFigure:
    """The run; raises Overloaded or TimedOut where the server has no time for it."""
    run = await client.wait(client.engine.training.run(TrainingKey(state.rate, state.seed, state.step)))
    across = (0.0, float(next(end for end in ENDS if end >= run.steps)))
    loss = [(float(step), point.loss) for step, point in enumerate(run.points)]
    accuracy = [(float(step), 100 * point.accuracy) for step, point in enumerate(run.points)]
    kernels = run.parameters["kernels"].astype(np.float64)
    return TrainingFigure(
        loss=line_chart({"loss": loss}, across=across),
        accuracy=line_chart({"accuracy": accuracy}, across=across, top=100),
        last=run.points[-1],
        steps=run.steps,
        overflowed=run.steps < state.step or not np.isfinite(run.points[-1].loss),
        weights=run.weights,
        kernels=tuple(matrix_of(f"kernel{at}", kernel[0]) for at, kernel in enumerate(kernels)),
        digits=_digits(run),
    )


def _digits(run: TrainingRun) -> tuple[PredictedDigit, ...]:
    examples = zip(run.digits.images[:, 0], run.digits.labels, run.probabilities, strict=True)
    return tuple(
        PredictedDigit(int(label), int(row.argmax()), float(row.max()), _shades(image), len(image))
        for image, label, row in examples
    )


def _shades(image: NDArray[np.float32]) -> tuple[tuple[str, str], ...]:
    """The pixels as paths, all of one brightness in one path; black ones are left out."""
    levels = np.rint(image * SHADES).astype(int)
    shades = []
    for level in range(1, SHADES + 1):
        brightness = f"{100 * level / SHADES:g}%"
        cells = "".join(f"M{x} {y}h1v1h-1z" for y, x in np.argwhere(levels == level))
        if cells:
            shades.append((f"rgb({brightness} {brightness} {brightness})", cells))
    return tuple(shades)
