"""Resize and Upsample, nearest and linear: one linear map along each axis."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from app.gradients.axes import multiply_along_axis
from app.gradients.call import Call
from app.gradients.rules.rule import Rule, has_batch_axis

Floats = npt.NDArray[np.float32]
FIRST_RESIZE = 10  # this version's Resize is today's Upsample: without modes, and with its scales in another place
KNOWN = {"asymmetric", "align_corners", "pytorch_half_pixel", "half_pixel"}


def _whereabouts(mode: str, places: Floats, scale: np.float32, before: int, after: int) -> Floats:
    """Where the cells of the result lie on the axis before, in float32 as onnxruntime counts.

    https://onnx.ai/onnx/operators/onnx__Resize.html
    """
    half = np.float32(0.5)
    if mode == "asymmetric":
        return places / scale
    if mode == "align_corners":
        return places * np.float32(before - 1) / np.float32(max(after - 1, 1))
    if mode == "pytorch_half_pixel" and after == 1:
        return np.zeros(1, np.float32)
    return (places + half) / scale - half


ROUNDED: dict[str, Callable[[Floats], Floats]] = {
    "round_prefer_floor": lambda x: np.asarray(np.ceil(x - np.float32(0.5))),
    "round_prefer_ceil": lambda x: np.asarray(np.floor(x + np.float32(0.5))),
    "floor": np.floor,
    "ceil": np.ceil,
}


def _settings(call: Call) -> dict[str, str]:
    """The modes, in today's words."""
    mode = str(call.setting("mode", "nearest"))
    if call.operator.op == "Upsample" or call.opset <= FIRST_RESIZE:
        grows = all(scale >= 1 for scale in _scales(call))
        nearest = "floor" if grows else "ceil"
        return {"mode": mode, "coordinate_transformation_mode": "asymmetric", "nearest_mode": nearest}
    named = {"coordinate_transformation_mode": "half_pixel", "nearest_mode": "round_prefer_floor"}
    return {"mode": mode} | {name: str(call.setting(name, usual)) for name, usual in named.items()}


def _stated_scales(call: Call) -> list[float]:
    """The scales that the file states, one per axis; none where it states sizes."""
    first = call.operator.op == "Resize" and call.opset == FIRST_RESIZE
    stated = call.setting("roi" if first else "scales", None) or []
    axes = call.setting("axes", None)
    if axes is None or not stated:
        return list(stated)
    scales = [1.0] * len(call.shape())
    for axis, scale in zip(axes, stated, strict=True):
        scales[axis] = scale
    return scales


def _scales(call: Call) -> list[float]:
    stated = _stated_scales(call)
    return stated or [after / before for before, after in zip(call.shape(), call.shape_out(), strict=True)]


def _check(call: Call, settings: dict[str, str]) -> None:
    policy = call.setting("keep_aspect_ratio_policy", "stretch")
    mode, where = settings["mode"].replace("bilinear", "linear"), settings["coordinate_transformation_mode"]
    if mode not in ("nearest", "linear") or call.setting("antialias", 0) or policy != "stretch":
        raise call.refusal("of its modes only nearest and linear, without antialiasing, are supported")
    if where not in KNOWN:
        raise call.refusal(f"its coordinates in mode {where} are not supported")


def _matrix(settings: dict[str, str], before: int, after: int, scale: float) -> npt.NDArray[np.float64]:
    """(after, before): what each cell of the result takes from each cell of the axis."""
    mode = settings["coordinate_transformation_mode"]
    found = _whereabouts(mode, np.arange(after, dtype=np.float32), np.float32(scale), before, after)
    cells, matrix = np.arange(after), np.zeros((after, before))
    if settings["mode"] == "nearest":
        nearest = ROUNDED[settings["nearest_mode"]](found).clip(0, before - 1).astype(np.intp)
        matrix[cells, nearest] = 1
        return matrix
    found = found.clip(0, before - 1)
    low = np.floor(found).astype(np.intp)
    part = (found - low).astype(np.float64)
    np.add.at(matrix, (cells, low), 1 - part)
    np.add.at(matrix, (cells, np.minimum(low + 1, before - 1)), part)
    return matrix


def _resize(call: Call, position: int) -> str:
    settings = _settings(call)
    _check(call, settings)
    if position != 0:
        raise call.refusal("its size depends on the picture")
    gradient, shapes = call.gradient, zip(call.shape(), call.shape_out(), _scales(call), strict=True)
    for axis, (before, after, scale) in enumerate(shapes):
        if before != after or scale != 1:
            matrix = _matrix(settings, before, after, scale)
            gradient = multiply_along_axis(call, gradient, len(call.shape()), axis, matrix.T)
    return gradient


def _forward(call: Call) -> None:
    """With the scales or the sizes that are known; sizes without the first axis, which takes more pictures."""
    modern = call.operator.op == "Resize" and call.opset > FIRST_RESIZE
    names = ("antialias", "cubic_coeff_a", "exclude_outside", "extrapolation_value", "keep_aspect_ratio_policy")
    settings = _settings(call)
    kept = {name: call.setting(name, None) for name in names if modern and name in call.operator.attributes}
    scales = _stated_scales(call)
    x = call.operator.inputs[0]
    roi = call.operator.inputs[1] if modern and call.has_input(1) else ""
    if scales:
        inputs = [x, roi, call.float32_constant(scales)]
        call.writer.add_node("Resize", inputs, call.operator.outputs, **settings, **kept)
        return
    axes = [axis for axis, (a, b) in enumerate(zip(call.shape(), call.shape_out(), strict=True)) if a != b] or [1]
    sizes = call.int64_constant([call.shape_out()[axis] for axis in axes])
    call.writer.add_node("Resize", [x, "", "", sizes], call.operator.outputs, axes=axes, **settings, **kept)


def _is_batchable(call: Call) -> bool:
    return has_batch_axis(call) and _scales(call)[0] == 1


RULES = dict.fromkeys(("Resize", "Upsample"), Rule(_resize, _forward, _is_batchable))
