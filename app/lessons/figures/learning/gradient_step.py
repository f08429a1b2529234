"""Steps of gradient descent of one neuron: its output, the squared error, the gradient, and the weights after the step.

With inputs x, weights w, bias b and target t: y = sum of w x + b, loss = (y - t)^2 / 2, and the gradient of the loss is
(y - t) x with respect to w and y - t with respect to b.
"""

from dataclasses import dataclass

import numpy as np
from pydantic import Field

from app.arithmetic.working import Doubles
from app.errors import InvalidRequest
from app.lessons.figures.formula import MINUS, TIMES, bracketed, plain, signed
from app.lessons.figures.kind import FigureKind, FigureState
from app.lessons.figures.matrix import CellSources, FigureMatrix, matrix_of
from app.lessons.figures.typed_matrix import read_patch

LARGEST = 1e12


class GradientStepState(FigureState):
    """The numbers before the first step, and which step is shown, from 0."""

    patch: str = Field(default="1 2 3; 2 0 0; 7 9 1", max_length=1000)
    kernel: str = Field(default="3 2 0; 3 0 1; 0 5 2", max_length=1000)
    bias: float = Field(default=0, ge=-1000, le=1000, allow_inf_nan=False)
    target: float = Field(default=50, ge=-10_000, le=10_000, allow_inf_nan=False)
    rate: float = Field(default=0.002, ge=0, le=1, allow_inf_nan=False)
    step: int = Field(default=0, ge=0, le=50)


@dataclass(frozen=True, slots=True)
class Neuron:
    """The weights and the bias after some steps, and what they give: the output, and the loss."""

    weights: Doubles
    bias: float
    output: float
    loss: float


@dataclass(frozen=True, slots=True)
class GradientStepFigure:
    """One step. `neurons` are those before each step so far, and the last one after this step.

    `slope` is the gradient with respect to the output, which is also that with respect to the bias.
    """

    patch: FigureMatrix
    kernel: FigureMatrix
    gradient: FigureMatrix
    changed: FigureMatrix
    neurons: tuple[Neuron, ...]
    slope: float
    output_formula: str
    loss_formula: str
    slope_formula: str

    @property
    def before(self) -> Neuron:
        return self.neurons[-2]

    @property
    def after(self) -> Neuron:
        return self.neurons[-1]


def draw_gradient_step(state: GradientStepState) -> GradientStepFigure:
    """The step; raises InvalidRequest where the matrices can't be read or differ in size, or the numbers overflow."""
    patch, kernel = read_patch(state.patch, state.kernel)
    neurons = _descend(patch, kernel, state)
    before, after = neurons[-2:]
    slope = before.output - state.target

    def gradient_source(row: int, column: int) -> CellSources:
        value = float(patch[row, column])
        return (f"patch.{row}.{column}",), f"{plain(slope)} {TIMES} {bracketed(value)} = {plain(slope * value)}"

    def change_source(row: int, column: int) -> CellSources:
        weight, gradient = float(before.weights[row, column]), slope * float(patch[row, column])
        step = f"{plain(weight)} {MINUS} {plain(state.rate)} {TIMES} {bracketed(gradient)}"
        return (f"kernel.{row}.{column}", f"gradient.{row}.{column}"), f"{step} = {plain(after.weights[row, column])}"

    products = [f"{bracketed(x)} {TIMES} {bracketed(w)}" for x, w in zip(patch.flat, before.weights.flat, strict=True)]
    bias = f" {signed(before.bias)}" if before.bias else ""
    difference = f"{plain(before.output)} {MINUS} {bracketed(state.target)}"
    return GradientStepFigure(
        patch=matrix_of("patch", patch),
        kernel=matrix_of("kernel", before.weights),
        gradient=matrix_of("gradient", slope * patch, sources=gradient_source),
        changed=matrix_of("changed", after.weights, sources=change_source),
        neurons=neurons,
        slope=slope,
        output_formula=f"{' + '.join(products)}{bias} = {plain(before.output)}",
        loss_formula=f"({difference})² / 2 = {plain(before.loss)}",
        slope_formula=f"{difference} = {plain(slope)}",
    )


def _descend(patch: Doubles, weights: Doubles, state: GradientStepState) -> tuple[Neuron, ...]:
    """The neuron before each step, the shown one included, and after it."""
    bias, neurons = state.bias, []
    for _ in range(state.step + 2):
        output = float(np.vdot(weights, patch)) + bias
        if not abs(output) < LARGEST:
            raise InvalidRequest(f"The steps are too large: the output grows beyond {LARGEST:.0e}.")
        slope = output - state.target
        neurons.append(Neuron(weights, bias, output, slope * slope / 2))
        weights, bias = weights - state.rate * slope * patch, bias - state.rate * slope
    return tuple(neurons)


GRADIENT_STEP = FigureKind("gradient-step", GradientStepState, draw_gradient_step)
