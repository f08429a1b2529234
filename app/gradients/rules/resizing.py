"""Resize and Upsample, nearest and linear: one matrix along each axis."""

import numpy as np
import numpy.typing as npt

from app.gradients.axes import multiply_along_axis
from app.gradients.call import Call
from app.gradients.rules.rule import Rule, has_batch_axis
from app.nets.resizing import FIRST_RESIZE, ROUNDING, is_copy, read_modes, read_scales

Floats = npt.NDArray[np.float32]
COORDINATE_MODES = {"asymmetric", "align_corners", "pytorch_half_pixel", "half_pixel"}


def _source_coordinates(mode: str, positions: Floats, scale: np.float32, before: int, after: int) -> Floats:
    """The coordinates of the output's cells on the input's axis, in float32 as in onnxruntime.

    https://onnx.ai/onnx/operators/onnx__Resize.html
    """
    half = np.float32(0.5)
    if mode == "asymmetric":
        return positions / scale
    if mode == "align_corners":
        return positions * np.float32(before - 1) / np.float32(max(after - 1, 1))
    if mode == "pytorch_half_pixel" and after == 1:
        return np.zeros(1, np.float32)
    return (positions + half) / scale - half


def _modes(call: Call) -> dict[str, str]:
    """The modes, as attributes of the current Resize: those of all axes that are resized."""
    operator = call.operator
    scales = [scale for scale in _scales(call) if scale != 1] or [1]
    modes, *others = (read_modes(operator.op, operator.attributes, call.opset, scale) for scale in scales)
    if modes["mode"] == "nearest" and any(each != modes for each in others):
        raise call.refusal("it enlarges one axis and shrinks another")
    return modes


def _stated_scales(call: Call) -> list[float]:
    """The scales in the file, one per axis; none if it has sizes instead."""
    return read_scales(call.operator.op, call.operator.attributes, call.opset, call.shape())


def _scales(call: Call) -> list[float]:
    stated = _stated_scales(call)
    return stated or [after / before for before, after in zip(call.shape(), call.shape_out(), strict=True)]


def _check(call: Call, modes: dict[str, str]) -> None:
    policy = call.attribute("keep_aspect_ratio_policy", "stretch")
    mode, coordinates = modes["mode"].replace("bilinear", "linear"), modes["coordinate_transformation_mode"]
    if mode not in ("nearest", "linear") or call.attribute("antialias", 0) or policy != "stretch":
        raise call.refusal("only the modes nearest and linear without antialiasing are supported")
    if coordinates not in COORDINATE_MODES:
        raise call.refusal(f"its coordinate mode {coordinates} is not supported")


def _matrix(modes: dict[str, str], before: int, after: int, scale: float) -> npt.NDArray[np.float64]:
    """(after, before): the weight of each cell of the input's axis in each cell of the output's."""
    mode = modes["coordinate_transformation_mode"]
    coordinates = _source_coordinates(mode, np.arange(after, dtype=np.float32), np.float32(scale), before, after)
    cells, matrix = np.arange(after), np.zeros((after, before))
    if modes["mode"] == "nearest":
        nearest = ROUNDING[modes["nearest_mode"]](coordinates.astype(np.float64)).clip(0, before - 1).astype(np.intp)
        matrix[cells, nearest] = 1
        return matrix
    coordinates = coordinates.clip(0, before - 1)
    low = np.floor(coordinates).astype(np.intp)
    share = (coordinates - low).astype(np.float64)
    np.add.at(matrix, (cells, low), 1 - share)
    np.add.at(matrix, (cells, np.minimum(low + 1, before - 1)), share)
    return matrix


def _resize(call: Call, position: int) -> str:
    if position != 0:
        raise call.refusal("its size depends on the input")
    if is_copy(call.shape(), call.shape_out()):
        return call.gradient
    modes = _modes(call)
    _check(call, modes)
    gradient, shapes = call.gradient, zip(call.shape(), call.shape_out(), _scales(call), strict=True)
    for axis, (before, after, scale) in enumerate(shapes):
        if before != after or scale != 1:
            matrix = _matrix(modes, before, after, scale)
            gradient = multiply_along_axis(call, gradient, len(call.shape()), axis, matrix.T)
    return gradient


def _forward(call: Call) -> None:
    """With the scales or the known sizes; sizes exclude the first axis, the batch axis."""
    modern = call.operator.op == "Resize" and call.opset > FIRST_RESIZE
    names = ("antialias", "cubic_coeff_a", "exclude_outside", "extrapolation_value", "keep_aspect_ratio_policy")
    modes = _modes(call)
    options = {name: call.attribute(name, None) for name in names if modern and name in call.operator.attributes}
    scales = _stated_scales(call)
    x = call.operator.inputs[0]
    roi = call.operator.inputs[1] if modern and call.has_input(1) else ""
    if scales:
        inputs = [x, roi, call.float32_constant(scales)]
        call.writer.add_node("Resize", inputs, call.operator.outputs, **modes, **options)
        return
    axes = [axis for axis, (a, b) in enumerate(zip(call.shape(), call.shape_out(), strict=True)) if a != b] or [1]
    sizes = call.int64_constant([call.shape_out()[axis] for axis in axes])
    call.writer.add_node("Resize", [x, "", "", sizes], call.operator.outputs, axes=axes, **modes, **options)


def _is_batchable(call: Call) -> bool:
    return has_batch_axis(call) and _scales(call)[0] == 1


RULES = dict.fromkeys(("Resize", "Upsample"), Rule(_resize, _forward, _is_batchable))
