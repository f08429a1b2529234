"""The workings of operators that pass numbers on: where each comes from, or the constant that is put in."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import accumulate
from typing import Any

import numpy as np

from app.arithmetic.operators.selection import broadcast_index, read_number
from app.arithmetic.working import Index, Operation, Source, Term, Work, Working, figure

CASTS: Mapping[int, type[Any]] = {  # by ONNX's number of a type; the other types change no number of a layer
    2: np.uint8, 3: np.int8, 4: np.uint16, 5: np.int16, 6: np.int32, 7: np.int64, 9: np.bool_, 10: np.float16,
    12: np.uint32, 13: np.uint64,
}  # fmt: skip
Move = Callable[[Operation, Index], Source | None]


def move_number(move: Move, operation: Operation, index: Index) -> Working:
    """The number that an operator passes on, or the constant that it fills with."""
    source = move(operation, index)
    if source is None:
        value = _fill(operation)
        return Working(value, f"{figure(value)} = {figure(value)}", (Term("padding", value, is_chosen=True),))
    value = float(operation.required(source.position)[source.index])
    term = Term("value", value, source=source, is_chosen=True)
    place = ", ".join(map(str, source.index))
    return Working(value, f"x[{place}] = {figure(value)}", (term,))


def _fill(operation: Operation) -> float:
    """What a Pad fills with."""
    given = operation.input(2)
    return float(given.reshape(())) if given is not None else float(operation.attributes.get("value", 0))


def same(_operation: Operation, index: Index) -> Source:
    """Identity, and Dropout of a network that is not training."""
    return Source(0, index)


def in_order(operation: Operation, index: Index) -> Source:
    """Reshape, Flatten, Squeeze, Unsqueeze: the numbers keep their order."""
    flat = np.ravel_multi_index(index, operation.output_shape)
    return Source(0, _place(np.unravel_index(flat, operation.required(0).shape)))


def transpose(operation: Operation, index: Index) -> Source:
    """Transpose: https://onnx.ai/onnx/operators/onnx__Transpose.html."""
    order = operation.attributes.get("perm") or range(len(index))[::-1]
    return Source(0, tuple(index[list(order).index(axis)] for axis in range(len(index))))


def concat(operation: Operation, index: Index) -> Source:
    """Concat: https://onnx.ai/onnx/operators/onnx__Concat.html."""
    axis = int(operation.attributes["axis"]) % len(index)
    lengths = [operation.required(position).shape[axis] for position in range(len(operation.inputs))]
    ends = list(accumulate(lengths))
    position = next(position for position, end in enumerate(ends) if index[axis] < end)
    return Source(position, _replace_place(index, axis, index[axis] - ends[position] + lengths[position]))


