"""A perturbation: a change of pictures with parameters that have a range, a unit and a neutral value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Unit = Literal["", "%", "°", "×"]


@dataclass(frozen=True, slots=True)
class PerturbationParameter:
    """One number of a perturbation: from `low` to `high`; at `neutral` it changes nothing. Sliders go in steps."""

    name: str
    low: float
    high: float
    neutral: float
    step: float
    unit: Unit = ""

    @property
    def is_switch(self) -> bool:
        """Whether it is either off or on."""
        return (self.low, self.high, self.step) == (0, 1, 1)


@dataclass(frozen=True, slots=True)
class Perturbation:
    """A change of pictures.

    `function` takes the picture, (H, W, 3) uint8, and one amount for each parameter; its result has the same size.
    At the neutral amounts that is the picture itself. `example` has amounts that change any photo visibly.
    """

    function: Callable[..., npt.NDArray[np.uint8]]
    parameters: tuple[PerturbationParameter, ...]
    example: tuple[float, ...]

    @property
    def neutral(self) -> tuple[float, ...]:
        """The amounts that change nothing."""
        return tuple(parameter.neutral for parameter in self.parameters)
