"""Ablation-CAM: a layer's maps, each weighted by the share of the score that is lost without it.

S. Desai, H. G. Ramaswamy, "Ablation-CAM: Visual Explanations for Deep Convolutional Network via Gradient-free
Localization", WACV 2020.
"""

from collections.abc import Iterator

import numpy as np

from app.attribution.case import Case, Numbers
from app.attribution.method import Found, Method, Options, Paper
from app.attribution.weighted_maps import SIGN, shown
from app.nets.runtime import Tensor


def explain(case: Case, options: Options) -> Found:
    """Equation 4 before the ReLU."""
    activation = case.forward(case.maps.id)[case.maps.id]
    after = case.scores_from_layer(without_each(activation), len(activation))
    weights = lost(case.score(), after)
    return shown(case, np.tensordot(weights, activation, axes=1), options)


def without_each(activation: Tensor) -> Iterator[Tensor]:
    """Copies of (C, h, w), each with another channel set to zero."""
    for channel in range(len(activation)):
        copy = activation.copy()
        copy[channel] = 0
        yield copy


def lost(before: float, after: Numbers) -> Numbers:
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
