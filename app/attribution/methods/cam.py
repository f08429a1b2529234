"""CAM: the maps before global pooling, weighted by the linear layer that reads them.

B. Zhou, A. Khosla, A. Lapedriza, A. Oliva, A. Torralba, "Learning Deep Features for Discriminative Localization", CVPR
2016.
"""

import numpy as np

from app.attribution.linear_head import linear_head
from app.attribution.maps import Cells
from app.attribution.method import AttributionMap, Method, MethodPaper, Options
from app.attribution.task import AttributionTask
from app.attribution.weighted_maps import SIGN, upsample_to_input
from app.errors import NotAvailable


def cam(activation: Cells, weights: Cells) -> Cells:
    """Equation 2: the cells (h, w) from the last maps (C, h, w) and the class's weights (C,)."""
    cells: Cells = np.tensordot(weights, activation, axes=1)
    return cells


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    if task.target.channel_of is not None:
        raise NotAvailable("CAM explains classes only: a channel has no linear head. Grad-CAM explains both.")
    head = linear_head(task.network)
    weights = head.weights[task.target.index]
    if task.target.against is not None:
        weights = weights - head.weights[task.target.against]
    activation = head.maps.maps_of(task.layer_output(head.maps.id))
    return upsample_to_input(task, cam(activation, weights), options)


METHOD = Method(
    "cam",
    "CAM",
    MethodPaper(
        "Learning Deep Features for Discriminative Localization",
        "B. Zhou, A. Khosla, A. Lapedriza, A. Oliva, A. Torralba",
        2016,
        "https://arxiv.org/abs/1512.04150",
    ),
    "Weights the last maps by the weights of the linear layer that reads them. Only for networks that end in global "
    "average pooling and one linear layer.",
    explain,
    (SIGN,),
)
