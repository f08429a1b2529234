"""HiResCAM: each cell of a layer's maps times its own gradient.

R. L. Draelos, L. Carin, "Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural networks",
2020.
"""

import numpy as np

from app.attribution.maps import Cells
from app.attribution.method import Paper
from app.attribution.weighted_maps import layer_method


def hirescam(activation: Cells, gradient: Cells) -> Cells:
    """Equation 5: the cells (h, w) from activation and gradient, both (C, h, w).

    Where one linear layer follows they add up to the score but for its bias.
    """
    cells: Cells = np.einsum("chw,chw->hw", gradient, activation)
    return cells


METHOD = layer_method(
    "hirescam",
    "HiResCAM",
    Paper(
        "Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural networks",
        "R. L. Draelos, L. Carin",
        2020,
        "https://arxiv.org/abs/2011.08891",
    ),
    "Each cell counts by its own gradient, positive or negative: nothing is averaged away.",
    hirescam,
)
