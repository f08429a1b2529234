"""An activation function on typed numbers: its curve, and the numbers before and after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from app.lessons.figures.kind import FigureKind, FigureState
from app.lessons.figures.matrix import FigureMatrix, matrix_of
from app.lessons.figures.typed_matrix import read_matrix

FunctionName = Literal["relu", "leaky", "sigmoid", "tanh"]
LEAK = 0.1
FUNCTIONS: Mapping[FunctionName, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "relu": lambda x: np.maximum(x, 0),
    "leaky": lambda x: np.where(x < 0, LEAK * x, x),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
}
FORMULAS: Mapping[FunctionName, str] = {
    "relu": "max(0, x)",
    "leaky": f"max({LEAK} × x, x)",
    "sigmoid": "1 / (1 + e^−x)",
    "tanh": "tanh(x)",
}
WIDTH, HEIGHT = 240, 200  # of the chart, in pixels
SPAN, TOP, BOTTOM = 6.0, 4.0, -1.5  # x from -6 to 6, and the range of y
POINTS = 121


class ActivationState(FigureState):
    """The numbers and the function."""

    matrix: str = Field(default="3 -1 -3 -1; -3 1 0 -3; -3 -3 0 1; 3 -2 -2 -1", max_length=2000)
    function: FunctionName = "relu"


@dataclass(frozen=True, slots=True)
class FunctionCurve:
    """The curve as points of an SVG, with the zero of both axes, in pixels."""

    width: int
    height: int
    zero: tuple[float, float]
    points: str


@dataclass(frozen=True, slots=True)
class ActivationFigure:
    """The numbers before and after; `zeros` counts those that the function makes exactly 0."""

    before: FigureMatrix
    after: FigureMatrix
    formula: str
    chart: FunctionCurve
    zeros: int
    count: int


def draw_activation(state: ActivationState) -> ActivationFigure:
    """The function applied; raises InvalidRequest where the numbers can't be read."""
    numbers = read_matrix(state.matrix)
    with np.errstate(over="ignore"):  # the sigmoid of a very negative number is 0
        result = FUNCTIONS[state.function](numbers)

    def sources(row: int, column: int) -> tuple[tuple[str, ...], str]:
        return (f"before.{row}.{column}",), ""

    return ActivationFigure(
        before=matrix_of("before", numbers),
        after=matrix_of("after", result, sources=sources),
        formula=FORMULAS[state.function],
        chart=_chart(FUNCTIONS[state.function]),
        zeros=int((result == 0).sum()),
        count=numbers.size,
    )


def _chart(function: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> FunctionCurve:
    x = np.linspace(-SPAN, SPAN, POINTS)
    y = function(x)
    seen = (y >= BOTTOM) & (y <= TOP)
    across, down = (x + SPAN) / (2 * SPAN) * WIDTH, (TOP - y) / (TOP - BOTTOM) * HEIGHT
    points = " ".join(f"{at:.1f},{height:.1f}" for at, height in zip(across[seen], down[seen], strict=True))
    return FunctionCurve(WIDTH, HEIGHT, (WIDTH / 2, TOP / (TOP - BOTTOM) * HEIGHT), points)


ACTIVATION = FigureKind("activation", ActivationState, draw_activation)
