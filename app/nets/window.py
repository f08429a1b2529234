"""The window of a convolution or a pooling: kernel, stride, dilation and padding."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

AXES = 2  # the spatial axes are the last two: vertical, horizontal


def padding_before(attributes: Mapping[str, Any], axis: int, extent: int, stride: int, before: int, after: int) -> int:
    """The padding before the first cell of a spatial axis, 0 or 1, as ONNX defines `auto_pad` for Conv and the pools.

    The window spans `extent` cells, holes included; the axis has `before` cells and gets `after`.
    """
    mode = attributes.get("auto_pad", "NOTSET")
    if mode == "VALID":
        return 0
    if mode in ("SAME_UPPER", "SAME_LOWER"):
        total = max((after - 1) * stride + extent - before, 0)
        return total // 2 if mode == "SAME_UPPER" else total - total // 2
    return int(attributes.get("pads", [0] * (2 * AXES))[axis])


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
