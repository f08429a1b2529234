"""Training by hand: the cross-entropy of one prediction, and one step down the gradient."""

from math import log, log2, log10
from random import Random

from pydantic import Field

from app.arithmetic.loss import negative_logarithm
from app.lessons.exercises.exercise import (
    Choices,
    ExerciseKind,
    ExerciseOptions,
    NumberForm,
    Problem,
    Sentence,
    Step,
    number,
)
from app.lessons.exercises.formulas import LETTERS, MINUS, TIMES, bracketed, written

LOSS_DECIMALS = 2
WEIGHT_DECIMALS = 3


class CrossEntropyOptions(ExerciseOptions):
    """How many classes there are."""

    classes: int = Field(3, ge=2, le=6)


class GradientStepOptions(ExerciseOptions):
    """The learning rates that are drawn from."""

    rates: Choices[float] = (0.01, 0.05, 0.1, 0.2)


def draw_cross_entropy(random: Random, options: CrossEntropyOptions) -> Problem:
    """Asks for the loss of a prediction."""
    parts = [random.randint(1, 12) for _ in range(options.classes)]
    per_cent = [round(100 * part / sum(parts)) for part in parts]
    per_cent[per_cent.index(max(per_cent))] += 100 - sum(per_cent)
    own = random.randrange(options.classes)
    probability = per_cent[own] / 100
    answer = negative_logarithm(probability, ()).total
    return Problem(
        Sentence("question", {"letter": LETTERS[own]}),
        NumberForm(LOSS_DECIMALS),
        number(answer),
        {
            "sign_left_out": number(log(probability)),
            "base_ten": number(-log10(probability)),
            "base_two": number(-log2(probability)),
            "other_classes": number(-log(1 - probability)),
            "difference": number(1 - probability),
        },
        (
            Step(Sentence("pick", {"letter": LETTERS[own]}), f"p = {written(probability)}"),
            Step(Sentence("logarithm"), f"{MINUS}ln {written(probability)} = {written(answer, LOSS_DECIMALS)}"),
        ),
        lines=tuple(
            Sentence("probability", {"letter": LETTERS[index], "probability": each / 100})
            for index, each in enumerate(per_cent)
        ),
    )


def draw_gradient_step(random: Random, options: GradientStepOptions) -> Problem:
    """Asks for the weight after one step."""
    weight = random.choice([each for each in range(-20, 21) if each]) / 10
    gradient = random.choice([each for each in range(-30, 31) if each]) / 10
    rate = random.choice(options.rates)
    answer = weight - rate * gradient
    return Problem(
        Sentence("question", {"weight": weight, "gradient": gradient, "rate": rate}),
        NumberForm(WEIGHT_DECIMALS),
        number(answer),
        {
            "uphill": number(weight + rate * gradient),
            "rate_left_out": number(weight - gradient),
            "gradient_left_out": number(weight - rate),
            "change_alone": number(rate * gradient),
        },
        (
            Step(Sentence("change"), f"{written(rate)} {TIMES} {bracketed(gradient)} = {written(rate * gradient)}"),
            Step(
                Sentence("subtract"),
                f"{written(weight)} {MINUS} {bracketed(rate * gradient)} = {written(answer, WEIGHT_DECIMALS)}",
            ),
        ),
    )


CROSS_ENTROPY = ExerciseKind("cross-entropy", CrossEntropyOptions, draw_cross_entropy)
GRADIENT_STEP = ExerciseKind("gradient-step", GradientStepOptions, draw_gradient_step)
