"""Layers that PyTorch lacks and ONNX has."""

from typing import Any

from torch import Tensor, nn
from torch.nn import functional


class PaddedConv2d(nn.Conv2d):
    """A convolution with a padding of its own on every side, as TensorFlow's `SAME` needs for stride 2.

    One layer, as the paper draws it and as ONNX's `Conv` has it, instead of a padding layer and a convolution.

    Args:
        pads: rows above, columns to the left, rows below and columns to the right of the map, all zeros.
        kwargs: the rest of `nn.Conv2d`'s; `padding` stays 0.
    """

    def __init__(self, *args: Any, pads: tuple[int, int, int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pads = pads

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - nn.Conv2d's own name for it
        top, left, bottom, right = self.pads
        return super().forward(functional.pad(input, (left, right, top, bottom)))


def same_pads(size: int, kernel: int, stride: int) -> tuple[int, int, int, int]:
    """TensorFlow's `SAME` for a square map: ceil(size / stride) outputs, an odd row goes below and to the right."""
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + kernel - size, 0)
    return total // 2, total // 2, total - total // 2, total - total // 2
