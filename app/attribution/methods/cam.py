"""CAM: the maps before global pooling, weighted by the linear layer that reads them.

B. Zhou, A. Khosla, A. Lapedriza, A. Oliva, A. Torralba, "Learning Deep Features for Discriminative Localization", CVPR
2016.
"""

import numpy as np

from app.attribution.case import Case
from app.attribution.linear_head import head_of
from app.attribution.maps import Cells
from app.attribution.method import Found, Method, Options, Paper
from app.attribution.weighted_maps import SIGN, shown
from app.errors import NotAvailable


def cam(activation: Cells, weights: Cells) -> Cells:
    """Equation 2: the cells (h, w) from the last maps (C, h, w) and the class's weights (C,)."""
    cells: Cells = np.tensordot(weights, activation, axes=1)
    return cells


def explain(case: Case, options: Options) -> Found:
    if case.target.channel_of is not None:
        raise NotAvailable("CAM explains classes alone: a channel has no linear head. Grad-CAM explains both.")
    head = head_of(case.network)
    weights = head.weights[case.target.index]
    if case.target.against is not None:
        weights = weights - head.weights[case.target.against]
    return shown(case, cam(case.forward(head.maps.id)[head.maps.id], weights), options)


METHOD = Method(
    "cam",
    "CAM",
    Paper(
        "Learning Deep Features for Discriminative Localization",
        "B. Zhou, A. Khosla, A. Lapedriza, A. Oliva, A. Torralba",
        2016,
        "https://arxiv.org/abs/1512.04150",
    ),
    "The weights of the last, linear layer say how much each of the last maps counts. Only for networks that end in "
    "global pooling and one such layer.",
    explain,
    (SIGN,),
)
