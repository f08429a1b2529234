"""The length of a gradient after some layers that each multiply it, without and with skip connections."""

from random import Random
from typing import Literal

from app.lessons.exercises.exercise import (
    ExerciseKind,
    ExerciseOptions,
    NumberForm,
    Problem,
    Sentence,
    Step,
    number,
)
from app.lessons.exercises.formulas import TIMES, written

DECIMALS = 3
PLAIN, SKIP = (0.5, 0.6, 0.7, 0.8, 1.2, 1.5), (0.1, 0.2, 0.3, 0.4)  # factors
LAYERS = (3, 5)  # at least and at most


class GradientLengthOptions(ExerciseOptions):
    """Whether the layers have skip connections, each of whose factor adds 1."""

    layers: Literal["plain", "skip"] = "plain"


def draw_gradient_length(random: Random, options: GradientLengthOptions) -> Problem:
    """Asks for what is left of a gradient of length 1."""
    has_skips = options.layers == "skip"
    own, count = random.choice(SKIP if has_skips else PLAIN), random.randint(*LAYERS)
    factor = 1 + own if has_skips else own
    answer = factor**count
    mistakes = {"multiplied_by_count": factor * count, "one_layer_fewer": factor ** (count - 1), "one_factor": factor}
    if has_skips:
        mistakes |= {"skip_left_out": own**count, "skip_added_once": 1 + own**count}
    steps = [Step(Sentence("factor"), f"1 + {written(own)} = {written(factor)}")] if has_skips else []
    product = f" {TIMES} ".join([written(factor)] * count)
    return Problem(
        Sentence(f"question_{options.layers}", {"factor": own, "count": count}),
        NumberForm(DECIMALS),
        number(answer),
        {name: number(wrong) for name, wrong in mistakes.items()},
        (*steps, Step(Sentence("product"), f"{product} = {written(answer, DECIMALS)}")),
    )


GRADIENT_LENGTH = ExerciseKind("gradient-length", GradientLengthOptions, draw_gradient_length)
