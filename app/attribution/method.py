"""A method of attribution: its name, its paper, its parameters and what it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

import numpy as np

from app.attribution.maps import Cells, MapValues
from app.attribution.task import AttributionTask
from app.errors import InvalidRequest

OptionValue = float | int | str | None
Options = Mapping[str, OptionValue]
Weighting = Callable[[Cells, Cells], Cells]
ParameterKind = Literal["integer", "number", "choice"]


@dataclass(frozen=True, slots=True)
class MethodPaper:
    """Where a method was published."""

    title: str
    authors: str
    year: int
    url: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number from `low` to `high`, or one of `choices`. A default of None is computed from network and input."""

    name: str
    kind: ParameterKind
    default: OptionValue
    description: str
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()

    def read(self, text: str) -> OptionValue:
        """The value of a text.

        Raises:
            InvalidRequest: the text is no such value, or out of range.
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
    """A signed map of the view, (H, W), and the method's own figures by name."""

    values: MapValues
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Method:
    """A method of attribution. `about_target` is false for one whose map is the same for every class.

    `at_layer` says that the map is computed from a layer's maps and has that layer's resolution, `slow` that the method
    runs the network tens to thousands of times. A method that only weights the layer's output by its gradient has a
    `weighting`: the cells (h, w) from the two, both (C, h, w). `ranks_by_magnitude` is true where the sign says in
    which direction the score changes with a pixel's value, not whether the pixel supports or opposes the target.
    """

    name: str
    title: str
    paper: MethodPaper
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
        """The importance of each pixel, (H, W), from the values of the method's map."""
        return np.abs(values) if self.ranks_by_magnitude else values

    def options(self, given: Mapping[str, str]) -> Options:
        """The value of every parameter: of the text in `given`, or the default.

        Raises:
            InvalidRequest: the method has no such parameter, or the parameter no such value.
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
