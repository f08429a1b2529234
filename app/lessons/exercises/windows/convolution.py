"""Convolution of small matrices: one cell of the output, or the whole output."""

from random import Random
from typing import Literal

import numpy as np
from pydantic import Field

from app.lessons.exercises.exercise import (
    ExerciseKind,
    ExerciseOptions,
    MatrixForm,
    NamedMatrix,
    NumberArray,
    NumberForm,
    Problem,
    Sentence,
    Step,
    draw_matrix,
    number,
)
from app.lessons.exercises.formulas import added, products, written
from app.lessons.exercises.windows.small_convolution import KernelMovement, SmallConvolution


class ConvolutionOptions(ExerciseOptions):
    """The sides of input and kernel, and how the kernel moves. A bias is drawn, or there is none."""

    size: int = Field(5, ge=3, le=7)
    kernel: int = Field(3, ge=1, le=3)
    channels: Literal[1, 3] = 1
    bias: bool = False
    stride: int = Field(1, ge=1, le=2)
    padding: int = Field(0, ge=0, le=1)
    largest: int = Field(4, ge=1, le=9)


def draw_cell(random: Random, options: ConvolutionOptions) -> Problem:
    """Asks for one cell of the output."""
    task = _draw_task(random, options)
    result = task.result()
    row, column = random.randrange(result.shape[0]), random.randrange(result.shape[1])
    stride, window = task.movement.stride, "window_padded" if task.movement.padding else "window"
    mistakes = {
        name: number(wrong[row, column])
        for name, wrong in task.mistakes().items()
        if row < wrong.shape[0] and column < wrong.shape[1]
    }
    if (row, column) == (0, 0):
        mistakes.pop("stride_forgotten", None)  # the first window is the same with every stride
    if row != column:
        mistakes["row_for_column"] = number(result[column, row])
    return Problem(
        Sentence("question", {"row": row, "column": column}),
        NumberForm(),
        number(result[row, column]),
        mistakes,
        (
            Step(Sentence(window, {"top": row * stride, "left": column * stride})),
            *_cell_steps(task, row, column),
        ),
        _matrices(task),
        _lines(task),
    )


def draw_convolution(random: Random, options: ConvolutionOptions) -> Problem:
    """Asks for the whole output."""
    task = _draw_task(random, options)
    result = task.result()
    return Problem(
        Sentence("question"),
        MatrixForm(result.shape),
        result,
        task.mistakes(),
        (
            Step(Sentence("first")),
            *_cell_steps(task, 0, 0),
            Step(Sentence("others", {"rows": result.shape[0], "columns": result.shape[1]}), "", result),
        ),
        _matrices(task),
        _lines(task),
    )


def _draw_task(random: Random, options: ConvolutionOptions) -> SmallConvolution:
    maps = draw_matrix(random, (options.channels, options.size, options.size), 0, options.largest)
    kernel = draw_matrix(random, (options.channels, options.kernel, options.kernel), -2, 2)
    bias = random.choice([-3, -2, -1, 1, 2, 3]) if options.bias else 0
    return SmallConvolution(maps, kernel, float(bias), KernelMovement(options.stride, options.padding))


def _lines(task: SmallConvolution) -> tuple[Sentence, ...]:
    """How the kernel moves, unless it has one place only, and what is added, if it is not 0."""
    padding = task.movement.padding
    can_move = task.kernel.shape[1] < task.maps.shape[1] + 2 * padding
    values = {"stride": task.movement.stride if can_move else 0, "padding": padding, "bias": task.bias}
    return tuple(Sentence(name, {name: value}) for name, value in values.items() if value)


def _cell_steps(task: SmallConvolution, row: int, column: int) -> tuple[Step, ...]:
    """The sum of one cell, channel by channel where there are several."""
    window, sums = task.window(row, column), []
    steps = []
    for plane, kernel in zip(window, task.kernel, strict=True):
        sums.append(float((plane * kernel).sum()))
        steps.append(f"{products(plane.ravel(), kernel.ravel())} = {written(sums[-1])}")
    total = [*sums, task.bias] if task.bias else sums
    if len(sums) == 1:
        own = Step(Sentence("sum"), steps[0])
        return (own, Step(Sentence("bias"), f"{added(total)} = {written(sum(total))}")) if task.bias else (own,)
    channels = (Step(Sentence("channel", {"channel": index}), each) for index, each in enumerate(steps))
    return (*channels, Step(Sentence("together"), f"{added(total)} = {written(sum(total))}"))


def _matrices(task: SmallConvolution) -> tuple[NamedMatrix, ...]:
    return (*_planes("input", task.maps), *_planes("kernel", task.kernel))


def _planes(name: str, maps: NumberArray) -> tuple[NamedMatrix, ...]:
    if len(maps) == 1:
        return (NamedMatrix(name, maps[0]),)
    return tuple(NamedMatrix(name, np.asarray(plane), index) for index, plane in enumerate(maps))


CONVOLUTION_CELL = ExerciseKind("convolution-cell", ConvolutionOptions, draw_cell)
CONVOLUTION = ExerciseKind("convolution", ConvolutionOptions, draw_convolution)
