"""Gradient times input: what each pixel adds to the score, if the network were linear.

A. Shrikumar, P. Greenside, A. Shcherbina, A. Kundaje, "Not Just a Black Box: Learning Important Features Through
Propagating Activation Differences", 2016.
"""

from app.attribution.maps import reduce_channels
from app.attribution.method import AttributionMap, Method, Options, Paper
from app.attribution.task import AttributionTask


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    return AttributionMap(reduce_channels(task.gradient() * task.tensor, "sum"))


METHOD = Method(
    "gradient_x_input",
    "Gradient x input",
    Paper(
        "Not Just a Black Box: Learning Important Features Through Propagating Activation Differences",
        "A. Shrikumar, P. Greenside, A. Shcherbina, A. Kundaje",
        2016,
        "https://arxiv.org/abs/1605.01713",
    ),
    "The gradient times what the network is fed, the mean colour being zero.",
    explain,
    needs_gradients=True,
)
