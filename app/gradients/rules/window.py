"""The window of a convolution or a pooling: its size, steps and padding, whichever way the file states them."""

from dataclasses import dataclass

from app.gradients.call import Call


@dataclass(frozen=True, slots=True)
class Window:
    """One entry per axis of space; `before` and `after` count the cells that are added at the edges."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def extent(self) -> tuple[int, ...]:
        """How many cells the window spans."""
        return tuple((size - 1) * gap + 1 for size, gap in zip(self.kernel, self.dilations, strict=True))

    @property
    def pads(self) -> list[int]:
        return [*self.before, *self.after]


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
