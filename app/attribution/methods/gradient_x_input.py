"""Gradient times input: the contribution of each pixel to the score if the network were linear.

A. Shrikumar, P. Greenside, A. Shcherbina, A. Kundaje, "Not Just a Black Box: Learning Important Features Through
Propagating Activation Differences", 2016.
"""

from app.attribution.maps import reduce_channels
from app.attribution.method import AttributionMap, Method, MethodPaper, Options
from app.attribution.task import AttributionTask


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    return AttributionMap(reduce_channels(task.gradient() * task.tensor, "sum"))


METHOD = Method(
    "gradient_x_input",
    "Gradient x input",
    MethodPaper(
        "Not Just a Black Box: Learning Important Features Through Propagating Activation Differences",
        "A. Shrikumar, P. Greenside, A. Shcherbina, A. Kundaje",
        2016,
        "https://arxiv.org/abs/1605.01713",
    ),
    "The gradient times the input tensor, in which the mean colour is zero.",
    explain,
    needs_gradients=True,
)
