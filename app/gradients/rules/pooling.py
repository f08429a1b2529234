"""Pooling: maxima send the gradient back to where they were found, averages share it out."""

from functools import reduce
from math import prod

import numpy as np
import numpy.typing as npt

from app.gradients.axes import AxisScatter, expand_reduced, scatter_with_stride
from app.gradients.call import Call
from app.gradients.rules.rule import Rule, copy_operator, output_names
from app.nets.window import Window, read_window


def _max_pool(call: Call, position: int) -> str:
    """onnxruntime says where in the flat input each maximum was, the first of equal ones, as PyTorch has it."""
    if call.setting("storage_order", 0):
        raise call.refusal("it counts along columns")
    window = _window(call)
    parted = all(step >= extent for step, extent in zip(window.strides, window.extent, strict=True))
    return _to_maxima(call, parted)


def _window(call: Call) -> Window:
    attributes = call.operator.attributes
    return read_window(attributes, attributes.get("kernel_shape", ()), call.shape()[2:], call.shape_out()[2:])


def _to_maxima(call: Call, parted: bool) -> str:
    """Where windows are parted no cell is met twice, and unpooling does, which is quicker than adding up."""
    where = call.output(1)
    pictures = call.add("Shape", call.gradient, end=1)
    shape = call.add("Concat", pictures, call.int64_constant(call.shape()[1:]), axis=0)
    if parted:
        ones = [1] * len(call.shape()[2:])  # says nothing: the third input states the size
        return call.add("MaxUnpool", call.gradient, where, shape, kernel_shape=ones, strides=ones)
    flat = call.int64_constant([-1])
    zeros = call.add("Reshape", call.add("ConstantOfShape", shape), flat)
    updates = [call.add("Reshape", value, flat) for value in (where, call.gradient)]
    return call.add("Reshape", call.add("ScatterElements", zeros, *updates, axis=0, reduction="add"), shape)


def _global_max(call: Call, _: int) -> str:
    return _to_maxima(call, parted=True)


def _global_max_forward(call: Call) -> None:
    """As one window over the whole map, which says where the maximum is."""
    call.writer.add_node("MaxPool", [call.operator.inputs[0]], output_names(call), kernel_shape=call.shape()[2:])


def _average_pool(call: Call, _: int) -> str:
    window = _window(call)
    gradient = _shared_out(call, window)
    if set(window.dilations) != {1}:
        return _by_transposed_convolution(call, gradient, window)
    space = range(2, 2 + len(window.kernel))
    whole, parts = call.shape()[2:], call.shape_out()[2:]
    if _tiles(window, whole, parts):
        return _repeated(call, gradient, window)
    places = {
        axis: AxisScatter(size - 1 - before, step, length + size - 1)
        for axis, size, step, before, length in zip(
            space, window.kernel, window.strides, window.pads_begin, whole, strict=True
        )
    }
    gradient = scatter_with_stride(call, gradient, call.shape_out(), places)
    return call.add("AveragePool", gradient, kernel_shape=window.kernel)


def _shared_out(call: Call, window: Window) -> str:
    """The gradient of each cell of the input per window: an average over `kernel` cells adds up what is left."""
    counts = _counts(call, window)
    scale = prod(window.kernel) / counts
    if set(window.dilations) != {1} or _tiles(window, call.shape()[2:], call.shape_out()[2:]):
        scale = 1 / counts
    return call.add("Mul", call.gradient, call.float32_constant(scale if np.ptp(scale) else scale.flat[0]))


def _counts(call: Call, window: Window) -> npt.NDArray[np.float64]:
    """How many cells each average is taken over, of the size of the output's maps.

    Where the size is rounded up, a window may reach over the padding's edge; those cells never count.
    """
    padded = bool(call.setting("count_include_pad", 0))
    axes = []
    for axis, (length, parts) in enumerate(zip(call.shape()[2:], call.shape_out()[2:], strict=True)):
        starts = np.arange(parts) * window.strides[axis] - window.pads_begin[axis]
        cells = starts[:, None] + np.arange(window.kernel[axis]) * window.dilations[axis]
        low, high = (-window.pads_begin[axis], length + window.pads_end[axis]) if padded else (0, length)
        axes.append(((cells >= low) & (cells < high)).sum(axis=1))
    return np.asarray(reduce(np.multiply.outer, axes), np.float64)


def _tiles(window: Window, whole: tuple[int, ...], parts: tuple[int, ...]) -> bool:
    """Whether the windows lie side by side and cover the map."""
    sizes = tuple(size * part for size, part in zip(window.kernel, parts, strict=True))
    return window.strides == window.kernel and not any(window.pads_begin) and sizes == whole


def _repeated(call: Call, gradient: str, window: Window) -> str:
    scales = [1.0, 1.0, *(float(size) for size in window.kernel)]
    return call.add(
        "Resize", gradient, "", call.float32_constant(scales), mode="nearest",
        coordinate_transformation_mode="asymmetric", nearest_mode="floor",
    )  # fmt: skip


def _by_transposed_convolution(call: Call, gradient: str, window: Window) -> str:
    """For windows with gaps: every channel as a picture of its own, and a kernel of ones."""
    whole, parts = call.shape()[2:], call.shape_out()[2:]
    flat = call.add("Reshape", gradient, call.int64_constant([-1, 1, *parts]))
    lengths = zip(whole, window.pads_begin, window.pads_end, window.span(parts), strict=True)
    left = [length + begin + end - span for length, begin, end, span in lengths]
    pads = [*window.pads_begin, *(end - min(over, 0) for end, over in zip(window.pads_end, left, strict=True))]
    spread_out = call.add(
        "ConvTranspose", flat, call.float32_constant(np.ones((1, 1, *window.kernel))), strides=window.strides,
        dilations=window.dilations, pads=pads, output_padding=[max(over, 0) for over in left],
    )  # fmt: skip
    return call.reshape(spread_out, call.shape())


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
