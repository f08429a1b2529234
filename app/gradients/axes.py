"""Linear maps along the axes of a tensor, and what undoes them in a gradient."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.gradients.call import Call, dynamic_batch_shape


@dataclass(frozen=True, slots=True)
class AxisScatter:
    """Where the entries of an axis go in a longer one of `length`: every `step`, the first at `start`, zeros between.

    `start` may be negative and the last one past the end: what falls outside is dropped.
    """

    start: int
    step: int
    length: int


def scatter_with_stride(call: Call, value: str, shape: Sequence[int], axes: Mapping[int, AxisScatter]) -> str:
    """Zeros, with the entries of `value` (of `shape` for one picture) at every `step` along `axes`."""
    now = list(shape)
    for axis, place in axes.items():
        if place.step > 1:  # onnxruntime pads short rows ten times as slowly as it concatenates them
            value = call.reshape(value, [*now[: axis + 1], 1, *now[axis + 1 :]])
            gaps = [call.zeros_like(value)] * (place.step - 1)
            now[axis] *= place.step
            value = call.reshape(call.add("Concat", value, *gaps, axis=axis + 1), now)
    before = [axes[axis].start if axis in axes else 0 for axis in range(len(shape))]
    after = [axes[axis].length - now[axis] - before[axis] if axis in axes else 0 for axis in range(len(shape))]
    return call.add("Pad", value, call.int64_constant(before + after)) if any(before + after) else value


def multiply_along_axis(call: Call, value: str, rank: int, axis: int, matrix: npt.NDArray[np.float64]) -> str:
    """Multiply `matrix` (to, from) with the entries of `value` along one axis."""
    if axis == rank - 2:
        return call.add("MatMul", call.float32_constant(matrix), value)
    order = [*(other for other in range(rank) if other != axis), axis]
    if axis != rank - 1:
        value = call.add("Transpose", value, perm=order)
    value = call.add("MatMul", value, call.float32_constant(matrix.T))
    return value if axis == rank - 1 else call.add("Transpose", value, perm=np.argsort(order).tolist())


def sum_to_shape(call: Call, value: str, shape: Sequence[int], to: Sequence[int]) -> str:
    """Add up the axes of `value` (of `shape` for one picture) along which a tensor of shape `to` was repeated."""
    padded = [1] * (len(shape) - len(to)) + list(to)
    repeated = [axis for axis, (long, short) in enumerate(zip(shape, padded, strict=True)) if short == 1 < long]
    if repeated:
        value = call.add("ReduceSum", value, call.int64_constant(repeated), keepdims=1)
    return value if len(to) == len(shape) else call.add("Reshape", value, call.int64_constant(dynamic_batch_shape(to)))


def expand_reduced(call: Call, value: str, kept: Sequence[int], shape: Sequence[int]) -> str:
    """Repeat `value`, of shape `kept` up to axes of length 1 that were dropped, to `shape`."""
    value = call.reshape(value, kept)
    return call.add(
        "Expand", value, call.int64_constant([1 if axis == 0 else length for axis, length in enumerate(shape)])
    )
