"""LayerCAM: each cell of a layer's maps weighted by its own gradient where that is positive.

P.-T. Jiang, C.-B. Zhang, Q. Hou, M.-M. Cheng, Y. Wei, "LayerCAM: Exploring Hierarchical Class Activation Maps for
Localization", IEEE Transactions on Image Processing 30, 2021.
"""

import numpy as np

from app.attribution.maps import Cells
from app.attribution.method import MethodPaper
from app.attribution.weighted_maps import layer_method


def layercam(activation: Cells, gradient: Cells) -> Cells:
    """Equations 7 and 8 before the last ReLU: the cells (h, w) from activation and gradient, both (C, h, w)."""
    cells: Cells = np.einsum("chw,chw->hw", np.maximum(gradient, 0), activation)
    return cells


METHOD = layer_method(
    "layercam",
    "LayerCAM",
    MethodPaper(
        "LayerCAM: Exploring Hierarchical Class Activation Maps for Localization",
        "P.-T. Jiang, C.-B. Zhang, Q. Hou, M.-M. Cheng, Y. Wei",
        2021,
        "https://doi.org/10.1109/TIP.2021.3089943",
    ),
    "Weights each cell by its own positive gradient, which also works for layers near the input.",
    layercam,
)
