"""Pooling of a small matrix: the whole output, or one cell of it."""

from random import Random
from typing import Literal

import numpy as np
from pydantic import Field

from app.lessons.exercises.exercise import (
    AnswerForm,
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
from app.lessons.exercises.formulas import TIMES, added, written
from app.lessons.exercises.windows.small_convolution import KernelMovement, apply_kernel, apply_pool, output_size

PoolName = Literal["max", "average"]


class PoolingOptions(ExerciseOptions):
    """The kind of pooling, the sides of input and window, and the stride."""

    pool: PoolName = "max"
    size: int = Field(4, ge=2, le=8)
    kernel: int = Field(2, ge=2, le=4)
    stride: int = Field(2, ge=1, le=4)
    largest: int = Field(9, ge=2, le=99)


def draw_pooling(random: Random, options: PoolingOptions) -> Problem:
    """Asks for the whole output."""
    numbers = draw_matrix(random, (options.size, options.size), 0, options.largest)
    result = apply_pool(numbers, options.pool, options.kernel, options.stride)
    return Problem(
        Sentence(f"question_{options.pool}", {"kernel": options.kernel, "stride": options.stride}),
        MatrixForm(result.shape, _decimals(options)),
        result,
        _mistakes(numbers, options),
        (
            Step(Sentence(f"first_{options.pool}"), _formula(numbers, options, 0, 0)),
            Step(Sentence("others", {"stride": options.stride}), "", result),
        ),
        (NamedMatrix("input", numbers),),
    )


def draw_pooling_cell(random: Random, options: PoolingOptions) -> Problem:
    """Asks for one cell of the output."""
    numbers = draw_matrix(random, (options.size, options.size), 0, options.largest)
    result = apply_pool(numbers, options.pool, options.kernel, options.stride)
    row, column = random.randrange(result.shape[0]), random.randrange(result.shape[1])
    mistakes = {name: number(wrong[row, column]) for name, wrong in _mistakes(numbers, options).items()}
    if (row, column) == (0, 0) and options.stride > 1:
        mistakes.pop("stride_forgotten", None)  # the first window is the same with every stride
    form: AnswerForm = NumberForm(_decimals(options))
    values = {"kernel": options.kernel, "stride": options.stride, "row": row, "column": column}
    place = {"top": row * options.stride, "left": column * options.stride, "kernel": options.kernel}
    return Problem(
        Sentence(f"question_{options.pool}", values),
        form,
        number(result[row, column]),
        mistakes,
        (
            Step(Sentence("window", place)),
            Step(Sentence(f"take_{options.pool}"), _formula(numbers, options, row, column)),
        ),
        (NamedMatrix("input", numbers),),
    )


def _decimals(options: PoolingOptions) -> int:
    return 2 if options.pool == "average" else 0


def _mistakes(numbers: NumberArray, options: PoolingOptions) -> dict[str, NumberArray]:
    """The output that each mistake gives."""
    kernel, stride = options.kernel, options.stride
    sums = apply_kernel(numbers[np.newaxis], np.ones((1, kernel, kernel)), 0.0, KernelMovement(stride))
    other: PoolName = "average" if options.pool == "max" else "max"
    wrong = {f"{other}_for_{options.pool}": apply_pool(numbers, other, kernel, stride), "sum": sums}
    if options.pool == "max":
        wrong["least"] = -apply_pool(-numbers, "max", kernel, stride)
    if stride > 1 and output_size(len(numbers), kernel, KernelMovement()) != 1:
        wrong["stride_forgotten"] = apply_pool(numbers, options.pool, kernel, 1)
    return wrong


def _formula(numbers: NumberArray, options: PoolingOptions, row: int, column: int) -> str:
    top, left, kernel = row * options.stride, column * options.stride, options.kernel
    window = numbers[top : top + kernel, left : left + kernel].ravel()
    if options.pool == "max":
        return f"max({', '.join(map(written, window))}) = {written(window.max())}"
    return f"({added(window)}) / ({kernel} {TIMES} {kernel}) = {written(window.mean(), 2)}"


POOLING = ExerciseKind("pooling", PoolingOptions, draw_pooling)
POOLING_CELL = ExerciseKind("pooling-cell", PoolingOptions, draw_pooling_cell)
