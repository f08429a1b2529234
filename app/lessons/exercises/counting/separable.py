"""The multiply-accumulates of a depthwise separable convolution as a share of those of the full one."""

from random import Random

from app.arithmetic.counts import convolution_macs, separable_macs
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
from app.lessons.exercises.formulas import TIMES, written

DECIMALS = 3


class SeparableOptions(ExerciseOptions):
    """What the sizes are drawn from."""

    kernels: Choices[int] = (3, 5)
    channels: Choices[int] = (16, 32, 64)
    filters: Choices[int] = (16, 32, 64, 128)
    sizes: Choices[int] = (7, 14, 28)


def draw_separable(random: Random, options: SeparableOptions) -> Problem:
    """Asks for the ratio of the multiply-accumulates."""
    kernel, channels = random.choice(options.kernels), random.choice(options.channels)
    filters, size = random.choice(options.filters), random.choice(options.sizes)
    full = convolution_macs(kernel, channels, filters, size * size)
    depthwise, pointwise = separable_macs(kernel, channels, filters, size * size)
    ratio = (depthwise + pointwise) / full
    sizes = f"{kernel} {TIMES} {kernel} {TIMES} {channels} {TIMES} {{}}{size} {TIMES} {size}"
    return Problem(
        Sentence("question", {"kernel": kernel, "channels": channels, "filters": filters, "size": size}),
        NumberForm(DECIMALS),
        number(ratio),
        {
            "depthwise_alone": number(depthwise / full),
            "pointwise_alone": number(pointwise / full),
            "inverse": number(1 / ratio),
            "multiplied": number(depthwise / full * pointwise / full),
        },
        (
            Step(Sentence("full"), f"{sizes.format(f'{filters} {TIMES} ')} = {full}"),
            Step(Sentence("depthwise"), f"{sizes.format('')} = {depthwise}"),
            Step(Sentence("pointwise"), f"{channels} {TIMES} {filters} {TIMES} {size} {TIMES} {size} = {pointwise}"),
            Step(Sentence("ratio"), f"({depthwise} + {pointwise}) / {full} = {written(ratio, DECIMALS)}"),
            Step(
                Sentence("short"),
                f"1 / {filters} + 1 / ({kernel} {TIMES} {kernel}) = {written(ratio, DECIMALS)}",
            ),
        ),
    )


SEPARABLE = ExerciseKind("separable", SeparableOptions, draw_separable)
