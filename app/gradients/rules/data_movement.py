"""Data movement: reshape, transpose, slice, split, pad and pixel shuffle, which move values without changing them."""

import numpy as np
import numpy.typing as npt

from app.gradients.axes import AxisScatter, multiply_along_axis, scatter_with_stride
from app.gradients.call import Call, dynamic_batch_shape
from app.gradients.rules.rule import Rule, has_batch_axis

NUMPY_MODES = {"reflect": "reflect", "edge": "edge", "wrap": "wrap"}


def _same(call: Call, _: int) -> str:
    return call.gradient


def _identity_forward(call: Call) -> None:
    call.writer.add_node("Identity", call.operator.inputs[:1], call.operator.outputs[:1])


def _dropout_forward(call: Call) -> None:
    """At inference dropout is the identity."""
    if len([output for output in call.operator.outputs if output in call.used]) > 1:
        raise call.refusal("its mask is used")
    _identity_forward(call)


def _reshape(call: Call, _: int) -> str:
    return call.reshape(call.gradient, call.shape())


def _reshape_forward(call: Call) -> None:
    """All reshaping operators, with the known shape: how the file computes it does not matter."""
    target = call.int64_constant(dynamic_batch_shape(call.shape_out()))
    call.writer.add_node("Reshape", [call.operator.inputs[0], target], call.operator.outputs)


def _transpose(call: Call, _: int) -> str:
    return call.add("Transpose", call.gradient, perm=np.argsort(_order(call)).tolist())


def _transpose_is_batchable(call: Call) -> bool:
    return _order(call)[0] == 0 and has_batch_axis(call)


def _order(call: Call) -> list[int]:
    return list(call.attribute("perm", range(len(call.shape()))[::-1]))


