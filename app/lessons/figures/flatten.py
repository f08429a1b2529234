"""Maps written as one vector, and a fully connected layer on it."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from app.arithmetic.counts import fully_connected_parameters
from app.errors import InvalidRequest
from app.lessons.figures.formula import TIMES, bracketed, grouped, plain, signed
from app.lessons.figures.kind import FigureKind, FigureState
from app.lessons.figures.matrix import FigureMatrix, matrix_of
from app.lessons.figures.typed_matrix import read_channels, read_matrix


class FlattenState(FigureState):
    """The maps, the weights (a row for each output), the biases, and the output whose sum is shown."""

    maps: str = Field(default="3 0; 3 1 | -1 1; 0 3", max_length=1000)
    weights: str = Field(default="1 0 1 0 0 0 0 0; 0 0 0 0 0 1 0 1; 0 1 0 1 1 0 1 0", max_length=2000)
    bias: str = Field(default="-1 0 1", max_length=200)
    row: int = Field(default=0, ge=0, le=20)
    column: int = Field(default=0, ge=0, le=20)


@dataclass(frozen=True, slots=True)
class FlattenFigure:
    """The maps, the same numbers as a row, the weights, and the biases and the outputs as columns."""

    maps: tuple[FigureMatrix, ...]
    vector: FigureMatrix
    weights: FigureMatrix
    bias: FigureMatrix
    outputs: FigureMatrix
    working: str
    parameters: str


def draw_flatten(state: FlattenState) -> FlattenFigure:
    """The outputs; raises InvalidRequest where the weights or biases do not fit the maps."""
    maps, weights = read_channels(state.maps), read_matrix(state.weights, "matrix of weights")
    bias = read_matrix(state.bias, "row of biases").ravel()
    vector = maps.ravel()
    outputs = len(weights)
    if weights.shape[1] != vector.size:
        raise InvalidRequest(f"Each row must have {vector.size} weights, one for each number of the maps.")
    if bias.size != outputs:
        raise InvalidRequest(f"The number of biases is {bias.size}, that of outputs {outputs}: they must be the same.")
    results = weights @ vector + bias
    row = min(state.row, outputs - 1)

    def of_output(unit: int, _column: int) -> tuple[tuple[str, ...], str]:
        places = range(vector.size)
        links = (*(f"vector.0.{place}" for place in places), *(f"weights.{unit}.{place}" for place in places))
        return (*links, f"bias.{unit}.0"), _working(vector, weights[unit], bias[unit])

    return FlattenFigure(
        maps=tuple(matrix_of(f"map{channel}", plane) for channel, plane in enumerate(maps)),
        vector=matrix_of("vector", vector[np.newaxis], sources=partial(_place, maps.shape[1:])),
        weights=matrix_of("weights", weights, marked={(row, place) for place in range(vector.size)}),
        bias=matrix_of("bias", bias[:, np.newaxis], marked={(row, 0)}),
        outputs=matrix_of("outputs", results[:, np.newaxis], marked={(row, 0)}, sources=of_output),
        working=_working(vector, weights[row], bias[row]),
        parameters=f"({vector.size} + 1) {TIMES} {outputs} = "
        f"{grouped(fully_connected_parameters(vector.size, outputs))}",
    )


def _place(shape: tuple[int, ...], _row: int, place: int) -> tuple[tuple[str, ...], str]:
    """The cell of a map that a number of the vector is, and how its place follows from channel, row and column."""
    height, width = shape
    channel, cell = divmod(place, height * width)
    row, column = divmod(cell, width)
    working = f"{channel} {TIMES} {height * width} + {row} {TIMES} {width} + {column} = {place}"
    return (f"map{channel}.{row}.{column}",), working


def _working(vector: NDArray[np.float64], weights: NDArray[np.float64], bias: float) -> str:
    """The sum of an output; products with the weight 0 are left out."""
    pairs = zip(vector, weights, strict=True)
    products = " + ".join(f"{bracketed(x)} {TIMES} {bracketed(weight)}" for x, weight in pairs if weight)
    return f"{products or 0} {signed(bias)} = {plain(float(vector @ weights) + bias)}"


FLATTEN = FigureKind("flatten", FlattenState, draw_flatten)
