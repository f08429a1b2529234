"""Output sizes: of given numbers, that which is asked for, and the padding that keeps the size."""

from math import ceil
from random import Random
from typing import Literal

import numpy as np
from pydantic import Field, field_validator, model_validator

from app.lessons.exercises.exercise import (
    Choices,
    ExerciseKind,
    ExerciseOptions,
    FieldsForm,
    Judgement,
    NumberArray,
    NumberForm,
    Problem,
    Sentence,
    Step,
    number,
)
from app.lessons.exercises.formulas import MINUS, TIMES
from app.lessons.exercises.windows.small_convolution import KernelMovement, output_size, size_task

FIELDS = ("kernel", "stride", "padding", "dilation")
LARGEST_SIDE = 512


class OutputSizeOptions(ExerciseOptions):
    """The ranges that the numbers are drawn from, what moves, and along how many axes: along 1, over a text."""

    least: int = Field(5, ge=3, le=256)
    largest: int = Field(64, ge=5, le=LARGEST_SIDE)
    kernels: Choices[int] = (2, 3, 4, 5, 7)
    strides: Choices[int] = (1, 2, 3)
    paddings: Choices[int] = (0, 1, 2, 3)
    dilations: Choices[int] = (1,)
    axes: int = Field(2, ge=1, le=2)
    window: Literal["kernel", "pooling"] = "kernel"

    @model_validator(mode="after")
    def _pool_maps_without_gaps(self) -> "OutputSizeOptions":
        if self.window == "pooling" and (self.axes == 1 or max(self.dilations) > 1):
            raise ValueError("a pooling window moves over maps, without gaps")
        return self


class FittingSizeOptions(ExerciseOptions):
    """The side of the input, and the sides that the output may be asked to have."""

    sizes: Choices[int] = (6, 7, 8, 9, 10, 11, 12)
    targets: Choices[int] = (3, 4, 5)


class SamePaddingOptions(ExerciseOptions):
    """The kernels and dilations that are drawn from; kernels are odd, so that both sides are padded alike."""

    kernels: Choices[int] = (3, 5, 7, 9, 11)
    dilations: Choices[int] = (1,)

    @field_validator("kernels")
    @classmethod
    def _are_odd(cls, kernels: tuple[int, ...]) -> tuple[int, ...]:
        if not all(kernel % 2 for kernel in kernels):
            raise ValueError("kernels must be odd")
        return kernels


def draw_output_size(random: Random, options: OutputSizeOptions) -> Problem:
    """Asks for the side of the output."""
    kernel, dilation = random.choice(options.kernels), random.choice(options.dilations)
    movement = KernelMovement(random.choice(options.strides), random.choice(options.paddings), dilation)
    extent = (kernel - 1) * dilation + 1
    least = max(options.least, extent)
    side = random.randint(least, max(options.largest, least))
    task = size_task(side, kernel, movement)
    values = {"size": side, "kernel": kernel, "stride": movement.stride, "padding": movement.padding}
    is_pooling = options.window == "pooling"
    question = "question" + "_pooling" * is_pooling + "_text" * (options.axes == 1) + "_dilated" * (dilation > 1)
    return Problem(
        Sentence(question, values | {"dilation": dilation}),
        NumberForm(),
        number(task.result_size[0]),
        {name: number(wrong) for name, wrong in size_mistakes(side, kernel, movement).items()},
        (
            *((Step(Sentence("extent"), f"{dilation} {TIMES} ({kernel} {MINUS} 1) + 1 = {extent}"),) * (dilation > 1)),
            Step(Sentence("formula"), task.formulas[0]),
        ),
    )


def size_mistakes(side: int, kernel: int, movement: KernelMovement) -> dict[str, int]:
    """The side of the output that each mistake gives; one that changes nothing is left out."""
    stride, padding = movement.stride, movement.padding
    extent = (kernel - 1) * movement.dilation + 1
    room = side + 2 * padding - extent
    wrong: dict[str, int | None] = {"one_missing": room // stride}
    if stride > 1:
        wrong["stride_forgotten"] = output_size(side, kernel, KernelMovement(1, padding, movement.dilation))
    if padding:
        wrong["padding_left_out"] = output_size(side, kernel, KernelMovement(stride, 0, movement.dilation))
        wrong["padding_once"] = (side + padding - extent) // stride + 1
    if room % stride:
        wrong["rounded_up"] = ceil(room / stride) + 1
    if movement.dilation > 1:
        wrong["dilation_forgotten"] = output_size(side, kernel, KernelMovement(stride, padding))
    return {name: size for name, size in wrong.items() if size is not None and size > 0}


def draw_fitting_size(random: Random, options: FittingSizeOptions) -> Problem:
    """Asks for a kernel and a movement that give an output of a certain side: many are right."""
    side, target = random.choice(options.sizes), random.choice(options.targets)
    if side <= target:
        side = target + random.randint(1, 4)
    kernel = side - target + 1
    example = (kernel, 1, 0, 1)

    def judge(answer: NumberArray) -> Judgement:
        return _judge_size(side, target, answer)

    return Problem(
        Sentence("question", {"size": side, "target": target}),
        FieldsForm(FIELDS),
        np.array(example, np.float64),
        {},
        (
            Step(Sentence("choose", {"kernel": kernel})),
            Step(Sentence("formula"), size_task(side, kernel, KernelMovement()).formulas[0]),
        ),
        judge=judge,
    )


def _judge_size(side: int, target: int, answer: NumberArray) -> Judgement:
    if (answer != answer.round()).any() or (answer < (1, 1, 0, 1)).any() or (answer > LARGEST_SIDE).any():
        return Judgement(False, Sentence("out_of_range", {"most": LARGEST_SIDE}))
    kernel, stride, padding, dilation = (int(each) for each in answer)
    movement = KernelMovement(stride, padding, dilation)
    size = output_size(side, kernel, movement)
    if size is None:
        extent = (kernel - 1) * dilation + 1
        return Judgement(False, Sentence("too_large", {"extent": extent, "padded": side + 2 * padding}))
    values = {"result": size, "target": target}
    if size == target:
        return Judgement(True, Sentence("fits", values))
    slips = size_mistakes(side, kernel, movement)
    return Judgement(False, Sentence("gives", values), tuple(name for name, each in slips.items() if each == target))


def draw_same_padding(random: Random, options: SamePaddingOptions) -> Problem:
    """Asks for the padding on each side that keeps the size."""
    kernel, dilation = random.choice(options.kernels), random.choice(options.dilations)
    lost = dilation * (kernel - 1)
    padding = lost // 2
    mistakes = {"both_sides": lost, "half_rounded_up": (kernel + 1) // 2 if dilation == 1 else None}
    mistakes["dilation_forgotten"] = kernel // 2 if dilation > 1 else None
    formula = f"{dilation} {TIMES} ({kernel} {MINUS} 1) / 2" if dilation > 1 else f"({kernel} {MINUS} 1) / 2"
    return Problem(
        Sentence("question_dilated" if dilation > 1 else "question", {"kernel": kernel, "dilation": dilation}),
        NumberForm(),
        number(padding),
        {name: number(wrong) for name, wrong in mistakes.items() if wrong is not None},
        (
            Step(Sentence("lost", {"lost": lost})),
            Step(Sentence("half"), f"{formula} = {padding}"),
        ),
    )


OUTPUT_SIZE = ExerciseKind("output-size", OutputSizeOptions, draw_output_size)
FITTING_SIZE = ExerciseKind("fitting-size", FittingSizeOptions, draw_fitting_size)
SAME_PADDING = ExerciseKind("same-padding", SamePaddingOptions, draw_same_padding)
