"""Conv and ConvTranspose: each is the other's gradient, with the same weights.

V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", 2016, chapter 4.
"""

from collections.abc import Sequence
from math import prod

from app.gradients.call import Call
from app.gradients.rules.rule import Rule
from app.nets.window import Window, read_transposed_window, read_window

WEIGHTS, BIAS = 1, 2  # positions of inputs
FEW_CHANNELS = 4  # up to here onnxruntime's convolution in blocks of channels is slower than the transposed one
HEAVY = 4096  # weights per cell of the map: with more, flipped kernels cost memory and save little time
WEIGHTS_VARY = "its weights depend on the input"


def _conv_backward(call: Call, position: int) -> str:
    """The transposed convolution; with stride 1 onnxruntime is faster with a plain convolution."""
    if position == BIAS:
        return call.add("ReduceSum", call.gradient, call.int64_constant([0, *range(2, len(call.shape()))]), keepdims=0)
    if call.depends_on_input(WEIGHTS):
        raise call.refusal(WEIGHTS_VARY)
    window = read_window(call.operator.attributes, call.shape(1)[2:], call.shape()[2:], call.shape_out()[2:])
    groups = int(call.attribute("group", 1))
    if position == WEIGHTS:
        return _kernels_backward(call, window, groups)
    is_light = prod(call.shape(1)) < HEAVY * prod(call.shape()[2:])
    is_faster = is_light and (groups > 1 or call.shape()[1] > FEW_CHANNELS)
    if set(window.strides) == {1} and _fits(window) and is_faster:
        return _by_flipped_kernels(call, window, groups)
    lengths = zip(call.shape()[2:], window.pads_begin, window.pads_end, window.span(call.shape_out()[2:]), strict=True)
    remainder = [length + begin + end - span for length, begin, end, span in lengths]
    return call.add(
        "ConvTranspose", call.gradient, call.input(1), group=groups, strides=window.strides,
        dilations=window.dilations, pads=window.pads, output_padding=remainder,
    )  # fmt: skip


def _kernels_backward(call: Call, window: Window, groups: int) -> str:
    """dw = x * g, summed over the batch: inputs and filters take the place of the batch, and strides that of dilations.

    Each group is convolved by itself. Rows and columns at the end that no window reads give weights too many.
    """
    out, per_group, *kernel = call.shape(1)
    inputs = _batch_last(call, call.input(0), (groups, per_group), call.shape()[2:])
    gradient = _batch_last(call, call.gradient, (groups, out // groups), call.shape_out()[2:])
    spatial = len(kernel)
    inputs = call.add("Transpose", inputs, perm=[1, 0, *range(2, spatial + 3)])
    inputs = call.add("Reshape", inputs, call.int64_constant([per_group, -1, *call.shape()[2:]]))
    gradient = call.add("Reshape", gradient, call.int64_constant([out, -1, *call.shape_out()[2:]]))
    product = call.add(
        "Conv", inputs, gradient, group=groups, strides=window.dilations, dilations=window.strides, pads=window.pads
    )
    axes = range(2, spatial + 2)
    cut = call.add("Slice", product, *map(call.int64_constant, ([0] * spatial, kernel, axes)))
    return call.add("Transpose", cut, perm=[1, 0, *axes])


def _batch_last(call: Call, value: str, channels: tuple[int, int], size: Sequence[int]) -> str:
    """A tensor (N, groups * channels, ...) as (groups, channels, N, ...)."""
    value = call.add("Reshape", value, call.int64_constant([-1, *channels, *size]))
    return call.add("Transpose", value, perm=[1, 2, 0, *range(3, len(size) + 3)])


def _fits(window: Window) -> bool:
    """Whether no window is entirely in the padding, so that the flipped convolution pads and never crops."""
    axes = zip(window.extent, window.pads_begin, window.pads_end, strict=True)
    return all(extent > max(begin, end) for extent, begin, end in axes)


def _by_flipped_kernels(call: Call, window: Window, groups: int) -> str:
    """dx = g * w with inputs and outputs swapped and every kernel rotated by 180 degrees, with full padding.

    The rotated weights are a constant, which onnxruntime computes once when it loads the graph.
    """
    out, per_group, *kernel = call.shape(1)
    spatial = range(3, 3 + len(kernel))
    weights = call.input(1)
    if groups == 1:
        weights = call.add("Transpose", weights, perm=[1, 0, *range(2, 2 + len(kernel))])
    elif (per_group, out) != (1, groups):
        weights = call.add("Reshape", weights, call.int64_constant([groups, out // groups, per_group, *kernel]))
        weights = call.add("Transpose", weights, perm=[0, 2, 1, *spatial])
        weights = call.add("Reshape", weights, call.int64_constant([groups * per_group, out // groups, *kernel]))
    flipped = [axis for axis, size in enumerate(kernel, 2) if size > 1]
    if flipped:
        minus, first = [-1] * len(flipped), [-(1 << 62)] * len(flipped)
        weights = call.add("Slice", weights, *map(call.int64_constant, (minus, first, flipped, minus)))
    pads = [extent - 1 - pad for extent, pad in zip(window.extent * 2, window.pads, strict=True)]
    return call.add("Conv", call.gradient, weights, group=groups, dilations=window.dilations, pads=pads)


def _conv_transpose_backward(call: Call, position: int) -> str:
    if position != 0:
        raise call.refusal(WEIGHTS_VARY)
    attributes, kernel = call.operator.attributes, call.shape(1)[2:]
    window = read_transposed_window(attributes, kernel, call.shape()[2:], call.shape_out()[2:])
    group = int(call.attribute("group", 1))
    return call.add(
        "Conv", call.gradient, call.input(1), group=group, strides=window.strides, dilations=window.dilations,
        pads=window.pads,
    )  # fmt: skip


RULES = {"Conv": Rule(_conv_backward), "ConvTranspose": Rule(_conv_transpose_backward)}
