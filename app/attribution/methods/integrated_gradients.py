"""Integrated gradients: the gradient integrated along the straight path from a baseline to the input.

M. Sundararajan, A. Taly, Q. Yan, "Axiomatic Attribution for Deep Networks", ICML 2017.
"""

import numpy as np
import numpy.typing as npt

from app.attribution.maps import reduce_channels
from app.attribution.method import AttributionMap, Method, MethodPaper, Options, Parameter
from app.attribution.task import AttributionTask
from app.nets.session import Tensor

LEVELS = {"black": 0, "white": 255}


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    steps, start = int(options["steps"] or 0), baseline(task, str(options["baseline"]))
    path = task.tensor - start
    positions, weights = quadrature(steps)
    inputs = (start + np.float32(position) * path for position in positions)
    mean = np.zeros_like(path)
    for weight, gradient in zip(weights, task.gradients(inputs, steps), strict=True):
        mean += np.float32(weight) * gradient
    values = mean * path
    at_start, at_end = task.scores(iter((start, task.tensor)), 2)
    total = float(values.sum(dtype=np.float64))
    change = float(at_end - at_start)
    return AttributionMap(reduce_channels(values, "sum"), {"sum": total, "score_change": change, "gap": total - change})


def quadrature(steps: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The positions from 0 to 1 on the path and their weights: the Gauss-Legendre rule of `steps` points."""
    nodes, weights = np.polynomial.legendre.leggauss(steps)
    return (1 + nodes) / 2, weights / 2


def baseline(task: AttributionTask, name: str) -> Tensor:
    """The input tensor of the baseline: black, white, or the mean colour, which is zero in the tensor."""
    if name not in LEVELS:
        return np.zeros_like(task.tensor)
    view = np.full((*task.size, 3), LEVELS[name], np.uint8)
    level: Tensor = task.network.input_tensor(view)[0]
    return level


METHOD = Method(
    "integrated_gradients",
    "Integrated gradients",
    MethodPaper(
        "Axiomatic Attribution for Deep Networks",
        "M. Sundararajan, A. Taly, Q. Yan",
        2017,
        "https://arxiv.org/abs/1703.01365",
    ),
    "The gradient integrated along the path from a baseline to the input. The values add up to the change of the score "
    "on the path; `gap` is the error of that sum, which more steps reduce.",
    explain,
    (
        Parameter("steps", "integer", 50, "Number of points on the path, placed by the Gauss-Legendre rule.", 2, 500),
        Parameter(
            "baseline",
            "choice",
            "mean",
            "Where the path begins: the mean colour that the preprocessing subtracts, black or white.",
            choices=("mean", *LEVELS),
        ),
    ),
    needs_gradients=True,
    slow=True,
)
