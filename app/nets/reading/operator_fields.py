"""Which cells of its input each operator reads, axis by axis, for one cell of its output."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.nets.reading.operators import Operator
from app.nets.window import AXES, padding_before

FINEST_SCALE = 1000
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """Output cell i of an axis reads input cells ceil(step * i + first) to floor(step * i + last).

    A cell outside the input is padding, unless it `clamps`: then it stands for the nearest one inside.
    """

    step: Fraction
    first: Fraction
    last: Fraction
    clamps: bool = False


SAME = Reach(Fraction(1), Fraction(0), Fraction(0))
FIRST = Reach(Fraction(0), Fraction(0), Fraction(0))  # an axis of length 1, stretched to the output's
Reaches = tuple[Reach | None, ...]  # None: every cell reads the whole axis
WHOLE: Reaches = (None,) * AXES

CELLWISE = {
    "Abs", "Acos", "Add", "Asin", "Atan", "BatchNormalization", "BitShift", "Cast", "Ceil", "Celu", "Clip", "Cos",
    "DequantizeLinear", "Div", "Dropout", "Elu", "Equal", "Erf", "Exp", "Expand", "Floor", "Gelu", "Greater",
    "HardSigmoid", "HardSwish", "Identity", "LRN", "LeakyRelu", "Less", "Log", "Max", "Mean", "Min", "Mish", "Mod",
    "Mul", "Neg", "Not", "PRelu", "Pow", "QuantizeLinear", "Reciprocal", "Relu", "Round", "Scale", "Selu", "Shrink",
    "Sigmoid", "Sign", "Sin", "Softplus", "Softsign", "Split", "Sqrt", "Sub", "Sum", "Swish", "Tan", "Tanh",
    "ThresholdedRelu", "Where",
}  # fmt: skip
CONVOLUTIONS = {"Conv", "ConvInteger", "QLinearConv", "FusedConv"}
POOLS = {"MaxPool", "AveragePool", "LpPool"}


def reaches(operator: Operator, before: Shape, after: Shape, kernel: Shape | None, opset: int) -> Reaches:
    """How the operator reads an input of shape `before` to make an output of shape `after`, per spatial axis.

    `kernel` is the shape of its weight, if it has one. What is not known to keep cells apart reads everything.
    """
    if len(before) < 4 or len(after) < 4:
        return _of_shape_change(operator, before, after)
    if operator.op in CONVOLUTIONS | POOLS:
        return _window(operator, before, after, kernel)
    if operator.op == "ConvTranspose":
        return _transposed(operator, before, after, kernel)
    if operator.op in CELLWISE:
        return tuple(
            SAME if one == other else FIRST if one == 1 else None
            for one, other in zip(before[-AXES:], after[-AXES:], strict=True)
        )
    rule = RULES.get(operator.op)
    return rule(operator, before, after, opset) if rule else WHOLE


def _of_shape_change(operator: Operator, before: Shape, after: Shape) -> Reaches:
    """Reads everything, but for shapes that still end in the same two axes."""
    if operator.op in {"Reshape", "Unsqueeze", "Squeeze"} and min(len(before), len(after)) >= 3:
        return _reshaped(operator, before, after, 0)
    return WHOLE


def _window(operator: Operator, before: Shape, after: Shape, kernel: Shape | None) -> Reaches:
    sizes, strides, dilations = _geometry(operator, kernel)
    if len(sizes) != AXES or len(before) != AXES + 2:
        return WHOLE
    extents = [(size - 1) * dilation + 1 for size, dilation in zip(sizes, dilations, strict=True)]
    found = []
    for axis in range(AXES):
        pad = padding_before(operator.attributes, axis, extents[axis], strides[axis], before[2 + axis], after[2 + axis])
        found.append(Reach(Fraction(strides[axis]), Fraction(-pad), Fraction(extents[axis] - 1 - pad)))
    return tuple(found)


def _transposed(operator: Operator, before: Shape, after: Shape, kernel: Shape | None) -> Reaches:
    """Output cell o is fed by the input cells i for which 0 <= o + pad - i * stride < extent."""
    sizes, strides, dilations = _geometry(operator, kernel)
    if len(sizes) != AXES:
        return WHOLE
    found = []
    for axis in range(AXES):
        stride, extent = strides[axis], (sizes[axis] - 1) * dilations[axis] + 1
        pad = operator.attributes.get("pads", [0] * (2 * AXES))[axis]
        mode = operator.attributes.get("auto_pad", "NOTSET")
        if "output_shape" in operator.attributes or mode.startswith("SAME"):
            extra = operator.attributes.get("output_padding", [0] * AXES)[axis]
            total = stride * (before[2 + axis] - 1) + extra + extent - after[2 + axis]
            pad = total // 2 if mode == "SAME_UPPER" else total - total // 2
        found.append(Reach(Fraction(1, stride), Fraction(pad - extent + 1, stride), Fraction(pad, stride)))
    return tuple(found)


def _geometry(operator: Operator, kernel: Shape | None) -> tuple[list[int], list[int], list[int]]:
    sizes = operator.attributes.get("kernel_shape") or list((kernel or ())[2:])
    ones = [1] * len(sizes)
    return sizes, operator.attributes.get("strides") or ones, operator.attributes.get("dilations") or ones


def _concatenated(operator: Operator, before: Shape, after: Shape, _opset: int) -> Reaches:
    axis = operator.attributes.get("axis", 1) % len(after)
    return tuple(None if axis == len(after) - AXES + spatial else SAME for spatial in range(AXES))


def _softmaxed(operator: Operator, _before: Shape, after: Shape, opset: int) -> Reaches:
    if opset < 13:  # flattens all axes from `axis` on
        axis = operator.attributes.get("axis", 1) % len(after)
        return tuple(None if axis <= len(after) - AXES + spatial else SAME for spatial in range(AXES))
    axis = operator.attributes.get("axis", -1) % len(after)
    return tuple(None if axis == len(after) - AXES + spatial else SAME for spatial in range(AXES))


def _normed(operator: Operator, before: Shape, after: Shape, _opset: int) -> Reaches:
    return _softmaxed(operator, before, after, 13)


def _transposed_axes(operator: Operator, before: Shape, _after: Shape, _opset: int) -> Reaches:
    order = operator.attributes.get("perm") or list(range(len(before)))[::-1]
    return tuple(SAME if order[axis] == len(before) + axis else None for axis in range(-AXES, 0))


def _reshaped(_operator: Operator, before: Shape, after: Shape, _opset: int) -> Reaches:
    return (SAME,) * AXES if before[-AXES:] == after[-AXES:] else WHOLE


def _padded(operator: Operator, before: Shape, _after: Shape, _opset: int) -> Reaches:
    pads = operator.attributes.get("pads") or []
    if operator.attributes.get("mode", "constant") != "constant" or "axes" in operator.attributes:
        return WHOLE
    if len(pads) != 2 * len(before):
        return WHOLE
    return tuple(
        Reach(Fraction(1), Fraction(-pads[len(before) + axis]), Fraction(-pads[len(before) + axis]))
        for axis in range(-AXES, 0)
    )


def _sliced(operator: Operator, before: Shape, after: Shape, _opset: int) -> Reaches:
    starts = operator.attributes.get("starts")
    if starts is None:
        return WHOLE
    axes = [axis % len(before) for axis in operator.attributes.get("axes") or range(len(starts))]
    steps = operator.attributes.get("steps") or [1] * len(starts)
    found: list[Reach | None] = []
    for axis in range(len(before) - AXES, len(before)):
        if axis not in axes:
            found.append(SAME)
            continue
        start, step = starts[axes.index(axis)], steps[axes.index(axis)]
        begin = Fraction(max(start + before[axis], 0) if start < 0 else min(start, before[axis] - 1))
        found.append(Reach(Fraction(step), begin, begin) if step > 0 else None)
    return tuple(found)


def _reduced(operator: Operator, before: Shape, after: Shape, _opset: int) -> Reaches:
    axes = [axis % len(before) for axis in operator.attributes.get("axes") or range(len(before))]
    if len(before) != len(after):
        return WHOLE
    return tuple(None if len(before) + axis in axes else SAME for axis in range(-AXES, 0))


def _depth_to_space(operator: Operator, _before: Shape, _after: Shape, _opset: int) -> Reaches:
    size = operator.attributes["blocksize"]
    return (Reach(Fraction(1, size), Fraction(1 - size, size), Fraction(0)),) * AXES


def _space_to_depth(operator: Operator, _before: Shape, _after: Shape, _opset: int) -> Reaches:
    size = operator.attributes["blocksize"]
    return (Reach(Fraction(size), Fraction(0), Fraction(size - 1)),) * AXES


def _resized(operator: Operator, before: Shape, after: Shape, _opset: int) -> Reaches:
    """Of the coordinate rules that ONNX has, those that frameworks export; the others read everything."""
    mode = operator.attributes.get("mode", "nearest")
    default = "asymmetric" if operator.op == "Upsample" else "half_pixel"
    rule = operator.attributes.get("coordinate_transformation_mode", default)
    rounding = "floor" if operator.op == "Upsample" else operator.attributes.get("nearest_mode", "round_prefer_floor")
    if len(before) != len(after) or operator.attributes.get("antialias"):
        return WHOLE
    scales = operator.attributes.get("scales") or [0] * AXES
    found = []
    for one, other, scale in zip(before[-AXES:], after[-AXES:], scales[-AXES:], strict=True):
        ratio = 1 / Fraction(scale).limit_denominator(FINEST_SCALE) if scale > 0 else Fraction(one, other)
        found.append(SAME if ratio == 1 else _resampled(ratio, mode, rule, rounding, other))
    return tuple(found)


def _resampled(ratio: Fraction, mode: str, rule: str, rounding: str, after: int) -> Reach | None:
    if rule == "asymmetric":
        centre = Fraction(0)
    elif rule == "half_pixel" or (rule == "pytorch_half_pixel" and after > 1):
        centre = (ratio - 1) / 2
    else:
        return None
    grain = Fraction(1, math.lcm(ratio.denominator, centre.denominator))  # every coordinate is a multiple of this
    down, up = centre - (1 - grain), centre + (1 - grain)  # rounded by Reach, these are floor and ceil
    if mode == "nearest":
        half = Fraction(1, 2)
        ends = {
            "floor": (down, centre),
            "ceil": (centre, up),
            "round_prefer_floor": (centre - half, centre + half - grain / 2),
            "round_prefer_ceil": (centre - half + grain / 2, centre + half),
        }.get(rounding)
        return Reach(ratio, *ends, clamps=True) if ends else None
    wider = 1 if mode == "cubic" else 0
    return Reach(ratio, down - wider, up + wider, clamps=True)


RULES: Mapping[str, Callable[[Operator, Shape, Shape, int], Reaches]] = {
    "Concat": _concatenated,
    "DepthToSpace": _depth_to_space,
    "LogSoftmax": _softmaxed,
    "LpNormalization": _normed,
    "Pad": _padded,
    "Reshape": _reshaped,
    "Resize": _resized,
    "Slice": _sliced,
    "Softmax": _softmaxed,
    "SpaceToDepth": _space_to_depth,
    "Squeeze": _reshaped,
    "Transpose": _transposed_axes,
    "Unsqueeze": _reshaped,
    "Upsample": _resized,
    **dict.fromkeys(("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2"), _reduced),
}
