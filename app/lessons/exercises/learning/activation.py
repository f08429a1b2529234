"""Activations: the ReLU of a matrix, and the softmax of logits at a temperature."""

from math import exp
from random import Random

import numpy as np
from pydantic import Field

from app.arithmetic.registry import work
from app.arithmetic.working import Operation
from app.lessons.exercises.exercise import (
    Choices,
    ExerciseKind,
    ExerciseOptions,
    MatrixForm,
    NamedMatrix,
    NumberArray,
    NumberForm,
    Problem,
    Sentence,
    Step,
    Value,
    draw_matrix,
    number,
)
from app.lessons.exercises.formulas import LETTERS, added, written

OPSET = 17
DECIMALS = 2


class ReluOptions(ExerciseOptions):
    """The rows and columns of the matrix, and the largest magnitude in it: of 1, the output would be zeros and ones."""

    rows: int = Field(3, ge=1, le=6)
    columns: int = Field(3, ge=2, le=6)
    largest: int = Field(9, ge=2, le=99)


class SoftmaxOptions(ExerciseOptions):
    """How many classes there are, and the temperatures that are drawn from."""

    classes: int = Field(3, ge=2, le=6)
    temperatures: Choices[float] = (1.0,)


def draw_relu(random: Random, options: ReluOptions) -> Problem:
    """Asks for the ReLU of each number."""
    numbers = draw_matrix(random, (options.rows, options.columns), -options.largest, options.largest)
    operation = Operation("Relu", OPSET, {}, (numbers,), numbers.shape)
    result = np.array(
        [[work(operation, (row, column)).total for column in range(options.columns)] for row in range(options.rows)]
    )
    return Problem(
        Sentence("question"),
        MatrixForm(result.shape),
        result,
        {
            "unchanged": numbers,
            "absolute": abs(numbers),
            "negative_side": np.minimum(numbers, 0),
            "ones": (numbers > 0).astype(np.float64),
        },
        (
            Step(Sentence("rule")),
            Step(Sentence("first"), f"max({written(numbers[0, 0])}, 0) = {written(result[0, 0])}"),
            Step(Sentence("others"), "", result),
        ),
        (NamedMatrix("input", numbers),),
    )


def draw_softmax(random: Random, options: SoftmaxOptions) -> Problem:
    """Asks for the probability of one class."""
    logits = np.array([random.randint(-20, 40) / 10 for _ in range(options.classes)])
    temperature, own = random.choice(options.temperatures), random.randrange(options.classes)
    scaled = logits / temperature
    answer = _softmax(scaled, own)
    mistakes = {"exponential": exp(scaled[own]), "logit_share": _share(logits, own)}
    if temperature != 1:
        mistakes |= {"temperature_left_out": _softmax(logits, own)}
        mistakes |= {"temperature_multiplied": _softmax(logits * temperature, own)}
    values: dict[str, Value] = {"letter": LETTERS[own], "temperature": temperature}
    exponentials = [exp(each) for each in scaled]
    pairs = zip(logits, scaled, strict=True)
    divided = [f"{written(logit)} / {written(temperature)} = {written(each)}" for logit, each in pairs]
    return Problem(
        Sentence("question" if temperature == 1 else "question_temperature", values),
        NumberForm(DECIMALS),
        number(answer),
        {name: number(wrong) for name, wrong in mistakes.items()},
        (
            *((Step(Sentence("divide", values), "; ".join(divided)),) if temperature != 1 else ()),
            Step(Sentence("exponentials"), _exponentials(scaled, exponentials)),
            Step(Sentence("sum"), f"{added(exponentials)} = {written(sum(exponentials))}"),
            Step(
                Sentence("share"),
                f"{written(exponentials[own])} / {written(sum(exponentials))} = {written(answer, DECIMALS)}",
            ),
        ),
        lines=tuple(
            Sentence("logit", {"letter": LETTERS[index], "logit": float(logit)}) for index, logit in enumerate(logits)
        ),
    )


def _softmax(logits: NumberArray, own: int) -> float:
    return work(Operation("Softmax", OPSET, {"axis": -1}, (logits,), logits.shape), (own,)).total


def _share(logits: NumberArray, own: int) -> float:
    """The logit as a share of the sum of logits, which is no probability."""
    total = float(logits.sum())
    return float(logits[own]) / total if total else float(logits[own])


def _exponentials(logits: NumberArray, exponentials: list[float]) -> str:
    return "; ".join(
        f"exp({written(logit)}) = {written(each)}" for logit, each in zip(logits, exponentials, strict=True)
    )


RELU = ExerciseKind("relu", ReluOptions, draw_relu)
SOFTMAX = ExerciseKind("softmax", SoftmaxOptions, draw_softmax)
