"""Ablation-CAM: a layer's maps, each weighted by the share of the score that is lost without it.

S. Desai, H. G. Ramaswamy, "Ablation-CAM: Visual Explanations for Deep Convolutional Network via Gradient-free
Localization", WACV 2020.
"""

from collections.abc import Iterator

import numpy as np

from app.attribution.method import AttributionMap, Method, Options, Paper
from app.attribution.task import AttributionTask, Scores
from app.attribution.weighted_maps import SIGN, upsample_to_input
from app.nets.runtime import Tensor


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    """Equation 4 before the ReLU."""
    activation = task.forward(task.required_layer.id)[task.required_layer.id]
    after = task.scores_from_layer(ablated_activations(activation), len(activation))
    weights = score_drop(task.score(), after)
    return upsample_to_input(task, np.tensordot(weights, activation, axes=1), options)


def ablated_activations(activation: Tensor) -> Iterator[Tensor]:
    """Copies of (C, h, w), each with another channel set to zero."""
    for channel in range(len(activation)):
        copy = activation.copy()
        copy[channel] = 0
        yield copy


def score_drop(before: float, after: Scores) -> Scores:
    """Equation 3, the loss as a share of the score; of its magnitude, for a logit may be negative."""
    return (before - after) / (abs(before) or 1.0)


METHOD = Method(
    "ablationcam",
    "Ablation-CAM",
    Paper(
        "Ablation-CAM: Visual Explanations for Deep Convolutional Network via Gradient-free Localization",
        "S. Desai, H. G. Ramaswamy",
        2020,
        "https://doi.org/10.1109/WACV45572.2020.9093360",
    ),
    "Each map of the layer is switched off in turn; it counts as much as the score falls.",
    explain,
    (SIGN,),
    at_layer=True,
    slow=True,
)
