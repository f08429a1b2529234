"""What methods share that weight a layer's maps: upsampling, the parameter `sign`, and all but the weighting itself."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from app.attribution.maps import upsample
from app.attribution.method import AttributionMap, Method, MethodPaper, Options, Parameter, Weighting
from app.attribution.task import AttributionTask

SIGN = Parameter(
    "sign",
    "choice",
    "both",
    "`both` also shows what opposes the target; `positive` sets negative cells to zero, as in the papers.",
    choices=("both", "positive"),
)


def layer_method(name: str, title: str, paper: MethodPaper, idea: str, weighting: Weighting) -> Method:
    """The method whose map is `weighting(activation, gradient)` of a layer, upsampled."""

    def explain(task: AttributionTask, options: Options) -> AttributionMap:
        return upsample_to_input(task, weighting(*task.activation_and_gradient()), options)

    return Method(name, title, paper, idea, explain, (SIGN,), weighting, at_layer=True, needs_gradients=True)


def upsample_to_input(
    task: AttributionTask,
    cells: npt.NDArray[np.floating[Any]],
    options: Options,
    figures: Mapping[str, float] | None = None,
) -> AttributionMap:
    """A layer's cells (h, w) upsampled to the size of the input, without negative cells if `sign` is `positive`."""
    signed = np.maximum(cells, 0) if options["sign"] == "positive" else cells
    return AttributionMap(upsample(signed.astype(np.float32), *task.size), figures or {})
