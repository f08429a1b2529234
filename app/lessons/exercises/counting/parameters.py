"""Parameters: of a convolution, of a fully connected layer, and of both for the same task."""

from random import Random

from app.arithmetic.counts import convolution_parameters, fully_connected_parameters
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


class ConvolutionParametersOptions(ExerciseOptions):
    """What the kernels, the input channels and the filters are drawn from."""

    kernels: Choices[int] = (1, 3, 5, 7)
    channels: Choices[int] = (3, 6, 8, 16, 32, 64)
    filters: Choices[int] = (6, 8, 10, 16, 32, 64)


class FullyConnectedParametersOptions(ExerciseOptions):
    """What the inputs and the outputs are drawn from."""

    inputs: Choices[int] = (84, 120, 256, 400, 512)
    outputs: Choices[int] = (10, 20, 84, 120)


class SharingOptions(ExerciseOptions):
    """What the sizes of the input and the convolution are drawn from."""

    sizes: Choices[int] = (8, 12, 16, 28, 32)
    channels: Choices[int] = (1, 3)
    kernels: Choices[int] = (3, 5)
    filters: Choices[int] = (4, 6, 8)


def draw_convolution_parameters(random: Random, options: ConvolutionParametersOptions) -> Problem:
    """Asks for the parameters of a convolution."""
    kernel, channels = random.choice(options.kernels), random.choice(options.channels)
    filters, size = random.choice(options.filters), random.choice((14, 28, 32, 56))
    count = convolution_parameters(kernel, channels, filters)
    weights = kernel * kernel * channels
    mistakes = {"biases_not_counted": weights * filters, "one_bias": weights * filters + 1, "one_filter": weights + 1}
    if channels > 1:
        mistakes["one_channel"] = convolution_parameters(kernel, 1, filters)
    if kernel > 1:
        mistakes["side_not_squared"] = (kernel * channels + 1) * filters
    mistakes["places_counted"] = count * size * size
    return Problem(
        Sentence("question", {"kernel": kernel, "channels": channels, "filters": filters, "size": size}),
        NumberForm(),
        number(count),
        {name: number(wrong) for name, wrong in mistakes.items()},
        (
            Step(Sentence("filter"), f"{kernel} {TIMES} {kernel} {TIMES} {channels} + 1 = {weights + 1}"),
            Step(Sentence("filters"), f"{weights + 1} {TIMES} {filters} = {count}"),
        ),
    )


def draw_fully_connected_parameters(random: Random, options: FullyConnectedParametersOptions) -> Problem:
    """Asks for the parameters of a fully connected layer."""
    inputs, outputs = random.choice(options.inputs), random.choice(options.outputs)
    count = fully_connected_parameters(inputs, outputs)
    mistakes = {
        "biases_not_counted": inputs * outputs,
        "one_bias": inputs * outputs + 1,
        "biases_of_inputs": (outputs + 1) * inputs,
        "added": inputs + outputs,
    }
    if inputs == outputs:
        del mistakes["biases_of_inputs"]
    return Problem(
        Sentence("question", {"inputs": inputs, "outputs": outputs}),
        NumberForm(),
        number(count),
        {name: number(wrong) for name, wrong in mistakes.items()},
        (
            Step(Sentence("output"), f"{inputs} + 1 = {inputs + 1}"),
            Step(Sentence("outputs"), f"{inputs + 1} {TIMES} {outputs} = {count}"),
        ),
    )


def draw_sharing(random: Random, options: SharingOptions) -> Problem:
    """Asks for the weights of the fully connected layer that would stand in for a convolution."""
    kernel, filters = random.choice(options.kernels), random.choice(options.filters)
    size, channels = random.choice(options.sizes), random.choice(options.channels)
    side = size - kernel + 1
    inputs, outputs = size * size * channels, side * side * filters
    count = fully_connected_parameters(inputs, outputs) - outputs
    mistakes = {
        "convolution_counted": kernel * kernel * channels * filters,
        "one_map": inputs * side * side,
        "added": inputs + outputs,
        "biases_counted": count + outputs,
    }
    if channels > 1:
        mistakes["one_channel"] = size * size * outputs
    sizes = {"size": size, "channels": channels, "side": side, "filters": filters, "kernel": kernel}
    return Problem(
        Sentence("question", sizes),
        NumberForm(),
        number(count),
        {name: number(wrong) for name, wrong in mistakes.items()},
        (
            Step(Sentence("inputs"), f"{size} {TIMES} {size} {TIMES} {channels} = {inputs}"),
            Step(Sentence("outputs"), f"{side} {TIMES} {side} {TIMES} {filters} = {outputs}"),
            Step(Sentence("pairs"), f"{inputs} {TIMES} {outputs} = {count}"),
        ),
    )


CONVOLUTION_PARAMETERS = ExerciseKind(
    "convolution-parameters", ConvolutionParametersOptions, draw_convolution_parameters
)
FULLY_CONNECTED_PARAMETERS = ExerciseKind(
    "fully-connected-parameters", FullyConnectedParametersOptions, draw_fully_connected_parameters
)
SHARING = ExerciseKind("sharing", SharingOptions, draw_sharing)
