"""The scales and the modes of a Resize or Upsample as every version of ONNX defines them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FIRST_RESIZE = 10  # in this version Resize is Upsample: no coordinate modes, and the scales are the second input
NEAR_HALF = 0.5 + 1e-6  # onnxruntime takes a coordinate for one in the middle of two cells that is so near it
ROUNDING: Mapping[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {  # the nearest cell, by `nearest_mode`
    "ceil": np.ceil,
    "floor": np.floor,
    "round_prefer_ceil": lambda coordinates: np.floor(coordinates + NEAR_HALF),
    "round_prefer_floor": lambda coordinates: np.ceil(coordinates - NEAR_HALF),
}


def read_scales(op: str, attributes: Mapping[str, Any], opset: int, lengths: Sequence[int]) -> list[float]:
    """The scales of the input's axes, which have these `lengths`; none where the lengths after it tell them.

    These don't with a `keep_aspect_ratio_policy`, where one scale fits one of the sizes in the file.
    """
    is_first = op == "Resize" and opset == FIRST_RESIZE
    stated = attributes.get("roi" if is_first else "scales") or []  # the second input of later versions is `roi`
    axes = attributes.get("axes")
    if not stated and attributes.get("keep_aspect_ratio_policy", "stretch") != "stretch":
        resized = range(len(lengths)) if axes is None else axes
        stated = fitting_scales(attributes, attributes.get("sizes") or [], [lengths[axis] for axis in resized])
    if axes is None or not stated:
        return list(stated)
    scales = [1.0] * len(lengths)
    for axis, scale in zip(axes, stated, strict=True):
        scales[axis] = scale
    return scales


def is_copy(before: Sequence[int], after: Sequence[int]) -> bool:
    """Whether onnxruntime copies the input: it does where no length changes, whatever the scales and modes are."""
    return tuple(before) == tuple(after)


def fitting_scales(attributes: Mapping[str, Any], sizes: Sequence[float], lengths: Sequence[int]) -> list[float]:
    """The scales that give the sizes in the file to axes of these lengths, in float32 as in onnxruntime.

    With a `keep_aspect_ratio_policy` it is one for all of them.
    """
    scales = [float(np.float32(size) / np.float32(length)) for size, length in zip(sizes, lengths, strict=True)]
    policy = attributes.get("keep_aspect_ratio_policy", "stretch")
    return scales if policy == "stretch" else [min(scales) if policy == "not_larger" else max(scales)] * len(scales)


def read_modes(op: str, attributes: Mapping[str, Any], opset: int, scale: float) -> dict[str, str]:
    """The modes along an axis with this scale, as attributes of the current Resize.

    https://onnx.ai/onnx/operators/onnx__Resize.html
    """
    mode = str(attributes.get("mode", "nearest"))
    if op == "Upsample" or opset <= FIRST_RESIZE:
        nearest = "floor" if scale >= 1 else "ceil"
        return {"mode": mode, "coordinate_transformation_mode": "asymmetric", "nearest_mode": nearest}
    defaults = {"coordinate_transformation_mode": "half_pixel", "nearest_mode": "round_prefer_floor"}
    return {"mode": mode} | {name: str(attributes.get(name, default)) for name, default in defaults.items()}
