"""Batch normalisation of a small batch of one number for each image and channel, step by step."""

from dataclasses import dataclass

import numpy as np
from pydantic import Field

from app.arithmetic.operators.normalisation import EPSILON
from app.arithmetic.working import Doubles
from app.errors import InvalidRequest
from app.lessons.figures.formula import MINUS, TIMES, bracketed, plain, signed
from app.lessons.figures.kind import FigureKind, FigureState
from app.lessons.figures.matrix import CellSources, FigureMatrix, matrix_of
from app.lessons.figures.typed_matrix import read_matrix


class BatchNormState(FigureState):
    """The batch, a row for each image and a column for each channel, and for each channel gamma and beta."""

    batch: str = Field(default="1 10 -2; 3 30 -3; 5 20 -1; 7 40 -6", max_length=1000)
    gamma: str = Field(default="1 1 1", max_length=200)
    beta: str = Field(default="0 0 0", max_length=200)
    row: int = Field(default=0, ge=0, le=20)
    column: int = Field(default=0, ge=0, le=20)


@dataclass(frozen=True, slots=True)
class BatchNormFigure:
    """Each step as a matrix; `working` is the computation of the chosen cell of the output."""

    batch: FigureMatrix
    mean: FigureMatrix
    variance: FigureMatrix
    normalised: FigureMatrix
    output: FigureMatrix
    working: str


def draw_batch_norm(state: BatchNormState) -> BatchNormFigure:
    """The steps; raises InvalidRequest where gamma or beta have not one number for each channel."""
    batch = read_matrix(state.batch, "batch")
    gamma = _one_row(state.gamma, "gamma", batch.shape[1])
    beta = _one_row(state.beta, "beta", batch.shape[1])
    mean, variance = batch.mean(0), batch.var(0)
    normalised = (batch - mean) / np.sqrt(variance + EPSILON)
    output = gamma * normalised + beta

    workings = _Normalisation(batch, mean, variance)
    row, column = min(state.row, batch.shape[0] - 1), min(state.column, batch.shape[1] - 1)

    def output_sources(row: int, column: int) -> CellSources:
        factor = f"{plain(gamma[column])} {TIMES} {bracketed(normalised[row, column])}"
        formula = f"{factor} {signed(beta[column])} = {plain(output[row, column])}"
        return (f"normalised.{row}.{column}",), formula

    return BatchNormFigure(
        batch=matrix_of("batch", batch),
        mean=matrix_of("mean", mean[np.newaxis], sources=workings.mean),
        variance=matrix_of("variance", variance[np.newaxis], sources=workings.variance),
        normalised=matrix_of("normalised", normalised, marked={(row, column)}, sources=workings.normalised),
        output=matrix_of("output", output, sources=output_sources),
        working=workings.normalised(row, column)[1],
    )


def _one_row(text: str, name: str, count: int) -> Doubles:
    rows = read_matrix(text, name)
    if rows.shape != (1, count):
        raise InvalidRequest(f"There must be one number for each of the {count} channels.", channels=count)
    return rows.ravel()


class _Normalisation:
    """How each number of the steps is computed, with the cells that it is computed from."""

    def __init__(self, batch: Doubles, mean: Doubles, variance: Doubles) -> None:
        self._batch, self._mean, self._variance = batch, mean, variance

    def mean(self, row: int, column: int) -> CellSources:
        terms = [plain(self._batch[0, column]), *(signed(value) for value in self._batch[1:, column])]
        formula = f"({' '.join(terms)}) / {len(self._batch)} = {plain(self._mean[column])}"
        return self._channel(column), formula

    def variance(self, row: int, column: int) -> CellSources:
        squares = " + ".join(f"{bracketed(value - self._mean[column])}²" for value in self._batch[:, column])
        formula = f"({squares}) / {len(self._batch)} = {plain(self._variance[column])}"
        return (*self._channel(column), f"mean.0.{column}"), formula

    def normalised(self, row: int, column: int) -> CellSources:
        value, mean, variance = self._batch[row, column], self._mean[column], self._variance[column]
        result = (value - mean) / np.sqrt(variance + EPSILON)
        difference = f"({plain(value)} {MINUS} {bracketed(mean)})"
        formula = f"{difference} / \N{SQUARE ROOT}({plain(variance)} + {plain(EPSILON)}) = {plain(result)}"
        return (f"batch.{row}.{column}", f"mean.0.{column}", f"variance.0.{column}"), formula

    def _channel(self, column: int) -> tuple[str, ...]:
        return tuple(f"batch.{row}.{column}" for row in range(len(self._batch)))


BATCH_NORM = FigureKind("batch-norm", BatchNormState, draw_batch_norm)
