"""Maps written as one vector, and a fully connected layer on it."""

from dataclasses import dataclass

import numpy as np
from pydantic import Field

from app.arithmetic.photo_kernel import read_rows
from app.errors import InvalidRequest
from app.lessons.figures.convolution import read_channels
from app.lessons.figures.formula import TIMES, bracketed, plain, signed
from app.lessons.figures.kind import FigureKind, FigureState
from app.lessons.figures.matrix import FigureMatrix, matrix_of


class FlattenState(FigureState):
    """The maps, the weights (a row for each output), the biases, and the output whose sum is shown."""

    maps: str = Field(default="3 0; 3 1 | -1 1; 0 3", max_length=1000)
    weights: str = Field(default="1 0 1 0 0 0 0 0; 0 0 0 0 0 1 0 1; 0 1 0 1 1 0 1 0", max_length=2000)
    bias: str = Field(default="-1 0 1", max_length=200)
    row: int = Field(default=0, ge=0, le=20)
    column: int = Field(default=0, ge=0, le=20)


@dataclass(frozen=True, slots=True)
class FlattenFigure:
    """The maps, the same numbers as a column, the weights, and the outputs as a column."""

    maps: tuple[FigureMatrix, ...]
    vector: FigureMatrix
    weights: FigureMatrix
    outputs: FigureMatrix
    working: str
    parameters: str


def draw_flatten(state: FlattenState) -> FlattenFigure:
    """The outputs; raises InvalidRequest where the weights or biases do not fit the maps."""
    maps, weights = read_channels(state.maps), np.array(read_rows(state.weights), np.float64)
    bias = np.array(read_rows(state.bias), np.float64).ravel()
    vector = maps.ravel()
    outputs = len(weights)
    if weights.shape[1] != vector.size:
        raise InvalidRequest(f"Each row must have {vector.size} weights, one for each number of the maps.")
    if bias.size != outputs:
        raise InvalidRequest(f"There are {outputs} outputs and {bias.size} biases.")
    results = weights @ vector + bias
    row = min(state.row, outputs - 1)
    height, width = maps.shape[1:]

    def working(unit: int) -> str:
        products = " + ".join(
            f"{bracketed(x)} {TIMES} {bracketed(w)}" for x, w in zip(vector, weights[unit], strict=True) if w
        )
        return f"{products or 0} {signed(bias[unit])} = {plain(results[unit])}"

    def of_vector(place: int, _column: int) -> tuple[tuple[str, ...], str]:
        channel, cell = divmod(place, height * width)
        return (f"map{channel}.{cell // width}.{cell % width}",), ""

    def of_output(unit: int, _column: int) -> tuple[tuple[str, ...], str]:
        reads = tuple(f"vector.{place}.0" for place in range(vector.size))
        return (*reads, *(f"weights.{unit}.{place}" for place in range(vector.size))), working(unit)

    count = outputs * vector.size + outputs
    return FlattenFigure(
        maps=tuple(matrix_of(f"map{channel}", plane) for channel, plane in enumerate(maps)),
        vector=matrix_of("vector", vector[:, np.newaxis], sources=of_vector),
        weights=matrix_of("weights", weights, marked={(row, place) for place in range(vector.size)}),
        outputs=matrix_of("outputs", results[:, np.newaxis], marked={(row, 0)}, sources=of_output),
        working=working(row),
        parameters=f"{outputs} {TIMES} {vector.size} + {outputs} = {count}",
    )


FLATTEN = FigureKind("flatten", FlattenState, draw_flatten)
