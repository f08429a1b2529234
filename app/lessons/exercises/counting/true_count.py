"""Which of four statements about counts is true; the others have the number that a mistake leads to."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from app.arithmetic.counts import convolution_parameters, fully_connected_parameters, stack_receptive_field
from app.lessons.exercises.exercise import (
    ChoiceForm,
    ExerciseKind,
    ExerciseOptions,
    Problem,
    Sentence,
    Step,
    Value,
    number,
)
from app.lessons.exercises.formulas import LETTERS, MINUS, TIMES
from app.lessons.exercises.windows.output_size import size_mistakes
from app.lessons.exercises.windows.small_convolution import KernelMovement, size_task


class TrueCountOptions(ExerciseOptions):
    """There is nothing to choose."""


@dataclass(frozen=True, slots=True)
class StatedCount:
    """A count with its statement, its formula, and the numbers that mistakes lead to."""

    key: str
    values: dict[str, Value]
    count: int
    formula: str
    mistakes: dict[str, int]


def draw_true_count(random: Random, options: TrueCountOptions) -> Problem:
    """Four statements; asks which is true."""
    counts = [draw(random) for draw in random.sample(COUNTS, len(COUNTS))]
    answer, mistakes, statements, steps = random.randrange(len(counts)), {}, [], []
    for index, count in enumerate(counts):
        value = count.count
        if index != answer:
            name = random.choice([each for each in count.mistakes if each not in mistakes])
            mistakes[name], value = number(index), count.mistakes[name]
        statements.append(Sentence(count.key, {**count.values, "count": value}))
        steps.append(Step(Sentence("true" if index == answer else "false", {"letter": LETTERS[index]}), count.formula))
    right = steps.pop(answer)
    return Problem(
        Sentence("question"),
        ChoiceForm(statements=tuple(statements)),
        number(answer),
        mistakes,
        (*steps, right),
    )


def _convolution(random: Random) -> StatedCount:
    kernel, channels, filters = random.choice((3, 5)), random.choice((3, 8, 16)), random.choice((4, 6, 12))
    count = convolution_parameters(kernel, channels, filters)
    return StatedCount(
        "convolution_parameters",
        {"kernel": kernel, "channels": channels, "filters": filters},
        count,
        f"({kernel} {TIMES} {kernel} {TIMES} {channels} + 1) {TIMES} {filters} = {count}",
        {
            "biases_not_counted": count - filters,
            "one_channel": convolution_parameters(kernel, 1, filters),
            "one_filter": kernel * kernel * channels + 1,
        },
    )


def _fully_connected(random: Random) -> StatedCount:
    inputs, outputs = random.choice((64, 120, 400)), random.choice((10, 20, 84))
    count = fully_connected_parameters(inputs, outputs)
    return StatedCount(
        "fully_connected_parameters",
        {"inputs": inputs, "outputs": outputs},
        count,
        f"({inputs} + 1) {TIMES} {outputs} = {count}",
        {"biases_not_counted": inputs * outputs, "one_bias": inputs * outputs + 1, "added": inputs + outputs},
    )


def _output_size(random: Random) -> StatedCount:
    kernel, stride, padding = random.choice((3, 5)), 2, random.choice((1, 2))
    size = 2 * random.randint(10, 20)
    movement = KernelMovement(stride, padding)
    task = size_task(size, kernel, movement)
    mistakes = size_mistakes(size, kernel, movement)
    del mistakes["padding_once"]
    return StatedCount(
        "output_size",
        {"size": size, "kernel": kernel, "stride": stride, "padding": padding},
        task.result_size[0],
        task.formulas[0],
        {name: wrong for name, wrong in mistakes.items() if wrong != task.result_size[0]},
    )


def _receptive_field(random: Random) -> StatedCount:
    kernel, layers = random.choice((3, 5)), random.choice((2, 3))
    count = stack_receptive_field([(kernel, 1)] * layers)
    return StatedCount(
        "stack",
        {"kernel": kernel, "layers": layers},
        count,
        f"1 + {layers} {TIMES} ({kernel} {MINUS} 1) = {count}",
        {"kernels_added": kernel * layers, "largest_kernel": kernel},
    )


COUNTS: tuple[Callable[[Random], StatedCount], ...] = (_convolution, _fully_connected, _output_size, _receptive_field)
TRUE_COUNT = ExerciseKind("true-count", TrueCountOptions, draw_true_count)
