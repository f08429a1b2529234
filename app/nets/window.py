"""The window of a convolution or a pooling as ONNX defines it: kernel, strides, dilations and padding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

AXES = 2  # the spatial axes are the last two: vertical, horizontal
SAME = ("SAME_UPPER", "SAME_LOWER")


@dataclass(frozen=True, slots=True)
class Window:
    """One entry per spatial axis; `pads_begin` and `pads_end` are the numbers of cells padded at either end of it."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    pads_begin: tuple[int, ...]
    pads_end: tuple[int, ...]

    @property
    def extent(self) -> tuple[int, ...]:
        """The cells from the first to the last of one window, the gaps of a dilated kernel included."""
        return tuple((size - 1) * dilation + 1 for size, dilation in zip(self.kernel, self.dilations, strict=True))

    @property
    def pads(self) -> list[int]:
        """The padding in the order of the ONNX attribute."""
        return [*self.pads_begin, *self.pads_end]

    def span(self, positions: Sequence[int]) -> tuple[int, ...]:
        """The cells from the first to the last of so many windows."""
        axes = zip(positions, self.strides, self.extent, strict=True)
        return tuple((count - 1) * stride + extent for count, stride, extent in axes)


def read_window(
    attributes: Mapping[str, Any], kernel: Sequence[int], input_size: Sequence[int], output_size: Sequence[int]
) -> Window:
    """The window of a Conv; sizes are of the spatial axes. https://onnx.ai/onnx/operators/onnx__Conv.html

    `auto_pad` SAME pads so that the windows just cover the input; where the padding is odd, the extra cell is at the
    end with SAME_UPPER and at the beginning with SAME_LOWER. VALID pads nothing.
    """
    window = _explicit_window(attributes, kernel)
    mode = attributes.get("auto_pad", "NOTSET")
    if mode not in SAME:
        return window
    lengths = zip(window.span(output_size), input_size, strict=True)
    return _split_padding(window, [max(span - length, 0) for span, length in lengths], mode)


def read_transposed_window(
    attributes: Mapping[str, Any], kernel: Sequence[int], input_size: Sequence[int], output_size: Sequence[int]
) -> Window:
    """The window of a ConvTranspose: its output is the map over which the window moves, its padding is cropped.

    With the attribute `output_shape` or `auto_pad` SAME the padding is what fits the output.
    https://onnx.ai/onnx/operators/onnx__ConvTranspose.html
    """
    window = _explicit_window(attributes, kernel)
    mode = attributes.get("auto_pad", "NOTSET")
    if mode not in SAME and "output_shape" not in attributes:
        return window
    extra = attributes.get("output_padding") or [0] * len(kernel)
    lengths = zip(window.span(input_size), extra, output_size, strict=True)
    return _split_padding(window, [max(span + more - length, 0) for span, more, length in lengths], mode)


def transposed_output_size(
    attributes: Mapping[str, Any], kernel: Sequence[int], input_size: Sequence[int]
) -> tuple[int, ...]:
    """The size after a ConvTranspose with `output_shape` or `auto_pad` SAME, as onnxruntime computes it.

    SAME crops what is longer than `input * stride`, with `output_padding` too, though ONNX adds that to it.
    """
    stated = attributes.get("output_shape")
    if stated:
        return tuple(stated)
    window = _explicit_window(attributes, kernel)
    extra = attributes.get("output_padding") or [0] * len(kernel)
    axes = zip(input_size, window.strides, window.span(input_size), extra, strict=True)
    return tuple(min(length * stride, span + more) for length, stride, span, more in axes)


def read_pool_window(attributes: Mapping[str, Any], input_size: Sequence[int]) -> Window:
    """The window of a pool. With `auto_pad` SAME it is padded as onnxruntime pads it: as one without dilations.

    https://onnx.ai/onnx/operators/onnx__MaxPool.html has its output size rounded up to `input / stride`, but that of
    onnxruntime is smaller, since it does count the gaps of a dilated window when it moves it over the padded map.
    """
    window = _explicit_window(attributes, attributes["kernel_shape"])
    mode = attributes.get("auto_pad", "NOTSET")
    if mode not in SAME:
        return window
    axes = zip(input_size, window.kernel, window.strides, strict=True)
    totals = [max((-(-length // stride) - 1) * stride + cells - length, 0) for length, cells, stride in axes]
    return _split_padding(window, totals, mode)


def read_corrected_pool_window(attributes: Mapping[str, Any], input_size: Sequence[int]) -> Window | None:
    """The window of a pool whose output size ONNX infers too large, padded so that without `ceil_mode` it is right.

    None where the inferred size is right. It is too large with `auto_pad` SAME and dilations, as of `read_pool_window`,
    and with `ceil_mode` where the last window begins beyond the input: ONNX leaves such a window out since version 22,
    and onnxruntime does so for files of every version, but the shapes that ONNX infers for older versions count it.
    """
    is_dilated = set(attributes.get("dilations") or [1]) != {1}
    is_same = attributes.get("auto_pad", "NOTSET") in SAME
    is_rounded_up = bool(attributes.get("ceil_mode"))
    if not is_rounded_up and not (is_same and is_dilated):
        return None
    window = read_pool_window(attributes, input_size)
    if not is_rounded_up:
        return window
    pads_end, is_beyond = [], False
    axes = zip(input_size, window.extent, window.strides, window.pads_begin, window.pads_end, strict=True)
    for length, extent, stride, begin, end in axes:
        last = -(-(length + begin + end - extent) // stride) * stride  # where the last window begins, rounded up
        if last >= length + begin:
            last, is_beyond = last - stride, True
        pads_end.append(max(0, last + extent - length - begin))
    return replace(window, pads_end=tuple(pads_end)) if is_beyond or (is_same and is_dilated) else None


def _explicit_window(attributes: Mapping[str, Any], kernel: Sequence[int]) -> Window:
    """The window with the padding of the attribute `pads`, or none with `auto_pad` VALID."""
    axes = len(kernel)
    none = [0] * (2 * axes)
    pads = tuple(none if attributes.get("auto_pad") == "VALID" else attributes.get("pads") or none)
    strides, dilations = (tuple(attributes.get(name) or [1] * axes) for name in ("strides", "dilations"))
    return Window(tuple(kernel), strides, dilations, pads[:axes], pads[axes:])


def _split_padding(window: Window, totals: Sequence[int], mode: str) -> Window:
    """The window with the padding split between both ends of each axis; the larger half is last with SAME_UPPER."""
    small, large = tuple(total // 2 for total in totals), tuple(total - total // 2 for total in totals)
    begin, end = (small, large) if mode == "SAME_UPPER" else (large, small)
    return replace(window, pads_begin=begin, pads_end=end)
