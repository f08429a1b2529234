"""The scales and the modes of a Resize or Upsample as every version of ONNX defines them."""

from collections.abc import Mapping, Sequence
from typing import Any

FIRST_RESIZE = 10  # in this version Resize is Upsample: no coordinate modes, and the scales are the second input


def read_scales(op: str, attributes: Mapping[str, Any], opset: int, rank: int) -> list[float]:
    """The scales in the file, one for each axis of the input; none if it has sizes instead."""
    is_first = op == "Resize" and opset == FIRST_RESIZE
    stated = attributes.get("roi" if is_first else "scales") or []  # the second input of later versions is `roi`
    axes = attributes.get("axes")
    if axes is None or not stated:
        return list(stated)
    scales = [1.0] * rank
    for axis, scale in zip(axes, stated, strict=True):
        scales[axis] = scale
    return scales


def read_modes(op: str, attributes: Mapping[str, Any], opset: int, scales: Sequence[float]) -> dict[str, str]:
    """The modes, as attributes of the current Resize, for these scales.

    https://onnx.ai/onnx/operators/onnx__Resize.html
    """
    mode = str(attributes.get("mode", "nearest"))
    if op == "Upsample" or opset <= FIRST_RESIZE:
        nearest = "floor" if all(scale >= 1 for scale in scales) else "ceil"
        return {"mode": mode, "coordinate_transformation_mode": "asymmetric", "nearest_mode": nearest}
    defaults = {"coordinate_transformation_mode": "half_pixel", "nearest_mode": "round_prefer_floor"}
    return {"mode": mode} | {name: str(attributes.get(name, default)) for name, default in defaults.items()}
