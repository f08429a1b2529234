"""Methods that weigh a layer's maps by the gradient there: all but the weighing is the same."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from app.attribution.case import Case
from app.attribution.maps import over_view
from app.attribution.method import Found, Method, Options, Paper, Parameter, Weighing

SIGN = Parameter(
    "sign",
    "choice",
    "both",
    "`both` shows also what counts against the target; `positive` cuts that off at each cell, as the papers do.",
    choices=("both", "positive"),
)


def method_of_cells(name: str, title: str, paper: Paper, idea: str, weighing: Weighing) -> Method:
    """The method that shows `weighing(activation, gradient)` of a layer over the view."""

    def explain(case: Case, options: Options) -> Found:
        return shown(case, weighing(*case.at_layer()), options)

    return Method(name, title, paper, idea, explain, (SIGN,), weighing, at_layer=True, needs_gradients=True)


def shown(
    case: Case, cells: npt.NDArray[np.floating[Any]], options: Options, figures: Mapping[str, float] | None = None
) -> Found:
    """A layer's cells (h, w) as a map of the view, under the option `sign`."""
    kept = np.maximum(cells, 0) if options["sign"] == "positive" else cells
    return Found(over_view(kept.astype(np.float32), *case.size), figures or {})
