"""Linear operations along the axes of a tensor, written into the graph: scatter, matrix product, sum, expand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.gradients.call import Call, dynamic_batch_shape


@dataclass(frozen=True, slots=True)
class AxisScatter:
    """The positions of an axis's entries in a longer axis: every `step`, the first at `start`, zeros in between.

    The longer axis has `length` entries. `start` may be negative and the last position past the end: those entries are
    dropped.
    """

    start: int
    step: int
    length: int


def scatter_with_stride(call: Call, value: str, shape: Sequence[int], axes: Mapping[int, AxisScatter]) -> str:
    """A tensor of zeros with the entries of `value` at every `step` along `axes`; `shape` is that of one input."""
    current = list(shape)
    for axis, scatter in axes.items():
        if scatter.step > 1:  # onnxruntime concatenates short rows ten times as fast as it pads them
            value = call.reshape(value, [*current[: axis + 1], 1, *current[axis + 1 :]])
            gaps = [call.zeros_like(value)] * (scatter.step - 1)
            current[axis] *= scatter.step
            value = call.reshape(call.add("Concat", value, *gaps, axis=axis + 1), current)
    begin = [axes[axis].start if axis in axes else 0 for axis in range(len(shape))]
    end = [axes[axis].length - current[axis] - begin[axis] if axis in axes else 0 for axis in range(len(shape))]
    return call.add("Pad", value, call.int64_constant(begin + end)) if any(begin + end) else value


def multiply_along_axis(call: Call, value: str, rank: int, axis: int, matrix: npt.NDArray[np.float64]) -> str:
    """The product of `matrix` (to, from) with the entries of `value` along one axis."""
    if axis == rank - 2:
        return call.add("MatMul", call.float32_constant(matrix), value)
    order = [*(other for other in range(rank) if other != axis), axis]
    if axis != rank - 1:
        value = call.add("Transpose", value, perm=order)
    value = call.add("MatMul", value, call.float32_constant(matrix.T))
    return value if axis == rank - 1 else call.add("Transpose", value, perm=np.argsort(order).tolist())


def sum_to_shape(call: Call, value: str, shape: Sequence[int], target: Sequence[int]) -> str:
    """The sum of `value` over the axes along which a tensor of the shape `target` was broadcast to `shape`."""
    padded = [1] * (len(shape) - len(target)) + list(target)
    repeated = [axis for axis, (long, short) in enumerate(zip(shape, padded, strict=True)) if short == 1 < long]
    if repeated:
        value = call.add("ReduceSum", value, call.int64_constant(repeated), keepdims=1)
    if len(target) == len(shape):
        return value
    return call.add("Reshape", value, call.int64_constant(dynamic_batch_shape(target)))


def expand_reduced(call: Call, value: str, reduced: Sequence[int], shape: Sequence[int]) -> str:
    """The value expanded to `shape`, for one input; `reduced` is its shape with the reduced axes kept as length 1."""
    value = call.reshape(value, reduced)
    return call.add("Expand", value, call.int64_constant(shape))
