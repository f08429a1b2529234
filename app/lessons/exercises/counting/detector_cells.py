"""Cells of a detector: how many boxes it predicts."""

from random import Random

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
from app.lessons.exercises.formulas import TIMES

STRIDES = (8, 16, 32)  # of the maps of a detector


class DetectorCellsOptions(ExerciseOptions):
    """What the side of the image is drawn from: multiples of 32."""

    sides: Choices[int] = (96, 128, 160, 224, 320, 416, 640)


def draw_detector_cells(random: Random, options: DetectorCellsOptions) -> Problem:
    """Asks for how many cells a detector with three maps predicts."""
    side = random.choice(options.sides)
    cells = [side // stride for stride in STRIDES]
    count = sum(each * each for each in cells)
    return Problem(
        Sentence("question", {"side": side}),
        NumberForm(),
        number(count),
        {"one_map": number(cells[0] ** 2), "sides_added": number(sum(cells)), "sum_squared": number(sum(cells) ** 2)},
        (
            Step(Sentence("sides"), ", ".join(f"{side} / {stride} = {side // stride}" for stride in STRIDES)),
            Step(Sentence("cells"), f"{' + '.join(f'{each} {TIMES} {each}' for each in cells)} = {count}"),
        ),
    )


DETECTOR_CELLS = ExerciseKind("detector-cells", DetectorCellsOptions, draw_detector_cells)
