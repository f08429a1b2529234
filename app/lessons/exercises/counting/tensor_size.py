"""How many numbers an image or a stack of maps has."""

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

IMAGES = {1: "question_grey", 3: "question_colour"}  # by their channels


class TensorSizeOptions(ExerciseOptions):
    """What rows, columns and channels are drawn from: 1 channel is a grey image, 3 are a colour image, others maps."""

    sides: Choices[int] = (20, 24, 28, 32, 48, 64)
    channels: Choices[int] = (3,)


def draw_tensor_size(random: Random, options: TensorSizeOptions) -> Problem:
    """Asks for the number of numbers."""
    height, width, channels = (random.choice(each) for each in (options.sides, options.sides, options.channels))
    count = height * width * channels
    sizes = {"height": height, "width": width, "channels": channels}
    mistakes = {"sides_added": (height + width) * channels, "all_added": height + width + channels}
    if channels > 1:
        mistakes["one_plane"] = height * width
    return Problem(
        Sentence(IMAGES.get(channels, "question_maps"), sizes),
        NumberForm(),
        number(count),
        {name: number(wrong) for name, wrong in mistakes.items()},
        (
            Step(Sentence("plane"), f"{height} {TIMES} {width} = {height * width}"),
            *([Step(Sentence("planes"), f"{height * width} {TIMES} {channels} = {count}")] if channels > 1 else []),
        ),
    )


TENSOR_SIZE = ExerciseKind("tensor-size", TensorSizeOptions, draw_tensor_size)
