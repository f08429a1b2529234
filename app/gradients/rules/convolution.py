"""Conv and ConvTranspose: each is the other's gradient, with the same weights.

V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016, chapter 4.
"""

from math import prod

from app.gradients.call import Call
from app.gradients.rules.rule import Rule
from app.gradients.rules.window import window_of
from app.nets.window import Window

FEW_CHANNELS = 4  # so few that onnxruntime's convolution in blocks of channels is slower than the transposed one
HEAVY = 4096  # weights per cell of the map: where there are more, a turned copy costs memory and saves little time
WEIGHTS_VARY = "its weights depend on the picture"


def _conv_backward(call: Call, position: int) -> str:
    """The transposed convolution; where windows move by one cell, onnxruntime is faster with a plain convolution."""
    if position != 0:
        raise call.refusal(WEIGHTS_VARY)
    window = window_of(call, call.shape(1)[2:], call.shape()[2:], call.shape_out()[2:])
    groups = int(call.setting("group", 1))
    light = prod(call.shape(1)) < HEAVY * prod(call.shape()[2:])
    quicker = light and (groups > 1 or call.shape()[1] > FEW_CHANNELS)
    if set(window.strides) == {1} and _fits(window) and quicker:
        return _by_flipped_kernels(call, window, groups)
    lengths = zip(call.shape()[2:], call.shape_out()[2:], window.strides, window.extent, strict=True)
    spans = [whole - ((part - 1) * step + extent) for whole, part, step, extent in lengths]
    left = [span + a + b for span, a, b in zip(spans, window.before, window.after, strict=True)]
    return call.add(
        "ConvTranspose", call.gradient, call.input(1), group=groups, strides=window.strides,
        dilations=window.dilations, pads=window.pads, output_padding=left,
    )  # fmt: skip


def _fits(window: Window) -> bool:
    """Whether no window lies in the padding alone, so that the flipped convolution pads and never crops."""
    return all(extent > max(a, b) for extent, a, b in zip(window.extent, window.before, window.after, strict=True))


def _by_flipped_kernels(call: Call, window: Window, groups: int) -> str:
    """dx = g * w with inputs and outputs swapped and every kernel turned by 180 degrees; padded to overlap fully.

    The turned weights are a constant, which onnxruntime works out once as it loads the graph.
    """
    out, per_group, *kernel = call.shape(1)
    space = range(3, 3 + len(kernel))
    weights = call.input(1)
    if groups == 1:
        weights = call.add("Transpose", weights, perm=[1, 0, *range(2, 2 + len(kernel))])
    elif (per_group, out) != (1, groups):
        weights = call.add("Reshape", weights, call.int64_constant([groups, out // groups, per_group, *kernel]))
        weights = call.add("Transpose", weights, perm=[0, 2, 1, *space])
        weights = call.add("Reshape", weights, call.int64_constant([groups * per_group, out // groups, *kernel]))
    turned = [axis for axis, size in enumerate(kernel, 2) if size > 1]
    if turned:
        minus, first = [-1] * len(turned), [-(1 << 62)] * len(turned)
        weights = call.add("Slice", weights, *map(call.int64_constant, (minus, first, turned, minus)))
    pads = [extent - 1 - pad for extent, pad in zip(window.extent * 2, window.pads, strict=True)]
    return call.add("Conv", call.gradient, weights, group=groups, dilations=window.dilations, pads=pads)


def _conv_transpose_backward(call: Call, position: int) -> str:
    if position != 0:
        raise call.refusal(WEIGHTS_VARY)
    window = _transposed_window(call)
    group = int(call.setting("group", 1))
    return call.add(
        "Conv", call.gradient, call.input(1), group=group, strides=window.strides, dilations=window.dilations,
        pads=window.pads,
    )  # fmt: skip


def _transposed_window(call: Call) -> Window:
    """https://onnx.ai/onnx/operators/onnx__ConvTranspose.html"""
    kernel, before, after = call.shape(1)[2:], call.shape()[2:], call.shape_out()[2:]
    window = window_of(call, kernel, after, before)
    auto = call.setting("auto_pad", "NOTSET")
    if auto == "VALID" or (auto == "NOTSET" and "output_shape" not in call.operator.attributes):
        return window
    extra = call.setting("output_padding", [0] * len(kernel))
    lengths = zip(before, after, window.strides, window.extent, extra, strict=True)
    totals = [max((part - 1) * step + extent + more - whole, 0) for part, whole, step, extent, more in lengths]
    small, large = tuple(total // 2 for total in totals), tuple(total - total // 2 for total in totals)
    ends = (small, large) if auto == "SAME_UPPER" else (large, small)
    return Window(kernel, window.strides, window.dilations, *ends)


RULES = {"Conv": Rule(_conv_backward), "ConvTranspose": Rule(_conv_transpose_backward)}
