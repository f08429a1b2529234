"""Eigen-CAM: what a layer's maps have most in common, whatever the class.

M. B. Muhammad, M. Yeasin, "Eigen-CAM: Class Activation Map using Principal Components", IJCNN 2020.
"""

import numpy as np
import numpy.typing as npt

from app.attribution.maps import Cells
from app.attribution.method import AttributionMap, Method, Options, Paper, Parameter
from app.attribution.task import AttributionTask
from app.attribution.weighted_maps import SIGN, upsample_to_input


def eigencam(activation: Cells, *, centred: bool = True) -> Cells:
    """The cells' places along the first principal component: (h, w) from (C, h, w).

    A component has no sign of its own: it is turned so that strong activations are positive. The paper does not centre
    the channels about their means; the programs in use do, for otherwise the component is little but the mean map.
    """
    channels, height, width = activation.shape
    values = activation.reshape(channels, -1).T.astype(np.float64)
    if not np.isfinite(values).all():  # there is no component to find
        return np.full((height, width), np.nan, np.float32)
    total = values.sum(axis=1)
    if centred:
        values = values - values.mean(axis=0)
    places = first_component(values)
    turned = -places if places @ (total - total.mean()) < 0 else places
    cells: Cells = turned.reshape(height, width).astype(np.float32)
    return cells


def first_component(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The places of the rows of (cells, channels) along the first right singular vector, of either sign.

    It is found in whichever of the two products of the matrix with itself is smaller.
    """
    if len(values) <= values.shape[1]:
        strengths, places = np.linalg.eigh(values @ values.T)
        along: npt.NDArray[np.float64] = np.sqrt(max(strengths[-1], 0)) * places[:, -1]
        return along
    component: npt.NDArray[np.float64] = np.linalg.eigh(values.T @ values)[1][:, -1]
    return values @ component


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    layer = task.required_layer.id
    return upsample_to_input(task, eigencam(task.forward(layer)[layer], centred=options["centre"] == "yes"), options)


METHOD = Method(
    "eigencam",
    "Eigen-CAM",
    Paper(
        "Eigen-CAM: Class Activation Map using Principal Components",
        "M. B. Muhammad, M. Yeasin",
        2020,
        "https://arxiv.org/abs/2008.00299",
    ),
    "What the layer's maps have most in common. It does not ask which class.",
    explain,
    (
        SIGN,
        Parameter(
            "centre", "choice", "yes", "Whether channels are centred about their means first.", choices=("yes", "no")
        ),
    ),
    at_layer=True,
    about_target=False,
)
