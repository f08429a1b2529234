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


class TensorSizeOptions(ExerciseOptions):
    """What rows, columns and channels are drawn from; with 3 channels it is a colour image, else a stack of maps."""

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
        Sentence("question_colour" if channels == 3 else "question_maps", sizes),
        NumberForm(),
        number(count),
        {name: number(wrong) for name, wrong in mistakes.items()},
        (
            Step(Sentence("plane"), f"{height} {TIMES} {width} = {height * width}"),
            Step(Sentence("planes"), f"{height * width} {TIMES} {channels} = {count}"),
        ),
    )


TENSOR_SIZE = ExerciseKind("tensor-size", TensorSizeOptions, draw_tensor_size)
