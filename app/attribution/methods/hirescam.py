"""HiResCAM: each cell of a layer's maps times its own gradient.

R. L. Draelos, L. Carin, "Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural networks",
2020.
"""

import numpy as np

from app.attribution.maps import Cells
from app.attribution.method import MethodPaper
from app.attribution.weighted_maps import layer_method


def hirescam(activation: Cells, gradient: Cells) -> Cells:
    """Equation 5: the cells (h, w) from activation and gradient, both (C, h, w).

    If one linear layer follows, the cells add up to the score minus its bias.
    """
    cells: Cells = np.einsum("chw,chw->hw", gradient, activation)
    return cells


METHOD = layer_method(
    "hirescam",
    "HiResCAM",
    MethodPaper(
        "Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural networks",
        "R. L. Draelos, L. Carin",
        2020,
        "https://arxiv.org/abs/2011.08891",
    ),
    "Weights each cell by its own gradient, positive or negative, without averaging.",
    hirescam,
)
