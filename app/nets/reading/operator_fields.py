"""Which cells of its input an operator reads for one cell of its output, axis by axis."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from app.nets.reading.operators import REDUCTIONS, Operator
from app.nets.resizing import is_copy, read_modes, read_scales
from app.nets.window import AXES, Window, read_pool_window, read_transposed_window, read_window

FINEST_SCALE = 1000
Outside = Literal["padding", "nearest", "mirrored"]
PAD_MODES: Mapping[str, Outside] = {"constant": "padding", "edge": "nearest", "reflect": "mirrored"}


@dataclass(frozen=True, slots=True)
class InputWindow:
    """Output cell i of an axis reads input cells ceil(step * i + first) to floor(step * i + last).

    A cell outside the input is padding, or stands for the nearest cell inside, or for its mirror image in the border.
    """

    step: Fraction
    first: Fraction
    last: Fraction
    outside: Outside = "padding"


SAME = InputWindow(Fraction(1), Fraction(0), Fraction(0))
FIRST = InputWindow(Fraction(0), Fraction(0), Fraction(0))  # an axis of length 1, broadcast to the output's
InputWindows = tuple[InputWindow | None, ...]  # None: every cell reads the whole axis
WHOLE: InputWindows = (None,) * AXES

ELEMENTWISE = {
    "Abs", "Acos", "Add", "And", "Asin", "Atan", "BatchNormalization", "BitShift", "Cast", "Ceil", "Celu", "Clip",
    "Cos", "DequantizeLinear", "Div", "Dropout", "Elu", "Equal", "Erf", "Exp", "Expand", "FastGelu", "Floor", "Gelu",
    "Greater", "GreaterOrEqual", "HardSigmoid", "HardSwish", "Identity", "LRN", "LeakyRelu", "Less", "LessOrEqual",
    "Log", "Max", "Mean", "Min", "Mish", "Mod", "Mul", "Neg", "Not", "Or", "PRelu", "Pow", "QLinearAdd",
    "QLinearLeakyRelu", "QLinearMul", "QLinearSigmoid", "QuantizeLinear", "QuickGelu", "Reciprocal", "Relu", "Round",
    "Scale", "Selu", "Shrink", "Sigmoid", "Sign", "Sin", "Softplus", "Softsign", "Split", "Sqrt", "Sub", "Sum", "Swish",
    "Tan", "Tanh", "ThresholdedRelu", "Where", "Xor",
}  # fmt: skip
CONVOLUTIONS = {"Conv", "ConvInteger", "QLinearConv", "FusedConv"}
POOLS = {"MaxPool", "AveragePool", "LpPool", "QLinearAveragePool"}


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes that decide what an operator reads, batch axis first; `kernel` is that of its weight, if any."""

    input: tuple[int, ...]
    output: tuple[int, ...]
    kernel: tuple[int, ...] | None = None


def input_windows(operator: Operator, shapes: Shapes, opset: int) -> InputWindows:
    """What the operator reads of its input, per spatial axis. Operators without a rule here read everything."""
    if len(shapes.input) < 4 or len(shapes.output) < 4:
        return _of_shape_change(operator, shapes)
    if operator.op in CONVOLUTIONS | POOLS:
        return _of_convolution(operator, shapes)
    if operator.op == "ConvTranspose":
        return _of_transposed_convolution(operator, shapes)
    if operator.op in ELEMENTWISE:
        return tuple(
            SAME if one == other else FIRST if one == 1 else None
            for one, other in zip(shapes.input[-AXES:], shapes.output[-AXES:], strict=True)
        )
    rule = RULES.get(operator.op)
    return rule(operator, shapes, opset) if rule else WHOLE


def _of_shape_change(operator: Operator, shapes: Shapes) -> InputWindows:
    """Everything, unless both shapes end in the same two axes."""
    if operator.op in {"Reshape", "Unsqueeze", "Squeeze"} and min(len(shapes.input), len(shapes.output)) >= 3:
        return _reshape(operator, shapes, 0)
    return WHOLE


