"""The receptive field of a stack of convolutions and pools."""

from random import Random

from pydantic import Field

from app.arithmetic.counts import stack_receptive_field
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
from app.lessons.exercises.formulas import MINUS, TIMES

Stack = list[tuple[int, int]]


class ReceptiveFieldOptions(ExerciseOptions):
    """How many layers, what kernels and strides the convolutions have, and whether pools of 2 x 2 may be among them."""

    layers: int = Field(3, ge=2, le=6)
    kernels: Choices[int] = (3, 5)
    strides: Choices[int] = (1, 2)
    pools: bool = True


def draw_receptive_field(random: Random, options: ReceptiveFieldOptions) -> Problem:
    """Asks for the side of the receptive field of a cell of the last layer."""
    stack: Stack = []
    for index in range(options.layers):
        is_pool = options.pools and 0 < index < options.layers - 1 and random.random() < 0.4
        stack.append((2, 2) if is_pool else (random.choice(options.kernels), random.choice(options.strides)))
    names = ["pooling" if options.pools and window == (2, 2) else "convolution" for window in stack]
    return Problem(
        Sentence("question", {"count": len(stack)}),
        NumberForm(),
        number(stack_receptive_field(stack)),
        {name: number(side) for name, side in _mistakes(stack).items()},
        tuple(_steps(stack)),
        lines=tuple(
            Sentence(name, {"kernel": kernel, "stride": stride})
            for name, (kernel, stride) in zip(names, stack, strict=True)
        ),
    )


def _mistakes(stack: Stack) -> dict[str, int]:
    kernels = [kernel for kernel, _ in stack]
    wrong = {"kernels_added": sum(kernels), "largest_kernel": max(kernels)}
    if any(stride > 1 for _, stride in stack[:-1]):
        wrong["strides_forgotten"] = stack_receptive_field([(kernel, 1) for kernel in kernels])
    if any(stride > 1 for _, stride in stack):
        own = [(1, stride) for _, stride in stack[:1]]
        shifted = zip(kernels, [stride for _, stride in stack[1:]] + [1], strict=True)
        wrong["own_stride"] = stack_receptive_field([*own, *shifted])
    return wrong


def _steps(stack: Stack) -> list[Step]:
    """The field after each layer: it grows by (kernel - 1) times the strides before."""
    steps, side, step = [Step(Sentence("begin"))], 1, 1
    for index, (kernel, stride) in enumerate(stack, 1):
        grown = side + (kernel - 1) * step
        steps.append(
            Step(Sentence("layer", {"index": index}), f"{side} + ({kernel} {MINUS} 1) {TIMES} {step} = {grown}")
        )
        side, step = grown, step * stride
    return steps


RECEPTIVE_FIELD = ExerciseKind("receptive-field", ReceptiveFieldOptions, draw_receptive_field)
