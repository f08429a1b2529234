"""What a method of explaining is: its name, its paper, its parameters and what it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.attribution.task import AttributionTask
from app.errors import InvalidRequest

OptionValue = float | int | str | None
Options = Mapping[str, OptionValue]
MapValues = npt.NDArray[np.float32]
Weighting = Callable[[MapValues, MapValues], MapValues]
ParameterKind = Literal["integer", "number", "choice"]


@dataclass(frozen=True, slots=True)
class Paper:
    """Where a method was published."""

    title: str
    authors: str
    year: int
    url: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number from `low` to `high`, or one of `choices`. A default of None is worked out from network and picture."""

    name: str
    kind: ParameterKind
    default: OptionValue
    description: str
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()

    def read(self, text: str) -> OptionValue:
        """The value that `text` stands for.

        Raises:
            InvalidRequest: it is none, or out of range.
        """
        if self.kind == "choice":
            if text not in self.choices:
                raise InvalidRequest(
                    f"`{self.name}` is one of {', '.join(self.choices)}.", parameter=self.name, known=list(self.choices)
                )
            return text
        try:
            value = int(text) if self.kind == "integer" else float(text)
        except ValueError:
            value = np.nan
        if not self.low <= value <= self.high:
            raise InvalidRequest(
                f"`{self.name}` is {'a whole' if self.kind == 'integer' else 'a'} number from {self.low:,} to "
                f"{self.high:,}.",
                parameter=self.name,
                low=self.low,
                high=self.high,
            )
        return value


@dataclass(frozen=True, slots=True)
class AttributionMap:
    """A map of the view, (H, W), signed, and what the method can say of it: figures by name."""

    values: MapValues
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Method:
    """A way to explain. `about_target` is false for one that shows the same whatever the class.

    `at_layer` says that the map is made of a layer's maps, and so has that layer's resolution; `slow` that it runs the
    network tens to thousands of times. A method that only weights the layer's output by its gradient says how in
    `weighting`: (h, w) from the two, both (C, h, w). `ranks_by_magnitude` is true where the sign only says in which
    direction the score changes with a pixel's value, not whether the pixel supports or opposes the target.
    """

    name: str
    title: str
    paper: Paper
    idea: str
    explain: Callable[[AttributionTask, Options], AttributionMap]
    parameters: tuple[Parameter, ...] = ()
    weighting: Weighting | None = None
    at_layer: bool = False
    needs_gradients: bool = False
    slow: bool = False
    about_target: bool = True
    ranks_by_magnitude: bool = False

    def ranking(self, values: MapValues) -> MapValues:
        """By what the pixels of the method's map are put in order of importance, (H, W)."""
        return np.abs(values) if self.ranks_by_magnitude else values

    def options(self, given: Mapping[str, str]) -> Options:
        """Every parameter's value: those `given` as text, else the default.

        Raises:
            InvalidRequest: a parameter that the method does not have, or a value that it does not take.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f" Did you mean `{near[0]}`?" if near else ""
                raise InvalidRequest(f"{self.title} has no parameter `{name}`.{hint}", known=list(known))
        return {
            name: parameter.read(given[name]) if name in given else parameter.default
            for name, parameter in known.items()
        }