def split(operation: Operation, index: Index) -> Source:
    """Split, of equal parts unless `split` has their lengths: https://onnx.ai/onnx/operators/onnx__Split.html."""
    x, axis = operation.required(0), int(operation.attributes.get("axis", 0)) % len(index)
    lengths = _list(operation, 1, "split")
    if lengths is None:  # all parts are as long as the first; only the last may be shorter, and it ends at the end
        own, whole = operation.output_shape[axis], x.shape[axis]
        count = operation.attributes.get("num_outputs")
        begin = operation.output * (-(-whole // int(count)) if count else own)
    else:
        begin = sum(lengths[: operation.output])
    return Source(0, _replace_place(index, axis, index[axis] + begin))


def slice_(operation: Operation, index: Index) -> Source:
    """Slice; a start is cut to the ends of the axis: https://onnx.ai/onnx/operators/onnx__Slice.html."""
    shape, starts = operation.required(0).shape, _list(operation, 1, "starts") or []
    axes, steps = _list(operation, 3, "axes"), _list(operation, 4, "steps") or [1] * len(starts)
    ends = _list(operation, 2, "ends") or []
    source = list(index)
    for axis, start, end, step in zip(axes or range(len(starts)), starts, ends, steps, strict=True):
        places = range(shape[axis])[slice(start, end, step)]
        source[axis] = places[index[axis]]
    return Source(0, tuple(source))


def pad(operation: Operation, index: Index) -> Source | None:
    """Pad: https://onnx.ai/onnx/operators/onnx__Pad.html. None where it fills with a constant."""
    shape, mode = operation.required(0).shape, operation.attributes.get("mode", "constant")
    pads, axes = _list(operation, 1, "pads") or [], _list(operation, 3, "axes") or range(len(shape))
    source = list(index)
    for axis, begin in zip(axes, pads, strict=False):
        place = _padded_place(mode, index[axis] - begin, shape[axis])
        if place is None:
            return None
        source[axis] = place
    return Source(0, tuple(source))


def _padded_place(mode: str, place: int, length: int) -> int | None:
    """Which number of an axis stands at a place that may be outside it."""
    if 0 <= place < length:
        return place
    match mode:
        case "constant":
            return None
        case "edge":
            return min(max(place, 0), length - 1)
        case "wrap":
            return place % length
    period = max(2 * (length - 1), 1)  # reflect: the edge itself is not repeated
    return length - 1 - abs(length - 1 - place % period)


def gather(operation: Operation, index: Index) -> Source:
    """Gather: https://onnx.ai/onnx/operators/onnx__Gather.html."""
    x, indices = operation.required(0), operation.required(1)
    axis = int(operation.attributes.get("axis", 0)) % x.ndim
    taken = int(indices[index[axis : axis + indices.ndim]]) % x.shape[axis]
    return Source(0, (*index[:axis], taken, *index[axis + indices.ndim :]))


def gather_elements(operation: Operation, index: Index) -> Source:
    """GatherElements: https://onnx.ai/onnx/operators/onnx__GatherElements.html."""
    axis, x = int(operation.attributes.get("axis", 0)) % len(index), operation.required(0)
    return Source(0, _replace_place(index, axis, int(operation.required(1)[index]) % x.shape[axis]))


def expand(operation: Operation, index: Index) -> Source:
    """Expand: https://onnx.ai/onnx/operators/onnx__Expand.html."""
    return Source(0, broadcast_index(index, operation.required(0).shape))


def tile(operation: Operation, index: Index) -> Source:
    """Tile: https://onnx.ai/onnx/operators/onnx__Tile.html."""
    return Source(0, tuple(at % length for at, length in zip(index, operation.required(0).shape, strict=True)))


def depth_to_space(operation: Operation, index: Index) -> Source:
    """DepthToSpace, blocks first (DCR) or channels first (CRD): https://onnx.ai/onnx/operators/onnx__DepthToSpace.html."""
    batch, channel, y, x = index
    size = int(operation.attributes["blocksize"])
    block = y % size * size + x % size
    is_blocks_first = operation.attributes.get("mode", "DCR") == "DCR"
    source = block * operation.output_shape[1] + channel if is_blocks_first else channel * size**2 + block
    return Source(0, (batch, source, y // size, x // size))


def space_to_depth(operation: Operation, index: Index) -> Source:
    """SpaceToDepth, in the modes of DepthToSpace: https://onnx.ai/onnx/operators/onnx__SpaceToDepth.html."""
    batch, channel, y, x = index
    size = int(operation.attributes["blocksize"])
    if operation.attributes.get("mode", "DCR") == "DCR":
        block, source = divmod(channel, operation.required(0).shape[1])
    else:
        source, block = divmod(channel, size**2)
    return Source(0, (batch, source, y * size + block // size, x * size + block % size))


def cast(operation: Operation, index: Index) -> Working:
    """Cast: https://onnx.ai/onnx/operators/onnx__Cast.html."""
    term = read_number(operation, 0, index)
    dtype = CASTS.get(int(operation.attributes["to"]))
    total = term.value if dtype is None else float(np.asarray(term.value).astype(dtype))
    return Working(total, f"{figure(term.value)} → {figure(total)}", (term,))


def _list(operation: Operation, position: int, name: str) -> Sequence[int] | None:
    """Whole numbers that are an input, or in old versions an attribute; None if they are left out."""
    given = operation.input(position)
    if given is not None:
        return [int(number) for number in given.reshape(-1)]
    return operation.attributes.get(name)


def _replace_place(index: Index, axis: int, place: int) -> Index:
    return (*index[:axis], place, *index[axis + 1 :])


def _place(places: Sequence[Any]) -> Index:
    return tuple(int(place) for place in places)


MOVES: Mapping[str, Move] = {
    "Concat": concat,
    "DepthToSpace": depth_to_space,
    "Dropout": same,
    "Expand": expand,
    "Gather": gather,
    "GatherElements": gather_elements,
    "Identity": same,
    "Pad": pad,
    "Slice": slice_,
    "SpaceToDepth": space_to_depth,
    "Split": split,
    "Tile": tile,
    "Transpose": transpose,
    **dict.fromkeys(("Flatten", "Reshape", "Squeeze", "Unsqueeze"), in_order),
}
WORKINGS: Mapping[str, Work] = {"Cast": cast, **{op: partial(move_number, move) for op, move in MOVES.items()}}
