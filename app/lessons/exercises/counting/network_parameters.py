"""The parameters of a whole small network, layer by layer."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from pydantic import Field

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
from app.lessons.exercises.formulas import TIMES, added


class NetworkParametersOptions(ExerciseOptions):
    """What the input and the layers are drawn from. With two convolutions it is the network of LeNet-5."""

    sizes: Choices[int] = (28, 32)
    channels: Choices[int] = (1, 3)
    filters: Choices[int] = (4, 6, 8)
    convolutions: int = Field(1, ge=1, le=2)
    classes: Choices[int] = (10,)


@dataclass(frozen=True, slots=True)
class SmallNetwork:
    """Convolutions of 5 x 5 without padding, each with a pooling of 2 x 2, and a fully connected layer."""

    size: int
    channels: int
    filters: tuple[int, ...]
    classes: int
    kernel: int = 5

    @property
    def maps(self) -> tuple[tuple[int, int], ...]:
        """The side of the maps behind each convolution, before and after its pooling."""
        sides, side = [], self.size
        for _ in self.filters:
            before = side - self.kernel + 1
            side = before // 2
            sides.append((before, side))
        return tuple(sides)

    @property
    def flattened(self) -> int:
        return self.maps[-1][1] ** 2 * self.filters[-1]

    def counts(
        self, convolution: Callable[[int, int, int], int], connected: Callable[[int, int], int], inputs: int
    ) -> list[int]:
        """The parameters of each layer that has some, by functions that count them."""
        channels = (self.channels, *self.filters[:-1])
        convolutions = [convolution(self.kernel, *each) for each in zip(channels, self.filters, strict=True)]
        return [*convolutions, connected(inputs, self.classes)]


def draw_network_parameters(random: Random, options: NetworkParametersOptions) -> Problem:
    """Asks for all parameters of a network."""
    filters = [random.choice(options.filters)]
    if options.convolutions == 2:
        filters.append(filters[0] * 2)
    network = SmallNetwork(
        random.choice(options.sizes), random.choice(options.channels), tuple(filters), random.choice(options.classes)
    )
    counts = network.counts(convolution_parameters, fully_connected_parameters, network.flattened)
    return Problem(
        Sentence("question"),
        NumberForm(),
        number(sum(counts)),
        {name: number(sum(wrong)) for name, wrong in _mistakes(network).items()},
        (
            *_convolution_steps(network, counts),
            Step(Sentence("flattened"), _flattening(network)),
            Step(Sentence("connected"), f"({network.flattened} + 1) {TIMES} {network.classes} = {counts[-1]}"),
            Step(Sentence("total"), f"{added(counts)} = {sum(counts)}"),
        ),
        lines=_lines(network),
    )


def _mistakes(network: SmallNetwork) -> dict[str, list[int]]:
    before, side = network.maps[-1]
    inputs, last = network.flattened, network.filters[-1]
    wrong = {
        "biases_not_counted": network.counts(lambda k, c, n: k * k * c * n, lambda i, o: i * o, inputs),
        "pooling_forgotten": network.counts(convolution_parameters, fully_connected_parameters, before * before * last),
        "one_map_flattened": network.counts(convolution_parameters, fully_connected_parameters, side * side),
    }
    if network.channels > 1 or len(network.filters) > 1:
        wrong["one_channel"] = network.counts(
            lambda kernel, _, filters: convolution_parameters(kernel, 1, filters), fully_connected_parameters, inputs
        )
    return wrong


def _lines(network: SmallNetwork) -> tuple[Sentence, ...]:
    lines = [Sentence("input", {"size": network.size, "channels": network.channels})]
    for filters in network.filters:
        lines += [Sentence("convolution", {"kernel": network.kernel, "filters": filters}), Sentence("pooling")]
    return (*lines, Sentence("fully_connected", {"classes": network.classes}))


def _convolution_steps(network: SmallNetwork, counts: list[int]) -> list[Step]:
    channels, kernel = (network.channels, *network.filters[:-1]), network.kernel
    return [
        Step(
            Sentence("counted", {"index": index}),
            f"({kernel} {TIMES} {kernel} {TIMES} {inputs} + 1) {TIMES} {filters} = {count}",
        )
        for index, (inputs, filters, count) in enumerate(zip(channels, network.filters, counts[:-1], strict=True), 1)
    ]


def _flattening(network: SmallNetwork) -> str:
    side = network.maps[-1][1]
    return f"{side} {TIMES} {side} {TIMES} {network.filters[-1]} = {network.flattened}"


NETWORK_PARAMETERS = ExerciseKind("network-parameters", NetworkParametersOptions, draw_network_parameters)
