"""Batch normalisation of one value, and the values that dropout leaves."""

from math import sqrt
from random import Random
from typing import Literal

import numpy as np

from app.arithmetic.registry import work
from app.arithmetic.working import Operation
from app.lessons.exercises.exercise import (
    ExerciseKind,
    ExerciseOptions,
    NumberForm,
    Problem,
    Sentence,
    Step,
    number,
)
from app.lessons.exercises.formulas import MINUS, TIMES, added, bracketed, written

OPSET = 17
DECIMALS = 2


class BatchNormalisationOptions(ExerciseOptions):
    """There is nothing to choose."""


class DropoutOptions(ExerciseOptions):
    """Whether the value on average is asked for, or what a unit that stays is scaled to; by default either."""

    ask: Literal["average", "scaled", "either"] = "either"


def draw_batch_normalisation(random: Random, options: BatchNormalisationOptions) -> Problem:
    """Asks for the normalised value, scaled and shifted."""
    deviation, mean = random.choice((2, 3, 4, 5)), random.randint(-5, 5)
    value = mean + random.choice([each for each in range(-9, 10) if each])
    scale, shift = random.choice((0.5, 1.5, 2.0, 3.0)), random.choice((-2.0, -1.0, 1.0, 2.0))
    variance = deviation * deviation
    inputs = [np.full((1, 1), value, np.float64), *(np.array([float(each)]) for each in (scale, shift, mean, variance))]
    answer = work(Operation("BatchNormalization", OPSET, {"epsilon": 0.0}, tuple(inputs), (1, 1)), (0, 0)).total
    normal = (value - mean) / deviation
    mistakes = {
        "variance_not_rooted": scale * (value - mean) / variance + shift,
        "scale_left_out": normal + shift,
        "shift_left_out": scale * normal,
    }
    if mean:
        mistakes["mean_left_out"] = scale * value / deviation + shift
    values = {"value": value, "mean": mean, "variance": variance, "scale": scale, "shift": shift}
    total = added([scale * normal, shift])
    return Problem(
        Sentence("question", values),
        NumberForm(DECIMALS),
        number(answer),
        {name: number(wrong) for name, wrong in mistakes.items()},
        (
            Step(Sentence("root"), f"√{variance} = {written(sqrt(variance))}"),
            Step(
                Sentence("normalise"),
                f"({added([value, -mean] if mean else [value])}) / {deviation} = {written(normal)}",
            ),
            Step(Sentence("scale"), f"{written(scale)} {TIMES} {bracketed(normal)} = {written(scale * normal)}"),
            Step(Sentence("shift"), f"{total} = {written(answer, DECIMALS)}"),
        ),
    )


def draw_dropout(random: Random, options: DropoutOptions) -> Problem:
    """Asks for the value on average, or for the value that a unit that stays is scaled to."""
    ask = random.choice(("average", "scaled")) if options.ask == "either" else options.ask
    rate, value = random.choice((0.1, 0.2, 0.25, 0.4, 0.75)), random.choice((2.0, 3.0, 4.0, 5.0, 6.0, 8.0))
    share = 1 - rate
    averaged, scaled = value * share, value / share
    answer = averaged if ask == "average" else scaled
    wrong = {"not_scaled": value, "other_direction": scaled if ask == "average" else averaged}
    wrong["rate_for_share"] = value * rate if ask == "average" else value / rate
    sign = TIMES if ask == "average" else "/"
    return Problem(
        Sentence(f"question_{ask}", {"rate": rate, "value": value}),
        NumberForm(DECIMALS),
        number(answer),
        {name: number(each) for name, each in wrong.items()},
        (
            Step(Sentence("share"), f"1 {MINUS} {written(rate)} = {written(share)}"),
            Step(Sentence(ask), f"{written(value)} {sign} {written(share)} = {written(answer, DECIMALS)}"),
        ),
    )


BATCH_NORMALISATION = ExerciseKind("batch-normalisation", BatchNormalisationOptions, draw_batch_normalisation)
DROPOUT = ExerciseKind("dropout", DropoutOptions, draw_dropout)
