"""The input tensor: the view, normalised."""

import numpy as np
import numpy.typing as npt

from app.nets.card import InputSpec
from app.nets.preprocessing.fit import RGB


def tensor_of(view: RGB, spec: InputSpec) -> npt.NDArray[np.float32]:
    """The input tensor, (1, C, H, W) float32: `(view * scale - mean) / std`, channels in the network's order."""
    planes = {"RGB": view, "BGR": view[..., ::-1], "grey": view[..., :1]}[spec.channels].transpose(2, 0, 1)
    column = (-1, 1, 1)
    factor = (np.float64(spec.scale) / np.asarray(spec.std)).astype(np.float32).reshape(column)
    shift = (np.asarray(spec.mean) / np.asarray(spec.std)).astype(np.float32).reshape(column)
    # Copied to the tensor's memory order first: arithmetic in the view's order takes eight times as long.
    tensor = planes.astype(np.float32, order="C")
    tensor *= factor
    tensor -= shift
    return tensor[np.newaxis]
