"""A level of a photo as a network receives it."""

from random import Random

from app.lessons.exercises.exercise import (
    ExerciseKind,
    ExerciseOptions,
    NumberForm,
    Problem,
    Sentence,
    Step,
    number,
)
from app.lessons.exercises.formulas import MINUS


class NormalisedLevelOptions(ExerciseOptions):
    """There is nothing to choose."""


def draw_normalised_level(random: Random, options: NormalisedLevelOptions) -> Problem:
    """Asks what a network receives for a level of the photo."""
    level, mean, deviation = (
        random.randint(0, 255),
        random.choice((100, 110, 120, 128)),
        random.choice((40, 50, 64, 80)),
    )
    value = (level - mean) / deviation
    mistakes = {
        "not_divided": level - mean,
        "mean_not_subtracted": level / deviation,
        "multiplied": (level - mean) * deviation,
        "sign": -value,
    }
    return Problem(
        Sentence("question", {"level": level, "mean": mean, "deviation": deviation}),
        NumberForm(decimals=2),
        number(value),
        {name: number(wrong) for name, wrong in mistakes.items()},
        (
            Step(Sentence("subtract"), f"{level} {MINUS} {mean} = {level - mean}".replace("= -", f"= {MINUS}")),
            Step(Sentence("divide"), f"{level - mean} / {deviation} = {value:.2f}".replace("-", MINUS)),
        ),
    )


NORMALISED_LEVEL = ExerciseKind("normalised-level", NormalisedLevelOptions, draw_normalised_level)
