"""The input tensor: the view, normalised."""

import numpy as np
import numpy.typing as npt

from app.nets.card import InputSpec
from app.nets.preprocessing.fit import RGB


def tensor_of(view: RGB | npt.NDArray[np.float32], spec: InputSpec) -> npt.NDArray[np.float32]:
    """The input tensor, (1, C, H, W) float32: `(view * scale - mean) / std`, channels in the network's order.

    The levels of the view may have fractions, as those of an attack before it is rounded.
    """
    planes = {"RGB": view, "BGR": view[..., ::-1], "grey": view[..., :1]}[spec.channels].transpose(2, 0, 1)
    column = (-1, 1, 1)
    factor = (np.float64(spec.scale) / np.asarray(spec.std)).astype(np.float32).reshape(column)
    shift = (np.asarray(spec.mean) / np.asarray(spec.std)).astype(np.float32).reshape(column)
    # Copied to the tensor's memory order first: arithmetic in the view's order takes eight times as long.
    tensor = planes.astype(np.float32, order="C")
    tensor *= factor
    tensor -= shift
    return tensor[np.newaxis]


def gradient_of_view(gradient: npt.NDArray[np.float32], spec: InputSpec) -> npt.NDArray[np.float32]:
    """The gradient with respect to the levels of the view, (H, W, 3), for that with respect to the tensor, (C, H, W).

    The three planes of a grey view are one: each gets its gradient.
    """
    factor = (np.float64(spec.scale) / np.asarray(spec.std)).astype(np.float32)
    planes = np.zeros((len(factor), *gradient.shape[1:]), np.float32)
    planes[: len(gradient)] = gradient[: len(factor)]
    planes *= factor.reshape(-1, 1, 1)
    order = {"RGB": [0, 1, 2], "BGR": [2, 1, 0], "grey": [0, 0, 0]}[spec.channels]
    return planes[order].transpose(1, 2, 0)
