"""Quantised numbers: integers that stand for (integer - zero point) scale."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Scaling:
    """The scale and the zero point of a tensor, of each entry of `axis`, or of `block` entries of it each."""

    scale: Array
    zero: Array | None = None
    axis: int = 1
    block: int = 0


@dataclass(frozen=True, slots=True)
class Quantisation:
    """What the numbers of a quantised tensor, of the type `dtype`, stand for: (number - zero point) scale."""

    dtype: str
    scale: float
    zero_point: int

    def real(self, numbers: Array) -> Array:
        """What quantised numbers stand for, in float32."""
        return dequantize(numbers, Scaling(np.array(self.scale, np.float32), np.array(self.zero_point, np.int32)))

    def quantised(self, real: Array) -> Array:
        """The numbers that stand for these, if they are those of `real`: exactly, in float64."""
        steps = real.astype(np.float64) / self.scale
        return (steps if "float" in self.dtype else np.rint(steps)) + self.zero_point


def dequantize(numbers: Array, scaling: Scaling) -> Array:
    """(numbers - zero point) scale, in the dtype of the scale."""
    wide = numbers.astype(np.float32 if "float" in numbers.dtype.name else np.int32)
    if scaling.zero is not None:
        wide = wide - _broadcast(scaling.zero.astype(wide.dtype), numbers, scaling)
    return np.asarray(wide.astype(scaling.scale.dtype) * _broadcast(scaling.scale, numbers, scaling))


def quantize(numbers: Array, scaling: Scaling) -> Array:
    """round(numbers / scale) + zero point, cut to the range of the zero point's dtype; uint8 without one."""
    dtype = np.dtype(np.uint8) if scaling.zero is None else scaling.zero.dtype
    rounded = np.rint(numbers / _broadcast(scaling.scale, numbers, scaling))
    if scaling.zero is not None:
        rounded = rounded + _broadcast(scaling.zero.astype(np.float32), numbers, scaling)
    return np.asarray(rounded.clip(np.iinfo(dtype).min, np.iinfo(dtype).max).astype(dtype))


def _broadcast(scale: Array, numbers: Array, scaling: Scaling) -> Array:
    """A scale or zero point in a shape that broadcasts to the numbers, and makes no more of them; else ValueError."""
    axis = scaling.axis % max(1, numbers.ndim)
    if scale.size == 1:
        return scale.reshape(())
    length = numbers.shape[axis]
    if scaling.block:
        if not 0 < scaling.block <= length:
            raise ValueError("blocks that are longer than the axis")
        factors = scale.repeat(scaling.block, axis).take(range(length), axis)
    else:
        factors = scale.reshape([-1 if place == axis else 1 for place in range(numbers.ndim)])
    if np.broadcast_shapes(factors.shape, numbers.shape) != numbers.shape:
        raise ValueError("a scale for other numbers")
    return factors
