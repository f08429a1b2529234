"""Eigen-CAM: the first principal component of a layer's maps, the same for every class.

M. B. Muhammad, M. Yeasin, "Eigen-CAM: Class Activation Map using Principal Components", IJCNN 2020.
"""

import numpy as np
import numpy.typing as npt

from app.attribution.maps import Cells
from app.attribution.method import AttributionMap, Method, MethodPaper, Options, Parameter
from app.attribution.task import AttributionTask
from app.attribution.weighted_maps import SIGN, upsample_to_input


def eigencam(activation: Cells, *, centred: bool = True) -> Cells:
    """The projection of the cells on the first principal component: (h, w) from (C, h, w).

    The sign of a component is arbitrary: it is chosen so that strong activations are positive. The paper does not
    centre the channels about their means; common implementations do, since the component is otherwise close to the
    mean map.
    """
    channels, height, width = activation.shape
    values = activation.reshape(channels, -1).T.astype(np.float64)
    if not np.isfinite(values).all():
        return np.full((height, width), np.nan, np.float32)
    total = values.sum(axis=1)
    if centred:
        values = values - values.mean(axis=0)
    projection = first_component(values)
    signed = -projection if projection @ (total - total.mean()) < 0 else projection
    cells: Cells = signed.reshape(height, width).astype(np.float32)
    return cells


def first_component(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The projection of the rows of (cells, channels) on the first right singular vector, of either sign.

    It is computed from the smaller of the two products of the matrix with its transpose.
    """
    if len(values) <= values.shape[1]:
        eigenvalues, vectors = np.linalg.eigh(values @ values.T)
        projection: npt.NDArray[np.float64] = np.sqrt(max(eigenvalues[-1], 0)) * vectors[:, -1]
        return projection
    component: npt.NDArray[np.float64] = np.linalg.eigh(values.T @ values)[1][:, -1]
    return values @ component


def explain(task: AttributionTask, options: Options) -> AttributionMap:
    return upsample_to_input(task, eigencam(task.layer_output(), centred=options["centre"] == "yes"), options)


METHOD = Method(
    "eigencam",
    "Eigen-CAM",
    MethodPaper(
        "Eigen-CAM: Class Activation Map using Principal Components",
        "M. B. Muhammad, M. Yeasin",
        2020,
        "https://arxiv.org/abs/2008.00299",
    ),
    "The first principal component of the layer's maps. It is the same for every class.",
    explain,
    (
        SIGN,
        Parameter(
            "centre",
            "choice",
            "yes",
            "Whether the channels are centred about their means first.",
            choices=("yes", "no"),
        ),
    ),
    at_layer=True,
    about_target=False,
)
