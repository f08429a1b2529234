"""Which of four kernels gave this map."""

from itertools import combinations
from random import Random

import numpy as np
from pydantic import Field

from app.lessons.exercises.exercise import (
    ChoiceForm,
    ExerciseKind,
    ExerciseOptions,
    NamedMatrix,
    Problem,
    Sentence,
    Step,
    draw_matrix,
    number,
)
from app.lessons.exercises.formulas import LETTERS, products, written
from app.lessons.exercises.windows.small_convolution import apply_kernel

KERNELS = {
    "vertical_edges": [[1, 0, -1], [1, 0, -1], [1, 0, -1]],
    "horizontal_edges": [[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
    "reversed_edges": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    "diagonal": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "other_diagonal": [[0, 0, 1], [0, 1, 0], [1, 0, 0]],
    "sum": [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
    "centre": [[0, 0, 0], [0, 2, 0], [0, 0, 0]],
    "shift": [[0, 0, 0], [0, 0, 1], [0, 0, 0]],
    "laplacian": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
}
CHOICES = 4


class MatchingKernelOptions(ExerciseOptions):
    """The side of the input, and the largest number in it: 1 for a picture of two colours."""

    size: int = Field(6, ge=4, le=8)
    largest: int = Field(1, ge=1, le=9)


def draw_matching_kernel(random: Random, options: MatchingKernelOptions) -> Problem:
    """An input and a map of it; asks which kernel gave the map."""
    numbers = draw_matrix(random, (options.size, options.size), 0, options.largest)
    names = random.sample(sorted(KERNELS), CHOICES)
    kernels = [np.array(KERNELS[name], np.float64) for name in names]
    maps = [apply_kernel(numbers[np.newaxis], kernel[np.newaxis]) for kernel in kernels]
    if any((one == other).all() for one, other in combinations(maps, 2)):
        return draw_matching_kernel(random, options)
    answer = random.randrange(CHOICES)
    right = kernels[answer]
    mistakes = {}
    for index, kernel in enumerate(kernels):
        if index != answer and (kernel[::-1, ::-1] == right).all():
            mistakes["flipped"] = number(index)
        elif index != answer and (right == kernel.T).all():
            mistakes["transposed"] = number(index)
    first = maps[answer][0, 0]
    return Problem(
        Sentence("question"),
        ChoiceForm(matrices=tuple(kernels)),
        number(answer),
        mistakes,
        (
            Step(Sentence("compare")),
            Step(Sentence("first"), f"{products(numbers[:3, :3].ravel(), right.ravel())} = {written(first)}"),
            Step(Sentence("gives", {"letter": LETTERS[answer]}), "", maps[answer]),
        ),
        (NamedMatrix("input", numbers), NamedMatrix("map", maps[answer])),
    )


MATCHING_KERNEL = ExerciseKind("matching-kernel", MatchingKernelOptions, draw_matching_kernel)
