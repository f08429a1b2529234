"""Methods that weigh a layer's maps by the gradient there: all but the weighting is the same."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from app.attribution.maps import upsample
from app.attribution.method import AttributionMap, Method, Options, Paper, Parameter, Weighting
from app.attribution.task import AttributionTask

SIGN = Parameter(
    "sign",
    "choice",
    "both",
    "`both` shows also what counts against the target; `positive` cuts that off at each cell, as the papers do.",
    choices=("both", "positive"),
)


def layer_method(name: str, title: str, paper: Paper, idea: str, weighting: Weighting) -> Method:
    """The method that shows `weighting(activation, gradient)` of a layer over the view."""

    def explain(task: AttributionTask, options: Options) -> AttributionMap:
        return upsample_to_input(task, weighting(*task.activation_and_gradient()), options)

    return Method(name, title, paper, idea, explain, (SIGN,), weighting, at_layer=True, needs_gradients=True)


def upsample_to_input(
    task: AttributionTask,
    cells: npt.NDArray[np.floating[Any]],
    options: Options,
    figures: Mapping[str, float] | None = None,
) -> AttributionMap:
    """A layer's cells (h, w) as a map of the view, under the option `sign`."""
    kept = np.maximum(cells, 0) if options["sign"] == "positive" else cells
    return AttributionMap(upsample(kept.astype(np.float32), *task.size), figures or {})