def _of_convolution(operator: Operator, shapes: Shapes) -> InputWindows:
    kernel = _kernel_size(operator, shapes)
    if len(kernel) != AXES or len(shapes.input) != AXES + 2:
        return WHOLE
    size, attributes = shapes.input[2:], operator.attributes
    is_pool = operator.op in POOLS
    window = read_pool_window(attributes, size) if is_pool else read_window(attributes, kernel, size, shapes.output[2:])
    return tuple(
        InputWindow(Fraction(stride), Fraction(-pad), Fraction(extent - 1 - pad))
        for stride, extent, pad in _axes(window)
    )


def _of_transposed_convolution(operator: Operator, shapes: Shapes) -> InputWindows:
    """Output cell o reads the input cells i with 0 <= o + pad - i * stride < extent."""
    kernel = _kernel_size(operator, shapes)
    if len(kernel) != AXES:
        return WHOLE
    window = read_transposed_window(operator.attributes, kernel, shapes.input[2:], shapes.output[2:])
    return tuple(
        InputWindow(Fraction(1, stride), Fraction(pad - extent + 1, stride), Fraction(pad, stride))
        for stride, extent, pad in _axes(window)
    )


def _axes(window: Window) -> Iterable[tuple[int, int, int]]:
    """The stride, the extent and the padding at the beginning of each axis."""
    return zip(window.strides, window.extent, window.pads_begin, strict=True)


def _kernel_size(operator: Operator, shapes: Shapes) -> Sequence[int]:
    return operator.attributes.get("kernel_shape") or (shapes.kernel or ())[2:]


def _concat(operator: Operator, shapes: Shapes, _opset: int) -> InputWindows:
    axis = operator.attributes.get("axis", 1) % len(shapes.output)
    return tuple(None if axis == len(shapes.output) - AXES + spatial else SAME for spatial in range(AXES))


def _softmax(operator: Operator, shapes: Shapes, opset: int) -> InputWindows:
    if opset < 13:  # flattens all axes from `axis` on
        axis = operator.attributes.get("axis", 1) % len(shapes.output)
        return tuple(None if axis <= len(shapes.output) - AXES + spatial else SAME for spatial in range(AXES))
    axis = operator.attributes.get("axis", -1) % len(shapes.output)
    return tuple(None if axis == len(shapes.output) - AXES + spatial else SAME for spatial in range(AXES))


def _lp_normalization(operator: Operator, shapes: Shapes, _opset: int) -> InputWindows:
    return _softmax(operator, shapes, 13)


def _transpose(operator: Operator, shapes: Shapes, _opset: int) -> InputWindows:
    order = operator.attributes.get("perm") or list(range(len(shapes.input)))[::-1]
    return tuple(SAME if order[axis] == len(shapes.input) + axis else None for axis in range(-AXES, 0))


def _reshape(_operator: Operator, shapes: Shapes, _opset: int) -> InputWindows:
    return (SAME,) * AXES if shapes.input[-AXES:] == shapes.output[-AXES:] else WHOLE


def _pad(operator: Operator, shapes: Shapes, _opset: int) -> InputWindows:
    pads = operator.attributes.get("pads") or []
    outside = PAD_MODES.get(operator.attributes.get("mode", "constant"))
    if outside is None or "axes" in operator.attributes or operator.computes("axes"):
        return WHOLE
    if len(pads) != 2 * len(shapes.input) or (min(pads) < 0 and outside != "padding"):
        return WHOLE
    begins = (Fraction(-pads[len(shapes.input) + axis]) for axis in range(-AXES, 0))
    return tuple(InputWindow(Fraction(1), begin, begin, outside) for begin in begins)


def _slice(operator: Operator, shapes: Shapes, _opset: int) -> InputWindows:
    starts = operator.attributes.get("starts")
    if starts is None or operator.computes("axes", "steps"):
        return WHOLE
    axes = [axis % len(shapes.input) for axis in operator.attributes.get("axes") or range(len(starts))]
    steps = operator.attributes.get("steps") or [1] * len(starts)
    windows: list[InputWindow | None] = []
    for axis in range(len(shapes.input) - AXES, len(shapes.input)):
        if axis not in axes:
            windows.append(SAME)
            continue
        start, step = starts[axes.index(axis)], steps[axes.index(axis)]
        begin = Fraction(max(start + shapes.input[axis], 0) if start < 0 else min(start, shapes.input[axis] - 1))
        windows.append(InputWindow(Fraction(step), begin, begin) if step > 0 else None)
    return tuple(windows)


