"""Pooling: the gradient of a maximum goes to its position, the gradient of an average to all cells of the window."""

from functools import reduce
from math import prod

import numpy as np
import numpy.typing as npt

from app.gradients.axes import AxisScatter, expand_reduced, scatter_with_stride
from app.gradients.call import Call
from app.gradients.rules.rule import Rule, copy_operator, output_names
from app.nets.window import Window, read_pool_window


def _max_pool(call: Call, position: int) -> str:
    """onnxruntime gives the index of each maximum in the flattened input, the first of ties, as PyTorch does."""
    if call.attribute("storage_order", 0):
        raise call.refusal("its indices are column-major")
    window = _window(call)
    is_disjoint = all(step >= extent for step, extent in zip(window.strides, window.extent, strict=True))
    return _scatter_to_maxima(call, is_disjoint)


def _window(call: Call) -> Window:
    return read_pool_window(call.operator.attributes, call.shape()[2:])


def _scatter_to_maxima(call: Call, is_disjoint: bool) -> str:
    """Disjoint windows never share a cell, so unpooling is enough, which is faster than adding up."""
    indices = call.output(1)
    batch = call.add("Shape", call.gradient, end=1)
    shape = call.add("Concat", batch, call.int64_constant(call.shape()[1:]), axis=0)
    if is_disjoint:
        ones = [1] * len(call.shape()[2:])  # without effect: the third input gives the size
        return call.add("MaxUnpool", call.gradient, indices, shape, kernel_shape=ones, strides=ones)
    flat = call.int64_constant([-1])
    zeros = call.add("Reshape", call.add("ConstantOfShape", shape), flat)
    updates = [call.add("Reshape", value, flat) for value in (indices, call.gradient)]
    return call.add("Reshape", call.add("ScatterElements", zeros, *updates, axis=0, reduction="add"), shape)


def _global_max(call: Call, _: int) -> str:
    return _scatter_to_maxima(call, is_disjoint=True)


def _global_max_forward(call: Call) -> None:
    """As one window over the whole map, which gives the index of the maximum."""
    call.writer.add_node("MaxPool", [call.operator.inputs[0]], output_names(call), kernel_shape=call.shape()[2:])


def _average_pool(call: Call, _: int) -> str:
    window = _window(call)
    gradient = _divided_by_counts(call, window)
    if set(window.dilations) != {1}:
        return _by_transposed_convolution(call, gradient, window)
    spatial = range(2, 2 + len(window.kernel))
    input_size, output_size = call.shape()[2:], call.shape_out()[2:]
    if _is_tiling(window, input_size, output_size):
        return _upsampled(call, gradient, window)
    scatters = {
        axis: AxisScatter(size - 1 - before, step, length + size - 1)
        for axis, size, step, before, length in zip(
            spatial, window.kernel, window.strides, window.pads_begin, input_size, strict=True
        )
    }
    gradient = scatter_with_stride(call, gradient, call.shape_out(), scatters)
    return call.add("AveragePool", gradient, kernel_shape=window.kernel)


def _divided_by_counts(call: Call, window: Window) -> str:
    """The gradient divided by each window's number of cells, scaled for the average pooling that adds it up."""
    counts = _counts(call, window)
    scale = prod(window.kernel) / counts
    if set(window.dilations) != {1} or _is_tiling(window, call.shape()[2:], call.shape_out()[2:]):
        scale = 1 / counts
    return call.add("Mul", call.gradient, call.float32_constant(scale if np.ptp(scale) else scale.flat[0]))


def _counts(call: Call, window: Window) -> npt.NDArray[np.float64]:
    """The number of cells of each average, in the size of the output's maps.

    With a size rounded up, a window may reach beyond the padding; those cells never count.
    """
    includes_padding = bool(call.attribute("count_include_pad", 0))
    axes = []
    for axis, (length, windows) in enumerate(zip(call.shape()[2:], call.shape_out()[2:], strict=True)):
        starts = np.arange(windows) * window.strides[axis] - window.pads_begin[axis]
        cells = starts[:, None] + np.arange(window.kernel[axis]) * window.dilations[axis]
        low, high = (-window.pads_begin[axis], length + window.pads_end[axis]) if includes_padding else (0, length)
        axes.append(((cells >= low) & (cells < high)).sum(axis=1))
    return np.asarray(reduce(np.multiply.outer, axes), np.float64)


def _is_tiling(window: Window, input_size: tuple[int, ...], output_size: tuple[int, ...]) -> bool:
    """Whether the windows are adjacent and cover the map."""
    sizes = tuple(size * count for size, count in zip(window.kernel, output_size, strict=True))
    return window.strides == window.kernel and not any(window.pads_begin) and sizes == input_size


def _upsampled(call: Call, gradient: str, window: Window) -> str:
    scales = [1.0, 1.0, *(float(size) for size in window.kernel)]
    return call.add(
        "Resize", gradient, "", call.float32_constant(scales), mode="nearest",
        coordinate_transformation_mode="asymmetric", nearest_mode="floor",
    )  # fmt: skip


def _by_transposed_convolution(call: Call, gradient: str, window: Window) -> str:
    """For dilated windows: a kernel of ones, and every channel as an input of its own."""
    input_size, output_size = call.shape()[2:], call.shape_out()[2:]
    flat = call.add("Reshape", gradient, call.int64_constant([-1, 1, *output_size]))
    lengths = zip(input_size, window.pads_begin, window.pads_end, window.span(output_size), strict=True)
    remainder = [length + begin + end - span for length, begin, end, span in lengths]
    pads = [*window.pads_begin, *(end - min(over, 0) for end, over in zip(window.pads_end, remainder, strict=True))]
    scattered = call.add(
        "ConvTranspose", flat, call.float32_constant(np.ones((1, 1, *window.kernel))), strides=window.strides,
        dilations=window.dilations, pads=pads, output_padding=[max(over, 0) for over in remainder],
    )  # fmt: skip
    return call.reshape(scattered, call.shape())


def _global_average(call: Call, _: int) -> str:
    cells = prod(call.shape()[2:])
    share = call.add("Mul", call.gradient, call.float32_constant(1 / cells))
    return expand_reduced(call, share, call.shape_out(), call.shape())


RULES = {
    "MaxPool": Rule(_max_pool),
    "GlobalMaxPool": Rule(_global_max, _global_max_forward),
    "AveragePool": Rule(_average_pool, copy_operator),
    "GlobalAveragePool": Rule(_global_average),
}
