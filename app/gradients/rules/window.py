"""The window of a convolution or a pooling: its size, steps and padding, whichever way the file states them."""

from app.gradients.call import Call
from app.nets.window import Window


def window_of(call: Call, kernel: tuple[int, ...], whole: tuple[int, ...], parts: tuple[int, ...]) -> Window:
    """The window that leads from maps of size `whole` to maps of size `parts`, one cell for each of its places.

    https://onnx.ai/onnx/operators/onnx__Conv.html
    """
    ones = [1] * len(kernel)
    strides = tuple(call.setting("strides", ones))
    dilations = tuple(call.setting("dilations", ones))
    window = Window(kernel, strides, dilations, (0,) * len(kernel), (0,) * len(kernel))
    auto = call.setting("auto_pad", "NOTSET")
    if auto == "VALID":
        return window
    if auto == "NOTSET":
        pads = tuple(call.setting("pads", [0] * (2 * len(kernel))))
        return Window(kernel, strides, dilations, pads[: len(kernel)], pads[len(kernel) :])
    totals = [
        max((part - 1) * step + extent - size, 0)
        for part, step, extent, size in zip(parts, strides, window.extent, whole, strict=True)
    ]
    small, large = tuple(total // 2 for total in totals), tuple(total - total // 2 for total in totals)
    return Window(kernel, strides, dilations, *((small, large) if auto == "SAME_UPPER" else (large, small)))