def _reduce(operator: Operator, shapes: Shapes, _opset: int) -> InputWindows:
    if len(shapes.input) != len(shapes.output) or operator.computes("axes"):
        return WHOLE
    axes = operator.attributes.get("axes")
    if not axes:
        return (SAME,) * AXES if operator.attributes.get("noop_with_empty_axes") else WHOLE
    reduced = [axis % len(shapes.input) for axis in axes]
    return tuple(None if len(shapes.input) + axis in reduced else SAME for axis in range(-AXES, 0))


def _depth_to_space(operator: Operator, shapes: Shapes, _opset: int) -> InputWindows:
    size = operator.attributes["blocksize"]
    return (InputWindow(Fraction(1, size), Fraction(1 - size, size), Fraction(0)),) * AXES


def _space_to_depth(operator: Operator, shapes: Shapes, _opset: int) -> InputWindows:
    size = operator.attributes["blocksize"]
    return (InputWindow(Fraction(size), Fraction(0), Fraction(size - 1)),) * AXES


def _resize(operator: Operator, shapes: Shapes, opset: int) -> InputWindows:
    """Of the coordinate rules that ONNX has, those that frameworks export; the others read everything."""
    attributes = operator.attributes
    if is_copy(shapes.input, shapes.output):
        return (SAME,) * AXES
    if len(shapes.input) != len(shapes.output) or attributes.get("antialias") or operator.computes("scales"):
        return WHOLE
    stated = read_scales(operator.op, attributes, opset, shapes.input)
    lengths = list(zip(shapes.input, shapes.output, strict=True))
    windows = []
    for (before, after), scale in zip(lengths[-AXES:], stated[-AXES:] or [0] * AXES, strict=True):
        ratio = 1 / Fraction(scale).limit_denominator(FINEST_SCALE) if scale > 0 else Fraction(before, after)
        modes = read_modes(operator.op, attributes, opset, float(1 / ratio))
        if modes["coordinate_transformation_mode"] == "align_corners" and after > 1:
            ratio = Fraction(before - 1, after - 1)
        windows.append(SAME if ratio == 1 else _interpolate(ratio, modes, after))
    return tuple(windows)


def _interpolate(ratio: Fraction, modes: Mapping[str, str], length: int) -> InputWindow | None:
    mode, rule = modes["mode"], modes["coordinate_transformation_mode"]
    if rule == "asymmetric" or (rule == "align_corners" and length > 1):
        centre = Fraction(0)
    elif rule == "half_pixel" or (rule == "pytorch_half_pixel" and length > 1):
        centre = (ratio - 1) / 2
    else:
        return None
    grain = Fraction(1, math.lcm(ratio.denominator, centre.denominator))  # every coordinate is a multiple of this
    down, up = centre - (1 - grain), centre + (1 - grain)  # rounded by InputWindow, these are floor and ceil
    if mode == "nearest":
        half = Fraction(1, 2)
        ends = {
            "floor": (down, centre),
            "ceil": (centre, up),
            "round_prefer_floor": (centre - half, centre + half - grain / 2),
            "round_prefer_ceil": (centre - half + grain / 2, centre + half),
        }.get(modes["nearest_mode"])
        return InputWindow(ratio, *ends, outside="nearest") if ends else None
    wider = 1 if mode == "cubic" else 0
    return InputWindow(ratio, down - wider, up + wider, outside="nearest")


RULES: Mapping[str, Callable[[Operator, Shapes, int], InputWindows]] = {
    "Concat": _concat,
    "DepthToSpace": _depth_to_space,
    "LogSoftmax": _softmax,
    "LpNormalization": _lp_normalization,
    "Pad": _pad,
    "QLinearConcat": _concat,
    "Reshape": _reshape,
    "Resize": _resize,
    "Slice": _slice,
    "Softmax": _softmax,
    "SpaceToDepth": _space_to_depth,
    "Squeeze": _reshape,
    "Transpose": _transpose,
    "Unsqueeze": _reshape,
    "Upsample": _resize,
    **dict.fromkeys(REDUCTIONS, _reduce),
}
