"""Convolutions and pools of a problem's numbers, by `arithmetic`; and those with the usual mistakes in them."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from app.arithmetic.convolve import WindowTask, convolution, pooling, read_kernels, read_movement
from app.errors import InvalidRequest
from app.lessons.exercises.exercise import NumberArray


@dataclass(frozen=True, slots=True)
class KernelMovement:
    """How the window of a problem moves, the same along rows and columns."""

    stride: int = 1
    padding: int = 0
    dilation: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class SmallConvolution:
    """The convolution of maps (C, H, W) with a kernel (C, kH, kW)."""

    maps: NumberArray
    kernel: NumberArray
    bias: float
    movement: KernelMovement

    def result(self) -> NumberArray:
        """The map that it gives."""
        return apply_kernel(self.maps, self.kernel, self.bias, self.movement)

    def mistakes(self) -> dict[str, NumberArray]:
        """The map that each mistake gives; where one changes nothing or does not fit, it is left out."""
        movement, kernel = self.movement, self.kernel
        slips = {
            "flipped": replace(self, kernel=kernel[:, ::-1, ::-1]),
            "transposed": replace(self, kernel=kernel.swapaxes(1, 2)),
            "bias_left_out": replace(self, bias=0.0),
            "one_channel": replace(self, maps=self.maps[:1], kernel=kernel[:1]),
            "stride_forgotten": replace(self, movement=replace(movement, stride=1)),
            "padding_left_out": replace(self, movement=replace(movement, padding=0)),
        }
        changed = {
            "flipped": kernel.shape[1] > 1,
            "transposed": kernel.shape[1] > 1,
            "bias_left_out": self.bias != 0,
            "one_channel": len(self.maps) > 1,
            "stride_forgotten": movement.stride > 1,
            "padding_left_out": movement.padding > 0,
        }
        return {name: slip.result() for name, slip in slips.items() if changed.get(name, True) and slip.fits}

    @property
    def fits(self) -> bool:
        side, movement = self.maps.shape[1], self.movement
        return output_size(side, self.kernel.shape[1], movement) is not None

    def window(self, row: int, column: int) -> NumberArray:
        """The numbers (C, kH, kW) under the window of an output cell, zeros in the padding."""
        movement, (height, width) = self.movement, self.kernel.shape[1:]
        padded = np.pad(self.maps, ((0, 0), (movement.padding,) * 2, (movement.padding,) * 2))
        top, left = row * movement.stride, column * movement.stride
        window: NumberArray = padded[:, top : top + height, left : left + width]
        return window


def apply_kernel(
    maps: NumberArray, kernel: NumberArray, bias: float = 0.0, movement: KernelMovement | None = None
) -> NumberArray:
    """The map that a kernel (C, kH, kW) gives on maps (C, H, W)."""
    movement = movement or KernelMovement()
    kernels = read_kernels(kernel, np.array([bias]), len(maps), 1, is_transposed=False)
    moves = read_movement(movement.stride, movement.padding, movement.dilation)
    result: NumberArray = convolution(maps, kernels, moves).compute()[0]
    return result


def apply_pool(numbers: NumberArray, kind: Literal["max", "average"], kernel: int, stride: int) -> NumberArray:
    """The pooling of one map without padding."""
    task = pooling(numbers[np.newaxis], kind, (kernel, kernel), read_movement(stride, 0, 1))
    result: NumberArray = task.compute()[0]
    return result


def size_task(side: int, kernel: int, movement: KernelMovement) -> WindowTask:
    """A convolution of a square map, for its size; raises InvalidRequest where the kernel does not fit."""
    kernels = read_kernels(np.zeros((kernel, kernel)), np.zeros(1), 1, 1, is_transposed=False)
    moves = read_movement(movement.stride, movement.padding, movement.dilation)
    return convolution(np.zeros((1, side, side)), kernels, moves)


def output_size(side: int, kernel: int, movement: KernelMovement) -> int | None:
    """The side of the output; None where the kernel does not fit."""
    try:
        return size_task(side, kernel, movement).result_size[0]
    except InvalidRequest:
        return None