def _tile(call: Call, _: int) -> str:
    """The sum over the copies: each repeated axis is split into the copies and their entries."""
    shape, split, copies = call.shape(), list[int](), list[int]()
    for length, total in zip(shape, call.shape_out(), strict=True):
        if total != length:
            copies.append(len(split))
            split.append(total // length)
        split.append(length)
    if not copies:
        return call.gradient
    return call.add("ReduceSum", call.reshape(call.gradient, split), call.int64_constant(copies), keepdims=0)


def _tile_is_batchable(call: Call) -> bool:
    return call.shape()[:1] == call.shape_out()[:1] and has_batch_axis(call)


def _cast(call: Call, _: int) -> str:
    kinds = {call.source.values[value].dtype.name for value in (call.operator.inputs[0], call.operator.outputs[0])}
    if len(kinds) > 1:
        raise call.refusal("it changes the type of the numbers")
    return call.gradient


def _triangle(call: Call, _: int) -> str:
    """The same triangle of the gradient."""
    diagonal = [call.input(1)] if call.has_input(1) else []
    return call.add("Trilu", call.gradient, *diagonal, upper=int(call.attribute("upper", 1)))


def _triangle_is_batchable(call: Call) -> bool:
    return len(call.shape()) > 2 and has_batch_axis(call)


def _depth_to_space(call: Call, _: int) -> str:
    """The inverse: SpaceToDepth is that of the mode DCR; CRD numbers the channels before the cells of a block."""
    block = int(call.attribute("blocksize", 1))
    if call.attribute("mode", "DCR") == "DCR":
        return call.add("SpaceToDepth", call.gradient, blocksize=block)
    channels, height, width = call.shape_out()[1:]
    split = call.reshape(call.gradient, [1, channels, height // block, block, width // block, block])
    return call.reshape(call.add("Transpose", split, perm=[0, 1, 3, 5, 2, 4]), call.shape())


def _space_to_depth(call: Call, _: int) -> str:
    return call.add("DepthToSpace", call.gradient, blocksize=int(call.attribute("blocksize", 1)), mode="DCR")


def _slices(call: Call) -> dict[int, slice]:
    """The slice of each axis in NumPy's notation."""
    shape = call.shape()
    starts, ends = call.attribute("starts", None), call.attribute("ends", None)
    if starts is None or ends is None or call.operator.computes("axes", "steps"):
        raise call.refusal("its bounds are computed at run time")
    axes = [axis % len(shape) for axis in call.attribute("axes", range(len(starts)))]
    steps = call.attribute("steps", [1] * len(starts))
    return {a: slice(*_ends(shape[a], s, e, by)) for a, s, e, by in zip(axes, starts, ends, steps, strict=True)}


def _ends(length: int, start: int, end: int, step: int) -> tuple[int, int | None, int]:
    """The bounds as ONNX defines them: counted from the end if negative, then clamped to the axis."""
    low, high = (-1, length - 1) if step < 0 else (0, length)
    start, end = (min(max(at + length if at < 0 else at, low), high) for at in (start, end))
    return max(start, 0) if step < 0 else start, None if end < 0 else end, step


def _slice(call: Call, _: int) -> str:
    gradient, shape = call.gradient, call.shape()
    ranges = {axis: range(shape[axis])[cut] for axis, cut in _slices(call).items()}
    backwards = [axis for axis, cells in ranges.items() if cells.step < 0]
    if backwards:
        minus, first = [-1] * len(backwards), [-(1 << 62)] * len(backwards)
        gradient = call.add("Slice", gradient, *map(call.int64_constant, (minus, first, backwards, minus)))
    rising = {axis: cells if cells.step > 0 else cells[::-1] for axis, cells in ranges.items()}
    scatters = {axis: AxisScatter(cells.start, cells.step, shape[axis]) for axis, cells in rising.items()}
    return scatter_with_stride(call, gradient, call.shape_out(), scatters)


def _slice_forward(call: Call) -> None:
    """Before version 10 the bounds are attributes."""
    if call.opset >= 10:
        call.writer.add_node("Slice", call.operator.inputs, call.operator.outputs)
        return
    starts, ends = call.attribute("starts", []), call.attribute("ends", [])
    axes = call.attribute("axes", range(len(starts)))
    inputs = [call.operator.inputs[0], *map(call.int64_constant, (starts, ends, axes))]
    call.writer.add_node("Slice", inputs, call.operator.outputs)


def _slice_is_batchable(call: Call) -> bool:
    axes = call.attribute("axes", range(len(call.attribute("starts", [0]))))
    return all(axis % len(call.shape()) for axis in axes) and has_batch_axis(call)


def _split(call: Call, _: int) -> str:
    outputs = zip(call.gradients, range(len(call.operator.outputs)), strict=True)
    gradients = [gradient or call.zeros_like(call.output(position)) for gradient, position in outputs]
    return call.add("Concat", *gradients, axis=call.axis(0))


def _split_forward(call: Call) -> None:
    axis = call.axis(0)
    lengths = [call.shape_out(position)[axis] for position in range(len(call.operator.outputs))]
    inputs = [call.operator.inputs[0], call.int64_constant(lengths)]
    call.writer.add_node("Split", inputs, call.operator.outputs, axis=axis)


def _split_is_batchable(call: Call) -> bool:
    return call.axis(0) > 0 and has_batch_axis(call)


def _pads(call: Call) -> dict[int, tuple[int, int]]:
    pads = call.attribute("pads", call.attribute("paddings", None))
    if pads is None or call.operator.computes("axes"):
        raise call.refusal("its padding is computed at run time")
    rank = len(call.shape())
    axes = [axis % rank for axis in call.attribute("axes", range(rank))]
    return {axis: (pads[at], pads[at + len(axes)]) for at, axis in enumerate(axes)}


def _pad(call: Call, position: int) -> str:
    mode = call.attribute("mode", "constant")
    if position != 0:
        raise call.refusal("its padding value depends on the input")
    shape, gradient = call.shape(), call.gradient
    pads = {axis: ends for axis, ends in _pads(call).items() if any(ends)}
    if mode == "constant":
        scatters = {axis: AxisScatter(-before, 1, shape[axis]) for axis, (before, _) in pads.items()}
        return scatter_with_stride(call, gradient, call.shape_out(), scatters)
    for axis, ends in pads.items():
        gradient = multiply_along_axis(call, gradient, len(shape), axis, _sources(call, mode, shape[axis], ends).T)
    return gradient


def _sources(call: Call, mode: str, length: int, ends: tuple[int, int]) -> npt.NDArray[np.float64]:
    """(padded, length): 1 where a padded cell repeats a cell of the axis."""
    if mode not in NUMPY_MODES or min(ends) < 0:
        raise call.refusal(f"padding in mode {mode} with these sizes is not supported")
    indices = np.pad(np.arange(length), ends, NUMPY_MODES[mode])  # type: ignore[call-overload]  # its stub wants a literal
    return np.asarray(np.eye(length)[indices], np.float64)


def _pad_forward(call: Call) -> None:
    """Before version 11 the padding is an attribute."""
    mode = call.attribute("mode", "constant")
    if call.opset >= 11:
        call.writer.add_node("Pad", call.operator.inputs, call.operator.outputs, mode=mode)
        return
    pads = call.int64_constant(call.attribute("pads", call.attribute("paddings", [])))
    inputs = [call.operator.inputs[0], pads, call.float32_constant(float(call.attribute("value", 0.0)))]
    call.writer.add_node("Pad", inputs, call.operator.outputs, mode=mode)


def _pad_is_batchable(call: Call) -> bool:
    return _pads(call).get(0, (0, 0)) == (0, 0) and has_batch_axis(call)


_RESHAPING = Rule(_reshape, _reshape_forward)
RULES = {
    "Identity": Rule(_same, _identity_forward),
    "Dropout": Rule(_same, _dropout_forward),
    **dict.fromkeys(("Flatten", "Reshape", "Squeeze", "Unsqueeze"), _RESHAPING),
    "Transpose": Rule(_transpose, is_batchable=_transpose_is_batchable),
    "Tile": Rule(_tile, is_batchable=_tile_is_batchable),
    "Cast": Rule(_cast),
    "Trilu": Rule(_triangle, is_batchable=_triangle_is_batchable),
    "DepthToSpace": Rule(_depth_to_space),
    "SpaceToDepth": Rule(_space_to_depth),
    "Slice": Rule(_slice, _slice_forward, _slice_is_batchable),
    "Split": Rule(_split, _split_forward, _split_is_batchable),
    "Pad": Rule(_pad, _pad_forward, _pad_is_batchable),
}
