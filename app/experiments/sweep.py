"""A sweep: a change of pictures in equal steps, or two changes at once; as a text it is `rotation:0~90@50`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.analysis.histogram import round_step
from app.errors import InvalidRequest
from app.images.perturbations.change import Change, change_of
from app.images.perturbations.perturbation import PerturbationParameter
from app.images.perturbations.registry import PERTURBATIONS

MIN_STEPS, MAX_STEPS = 2, 200  # of one axis
MAX_CELLS = 400  # of two axes
GRID_STEPS = 9  # of each of two axes that names no number of them
MAX_NETWORKS = 3  # that are compared along one sweep
ABOUT_STEPS = 40  # of an axis that names no number of them
DIGITS = 6  # significant ones, of an amount
HAS_PART = {"box", "patch"}  # which change nothing without a part of the picture
AXIS = re.compile(r"(?P<name>\w+):(?P<amounts>[^@;]*)@(?P<steps>\d{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SweepAxis:
    """A change whose parameter at `place` goes to `stop` in `steps` amounts; the others stay.

    Raises:
        InvalidRequest: there are too few or too many steps, or an end is out of the parameter's range.
    """

    change: Change
    place: int
    stop: float
    steps: int

    def __post_init__(self) -> None:
        if not MIN_STEPS <= self.steps <= MAX_STEPS:
            raise InvalidRequest(f"A sweep has {MIN_STEPS} to {MAX_STEPS} steps.", low=MIN_STEPS, high=MAX_STEPS)
        if self.parameter.is_switch:
            raise InvalidRequest(f"`{self.parameter.name}` of `{self.change.name}` is a switch: it has no steps.")
        if self.start == self.stop:
            raise InvalidRequest("A sweep ends at another amount than it starts at.")
        self.at(self.stop)

    def __str__(self) -> str:
        texts = [_text(amount) for amount in self.change.amounts]
        texts[self.place] = f"{_text(self.start)}~{_text(self.stop)}"
        return f"{self.change.name}:{','.join(texts)}@{self.steps}"

    @property
    def start(self) -> float:
        return self.change.amounts[self.place]

    @property
    def parameter(self) -> PerturbationParameter:
        return self.change.perturbation.parameters[self.place]

    @property
    def amounts(self) -> tuple[float, ...]:
        """The amount of each step."""
        return tuple(float(_text(amount)) for amount in np.linspace(self.start, self.stop, self.steps))

    def at(self, amount: float) -> Change:
        """The change with this amount; raises InvalidRequest if it is out of range."""
        return _with_amount(self.change, self.place, amount)


@dataclass(frozen=True, slots=True)
class Sweep:
    """One axis, or two axes whose changes are made one after the other: then each pair of amounts is a cell.

    Raises:
        InvalidRequest: there are too many cells.
    """

    axis: SweepAxis
    second: SweepAxis | None = None

    def __post_init__(self) -> None:
        if self.second and len(self.cells) > MAX_CELLS:
            raise InvalidRequest(f"Two changes at once have at most {MAX_CELLS} cells.", max_cells=MAX_CELLS)

    def __str__(self) -> str:
        return f"{self.axis};{self.second}" if self.second else str(self.axis)

    @property
    def cells(self) -> list[tuple[Change, ...]]:
        """The changes of each step; of two axes row by row, one row for each amount of the second one."""
        columns = [self.axis.at(amount) for amount in self.axis.amounts]
        if self.second is None:
            return [(column,) for column in columns]
        return [(column, self.second.at(amount)) for amount in self.second.amounts for column in columns]


def axis_along(name: str, parameter: str = "", amounts: Sequence[float] = ()) -> SweepAxis:
    """The axis along a parameter of a perturbation, the first if none is named, in steps of a round number.

    It begins at the neutral amount where that is an end or the middle of the range. The other parameters have the given
    amounts, by default neutral ones; a part of the picture is that of the example.

    Raises:
        InvalidRequest: there is no such perturbation or parameter, or an amount is out of range.
    """
    change = change_of(name, amounts or _resting(name))
    names = [each.name for each in change.perturbation.parameters]
    if parameter and parameter not in names:
        raise InvalidRequest(f"`{name}` has no parameter of this name.", known=names)
    place = names.index(parameter) if parameter else 0
    varied = change.perturbation.parameters[place]
    start, stop = varied.low, varied.high
    if varied.neutral == varied.high:
        start, stop = stop, start
    elif varied.low == -varied.high:
        start = varied.neutral
    steps = round(abs(stop - start) / round_step(abs(stop - start) / ABOUT_STEPS)) + 1
    return SweepAxis(_with_amount(change, place, start), place, stop, steps)


def _resting(name: str) -> tuple[float, ...]:
    """The amounts of the parameters that are not varied."""
    if name not in PERTURBATIONS:
        return ()
    perturbation = PERTURBATIONS[name]
    return perturbation.example if name in HAS_PART else perturbation.neutral


def read_sweep(text: str) -> Sweep:
    """The sweep that a text stands for, as `str` writes it.

    Raises:
        InvalidRequest: it is none, or as `SweepAxis` and `Sweep` do.
    """
    parts = text.split(";")
    axes = [_read_axis(part) for part in parts]
    if len(axes) > 2:
        raise InvalidRequest("A sweep has one or two changes.")
    return Sweep(*axes)


def _read_axis(text: str) -> SweepAxis:
    match = AXIS.fullmatch(text)
    amounts = match["amounts"].split(",") if match else []
    varied = [place for place, amount in enumerate(amounts) if "~" in amount]
    if match is None or len(varied) != 1:
        raise InvalidRequest("A sweep is written as `rotation:0~90@50`: from 0 to 90 in 50 steps.")
    try:
        start, stop = map(float, amounts[varied[0]].split("~"))
        amounts[varied[0]] = str(start)
        change = change_of(match["name"], [float(amount) for amount in amounts])
    except ValueError:
        raise InvalidRequest("The amounts of a sweep are numbers.") from None
    return SweepAxis(change, varied[0], stop, int(match["steps"]))


def with_range(axis: SweepAxis, start: float | None, stop: float | None, steps: int | None) -> SweepAxis:
    """The axis between other ends, or in other steps; raises InvalidRequest as `SweepAxis` does."""
    return replace(
        axis,
        change=axis.change if start is None else axis.at(start),
        stop=axis.stop if stop is None else stop,
        steps=axis.steps if steps is None else steps,
    )


def _with_amount(change: Change, place: int, amount: float) -> Change:
    return change_of(change.name, [*change.amounts[:place], amount, *change.amounts[place + 1 :]])


def _text(amount: float) -> str:
    return f"{amount:.{DIGITS}g}"
