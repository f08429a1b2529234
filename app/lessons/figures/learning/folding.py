"""A convolution at one place with the batch normalisation after it, and the one convolution that replaces both."""

from dataclasses import dataclass

import numpy as np
from pydantic import Field

from app.arithmetic.folding import Folding
from app.arithmetic.operators.normalisation import EPSILON
from app.lessons.figures.formula import MINUS, TIMES, bracketed, plain, signed
from app.lessons.figures.kind import FigureKind, FigureState
from app.lessons.figures.matrix import CellSources, FigureMatrix, matrix_of
from app.lessons.figures.typed_matrix import read_patch

ROOT = "\N{SQUARE ROOT}"


class FoldingState(FigureState):
    """The window of the input, the kernel, its bias, and the four numbers of the normalisation for the channel."""

    patch: str = Field(default="1 2 3; 2 0 0; 7 9 1", max_length=1000)
    kernel: str = Field(default="3 2 0; 3 0 1; 0 5 2", max_length=1000)
    bias: float = Field(default=0, ge=-1000, le=1000, allow_inf_nan=False)
    mean: float = Field(default=50, ge=-1000, le=1000, allow_inf_nan=False)
    variance: float = Field(default=100, ge=0, le=1_000_000, allow_inf_nan=False)
    gamma: float = Field(default=2, ge=-1000, le=1000, allow_inf_nan=False)
    beta: float = Field(default=1, ge=-1000, le=1000, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class FoldingFigure:
    """Both ways to the same number: `steps` are the formulas of the two layers, `one_step` that of one convolution."""

    patch: FigureMatrix
    kernel: FigureMatrix
    folded: FigureMatrix
    numbers: Folding
    steps: tuple[str, str]
    one_step: str


def draw_folding(state: FoldingState) -> FoldingFigure:
    """The two ways; raises InvalidRequest where the matrices can't be read or differ in size."""
    patch, kernel = read_patch(state.patch, state.kernel)
    numbers = Folding("", state.bias, state.gamma, state.variance, EPSILON, state.mean, state.beta)
    products = float(np.vdot(patch, kernel))
    convolved = products + state.bias
    normalised = state.gamma * (convolved - state.mean) / np.sqrt(state.variance + EPSILON) + state.beta
    folded = kernel * numbers.factor
    folded_products = float(np.vdot(patch, folded))

    def sources(row: int, column: int) -> CellSources:
        weight = bracketed(float(kernel[row, column]))
        formula = f"{weight} {TIMES} {bracketed(numbers.factor)} = {plain(folded[row, column])}"
        return (f"kernel.{row}.{column}",), formula

    difference = f"({plain(convolved)} {MINUS} {bracketed(state.mean)})"
    root = f"{ROOT}({plain(state.variance)} + {plain(EPSILON)})"
    return FoldingFigure(
        patch=matrix_of("patch", patch),
        kernel=matrix_of("kernel", kernel),
        folded=matrix_of("folded", folded, sources=sources),
        numbers=numbers,
        steps=(
            f"{plain(products)} {signed(state.bias)} = {plain(convolved)}",
            f"{plain(state.gamma)} {TIMES} {difference} / {root} {signed(state.beta)} = {plain(float(normalised))}",
        ),
        one_step=f"{plain(folded_products)} {signed(numbers.folded_bias)} = "
        f"{plain(folded_products + numbers.folded_bias)}",
    )


FOLDING = FigureKind("folding", FoldingState, draw_folding)
