"""Which of four input channels adds most to a cell of a convolution."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from app.errors import NotFound
from app.lessons.exercises.exercise import ChoiceForm, NamedMatrix, NumberArray, Problem, Sentence, Step, Value, number
from app.lessons.exercises.formulas import LETTERS, products, written

NAME = "largest-contribution"
CHOICES = 4
DECIMALS = 1  # that are shown, in units of a power of ten that leaves one digit before them
MARGIN = 0.1  # of the largest contribution: the next one is at least so far below it


class NoSuchCell(NotFound):
    """The network has no cell that suits an exercise."""

    code = "no_such_cell"


@dataclass(frozen=True, slots=True)
class Scales:
    """What the numbers and the weights are divided by, the same for all channels: powers of ten."""

    numbers: float
    weights: float

    @classmethod
    def of(cls, windows: "Sequence[ChannelWindow]") -> "Scales":
        return cls(_power_of_ten(each.window for each in windows), _power_of_ten(each.kernel for each in windows))


@dataclass(frozen=True, slots=True, eq=False)
class ChannelWindow:
    """An input channel under the window of a cell: its numbers, and the kernel."""

    channel: int
    window: NumberArray
    kernel: NumberArray

    def rounded(self, scales: Scales) -> "ChannelWindow":
        """With both as they are shown."""
        window, kernel = self.window / scales.numbers, self.kernel / scales.weights
        return ChannelWindow(self.channel, window.round(DECIMALS), kernel.round(DECIMALS))

    @property
    def contribution(self) -> float:
        return float((self.window * self.kernel).sum())


@dataclass(frozen=True, slots=True, eq=False)
class CellWindows:
    """A cell of a layer, and every input channel under its window."""

    layer: str
    channel: int
    y: int
    x: int
    windows: tuple[ChannelWindow, ...]

    @property
    def place(self) -> dict[str, Value]:
        return {"layer": self.layer, "channel": self.channel, "row": self.y, "column": self.x}


def draw_largest_contribution(random: Random, cells: Iterator[CellWindows]) -> Problem:
    """The first of the cells where the largest contribution stands out, also of rounded numbers.

    Raises:
        NoSuchCell: there is none.
    """
    for cell in cells:
        chosen = sorted(cell.windows, key=lambda each: -abs(each.contribution))[:CHOICES]
        if len(chosen) < CHOICES:
            continue
        random.shuffle(chosen)
        scales = Scales.of(chosen)
        windows = [each.rounded(scales) for each in chosen]
        exact, rounded = ([each.contribution for each in group] for group in (chosen, windows))
        if _leads(exact) and _leads(rounded) and int(np.argmax(exact)) == int(np.argmax(rounded)):
            return _problem(cell, windows, scales)
    raise NoSuchCell("No cell of this network has a largest contribution that stands out for this photo.")


def _leads(contributions: Sequence[float]) -> bool:
    second, first = sorted(contributions)[-2:]
    return first > 0 and first - second >= MARGIN * first


def _power_of_ten(arrays: Iterable[NumberArray]) -> float:
    """The greatest power of ten that is not above the largest magnitude."""
    largest = max(float(abs(each).max()) for each in arrays) or 1.0
    return float(10.0 ** np.floor(np.log10(largest)))


def _problem(cell: CellWindows, windows: Sequence[ChannelWindow], scales: Scales) -> Problem:
    contributions = [each.contribution for each in windows]
    answer = int(np.argmax(contributions))
    slips = {
        "largest_magnitude": int(np.argmax(np.abs(contributions))),
        "largest_input": int(np.argmax([each.window.sum() for each in windows])),
        "largest_weights": int(np.argmax([abs(each.kernel).sum() for each in windows])),
    }
    steps = [
        Step(
            Sentence("channel", {"channel": each.channel}),
            f"{products(each.window.ravel(), each.kernel.ravel())} = {written(each.contribution)}",
        )
        for each in windows
    ]
    return Problem(
        Sentence("question", cell.place),
        ChoiceForm(statements=tuple(Sentence("channel", {"channel": each.channel}) for each in windows)),
        number(answer),
        {name: number(index) for name, index in slips.items() if index != answer},
        (*steps, Step(Sentence("largest", {"letter": LETTERS[answer], "channel": windows[answer].channel}))),
        tuple(
            matrix
            for each in windows
            for matrix in (
                NamedMatrix("window", each.window, each.channel),
                NamedMatrix("kernel", each.kernel, each.channel),
            )
        ),
        (Sentence("scale", {"numbers": scales.numbers, "weights": scales.weights}),),
        place=cell.place,
    )
