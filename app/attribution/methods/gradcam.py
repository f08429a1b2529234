"""Grad-CAM: a layer's maps, each weighted by the mean of its gradient.

R. R. Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", ICCV 2017.
"""

import numpy as np

from app.attribution.maps import Cells
from app.attribution.method import MethodPaper
from app.attribution.weighted_maps import layer_method


def gradcam(activation: Cells, gradient: Cells) -> Cells:
    """Equations 1 and 2 before the ReLU: the cells (h, w) from a layer's output and its gradient, both (C, h, w)."""
    weights = gradient.mean(axis=(1, 2))
    cells: Cells = np.tensordot(weights, activation, axes=1)
    return cells


METHOD = layer_method(
    "gradcam",
    "Grad-CAM",
    MethodPaper(
        "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization",
        "R. R. Selvaraju et al.",
        2017,
        "https://arxiv.org/abs/1610.02391",
    ),
    "Weights each map of the layer by the mean of its gradient.",
    gradcam,
)
