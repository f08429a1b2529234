"""Integrated gradients: gradients gathered on the straight way from an empty picture to this one.

M. Sundararajan, A. Taly, Q. Yan, "Axiomatic Attribution for Deep Networks", ICML 2017.
"""

import numpy as np
import numpy.typing as npt

from app.attribution.maps import reduce_channels
from app.attribution.method import AttributionMap, Method, Options, Paper, Parameter
from app.attribution.task import AttributionTask
from app.nets.preprocessing.tensor import tensor_of
from app.nets.runtime import Tensor

LEVELS = {"black": 0, "white": 255}


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    steps, start = int(options["steps"] or 0), baseline(task, str(options["baseline"]))
    way = task.tensor - start
    places, weights = quadrature(steps)
    inputs = (start + np.float32(place) * way for place in places)
    mean = np.zeros_like(way)
    for weight, gradient in zip(weights, task.gradients(inputs, steps), strict=True):
        mean += np.float32(weight) * gradient
    found = mean * way
    at_start, at_end = task.scores(iter((start, task.tensor)), 2)
    total = float(found.sum(dtype=np.float64))
    change = float(at_end - at_start)
    return AttributionMap(reduce_channels(found, "sum"), {"sum": total, "score_change": change, "gap": total - change})


def quadrature(steps: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Where on the way from 0 to 1 the gradient is taken, and its weight: the Gauss-Legendre rule of `steps` points."""
    nodes, weights = np.polynomial.legendre.leggauss(steps)
    return (1 + nodes) / 2, weights / 2


def baseline(task: AttributionTask, name: str) -> Tensor:
    """The empty picture as the network is fed it: of its mean colour, for which that is zero, black or white."""
    if name not in LEVELS:
        return np.zeros_like(task.tensor)
    view = np.full((*task.size, 3), LEVELS[name], np.uint8)
    level: Tensor = tensor_of(view, task.network.card.input)[0]
    return level


METHOD = Method(
    "integrated_gradients",
    "Integrated gradients",
    Paper(
        "Axiomatic Attribution for Deep Networks",
        "M. Sundararajan, A. Taly, Q. Yan",
        2017,
        "https://arxiv.org/abs/1703.01365",
    ),
    "Gradients on the way from an empty picture to this one. They add up to what the score gains on that way; `gap` is "
    "what is missing from that for want of steps.",
    explain,
    (
        Parameter("steps", "integer", 50, "Points on the way, of the Gauss-Legendre rule.", 2, 500),
        Parameter(
            "baseline",
            "choice",
            "mean",
            "The empty picture: of the mean colour that the network takes off, black or white.",
            choices=("mean", *LEVELS),
        ),
    ),
    needs_gradients=True,
    slow=True,
)
