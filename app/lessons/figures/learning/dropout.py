"""Dropout of a vector: the values that one draw keeps and scales, the average of many draws, and inference."""

from dataclasses import dataclass

import numpy as np
from pydantic import Field

from app.arithmetic.working import Doubles
from app.errors import InvalidRequest
from app.lessons.figures.formula import MINUS, TIMES, bracketed, plain
from app.lessons.figures.kind import FigureKind, FigureState
from app.lessons.figures.matrix import CellSources, FigureMatrix, matrix_of
from app.lessons.figures.typed_matrix import read_matrix

DRAWS = 1000


class DropoutState(FigureState):
    """The values in one row, the share that is dropped, and the seed of the draw."""

    values: str = Field(default="4 1 0 3 2 5 1 2", max_length=1000)
    rate: float = Field(default=0.5, ge=0, le=0.9, allow_inf_nan=False)
    seed: int = Field(default=6, ge=0, le=9999)


@dataclass(frozen=True, slots=True)
class DropoutFigure:
    """The values, the mask of 0 and 1, what training gives, its average over `draws` masks, and what inference gives.

    The sums are those that a neuron with weights of 1 would receive.
    """

    values: FigureMatrix
    mask: FigureMatrix
    training: FigureMatrix
    average: FigureMatrix
    factor: float
    factor_formula: str
    dropped: int
    sum_training: float
    sum_average: float
    sum_inference: float
    draws: int = DRAWS


def draw_dropout(state: DropoutState) -> DropoutFigure:
    """The draw of the seed; raises InvalidRequest for values that are not one row of numbers."""
    values = read_matrix(state.values, "row of values")
    if len(values) > 1:
        raise InvalidRequest("The values must stand in one row.")
    share = 1 - state.rate
    masks = _masks(state, values.shape[1])
    training, average = values * masks[:1] / share, (values * masks / share).mean(0, keepdims=True)

    def training_sources(row: int, column: int) -> CellSources:
        value, factor = bracketed(float(values[0, column])), plain(masks[0, column])
        links = (f"values.0.{column}", f"mask.0.{column}")
        return links, f"{value} {TIMES} {factor} / {plain(share)} = {plain(training[0, column])}"

    def average_sources(row: int, column: int) -> CellSources:
        count, value = int(masks[:, column].sum()), bracketed(float(values[0, column]))
        formula = f"{count} / {DRAWS} {TIMES} {value} / {plain(share)} = {plain(average[0, column])}"
        return (f"values.0.{column}",), formula

    return DropoutFigure(
        values=matrix_of("values", values),
        mask=matrix_of("mask", masks[:1]),
        training=matrix_of("training", training, sources=training_sources),
        average=matrix_of("average", average, sources=average_sources),
        factor=1 / share,
        factor_formula=f"1 / (1 {MINUS} {plain(state.rate)}) = {plain(1 / share)}",
        dropped=int((masks[0] == 0).sum()),
        sum_training=float(training.sum()),
        sum_average=float(average.sum()),
        sum_inference=float(values.sum()),
    )


def _masks(state: DropoutState, count: int) -> Doubles:
    """Masks for `count` values, drawn independently; the first is the one of the seed that is shown."""
    drawn = np.random.default_rng(state.seed).random((DRAWS, count))
    return (drawn >= state.rate).astype(np.float64)


DROPOUT = FigureKind("dropout", DropoutState, draw_dropout)
