"""Ablation-CAM: a layer's maps, each weighted by the share of the score that is lost when it is set to zero.

S. Desai, H. G. Ramaswamy, "Ablation-CAM: Visual Explanations for Deep Convolutional Network via Gradient-free
Localization", WACV 2020.
"""

from collections.abc import Iterator

import numpy as np

from app.attribution.method import AttributionMap, Method, MethodPaper, Options
from app.attribution.task import AttributionTask, ScoreArray
from app.attribution.weighted_maps import SIGN, upsample_to_input
from app.nets.session import Tensor


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    """Equation 4 before the ReLU."""
    activation = task.layer_output()
    after = task.scores_from_layer(ablated_activations(activation), len(activation))
    weights = score_drop(task.score(), after)
    return upsample_to_input(task, np.tensordot(weights, activation, axes=1), options)


def ablated_activations(activation: Tensor) -> Iterator[Tensor]:
    """Copies of the activation (C, h, w), each with a different channel set to zero."""
    for channel in range(len(activation)):
        copy = activation.copy()
        copy[channel] = 0
        yield copy


def score_drop(before: float, after: ScoreArray) -> ScoreArray:
    """Equation 3: the drop as a share of the score's magnitude, since a logit may be negative."""
    return (before - after) / (abs(before) or 1.0)


METHOD = Method(
    "ablationcam",
    "Ablation-CAM",
    MethodPaper(
        "Ablation-CAM: Visual Explanations for Deep Convolutional Network via Gradient-free Localization",
        "S. Desai, H. G. Ramaswamy",
        2020,
        "https://doi.org/10.1109/WACV45572.2020.9093360",
    ),
    "Sets each map of the layer to zero in turn and weights it by the share of the score that is lost.",
    explain,
    (SIGN,),
    at_layer=True,
    slow=True,
)
