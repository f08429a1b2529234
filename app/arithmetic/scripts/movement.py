"""Snippets of operators that only move numbers: concatenations, slices, padding, changes of shape, transpositions."""

from collections.abc import Sequence

import numpy as np

from app.arithmetic.scripts.snippet import SnippetTask, literal, no_script, subscript


def concatenation(task: SnippetTask) -> Sequence[str]:
    """Concat: the number is that of one of the parts."""
    axis, parts = task.axis(0), task.present
    if not task.is_cell:
        join = "torch.cat" if task.is_torch else "np.concatenate"
        names = ", ".join(part.name for part in parts)
        option = "dim" if task.is_torch else "axis"
        return [f"output = {join}([{names}], {option}={axis})", task.number_of_output]
    begin = 0
    for part in parts:
        if task.index[axis] < begin + part.shape[axis]:
            break
        begin += part.shape[axis]
    index = [at - begin if place == axis else at for place, at in enumerate(task.index)]
    return [f"number = {part.name}[{subscript(index)}]"]


def reshaping(task: SnippetTask) -> Sequence[str]:
    """Flatten, Reshape, Squeeze and Unsqueeze: the numbers keep their order."""
    x = task.required(0)
    if not task.is_cell:
        return [f"output = x.reshape{task.output_shape}", task.number_of_output]
    index = np.unravel_index(np.ravel_multi_index(task.index, task.output_shape), x.shape)
    return [f"number = x[{subscript([int(at) for at in index])}]"]


def transposition(task: SnippetTask) -> Sequence[str]:
    """Transpose: the axes change places."""
    order = [int(axis) for axis in task.attributes.get("perm", range(len(task.index))[::-1])]
    if not task.is_cell:
        return [f"output = x.{'permute' if task.is_torch else 'transpose'}({subscript(order)})", task.number_of_output]
    return [f"number = x[{subscript([task.index[order.index(axis)] for axis in range(len(order))])}]"]


def slicing(task: SnippetTask) -> Sequence[str]:
    """Slice."""
    x, rank = task.required(0), len(task.index)
    starts, ends = (np.ravel(task.attributes[name]) for name in ("starts", "ends"))
    axes = np.ravel(task.attributes.get("axes", range(len(starts))))
    steps = np.ravel(task.attributes.get("steps", [1] * len(starts)))
    if min(steps) < 1:
        raise no_script(task.op)
    cuts = {
        int(axis) % rank: slice(int(start), int(end), int(step)).indices(x.shape[axis])
        for axis, start, end, step in zip(axes, starts, ends, steps, strict=True)
    }
    if task.is_cell:
        places = [at * cuts[axis][2] + cuts[axis][0] if axis in cuts else at for axis, at in enumerate(task.index)]
        return [f"number = x[{subscript(places)}]"]
    parts = [":".join(map(str, cuts[axis])) if axis in cuts else ":" for axis in range(rank)]
    return [f"output = x[{subscript(parts)}]", task.number_of_output]


def padding(task: SnippetTask) -> Sequence[str]:
    """Pad with a constant."""
    x, rank = task.required(0), len(task.index)
    pads = [int(number) for number in np.ravel(task.attributes.get("pads", ()))]
    mode = task.attributes.get("mode", "constant")
    is_known = task.variable(2) is None or "value" in task.attributes
    is_plain = mode in {"constant", b"constant"} and "axes" not in task.attributes and is_known
    if len(pads) != 2 * rank or min(pads) < 0 or not is_plain:
        raise no_script(task.op)
    value = literal(float(np.ravel(task.attributes.get("value", 0.0))[0]))
    sides = tuple(zip(pads[:rank], pads[rank:], strict=True))
    if task.is_cell:
        places = [at - begin for at, (begin, _) in zip(task.index, sides, strict=True)]
        is_inside = all(0 <= at < length for at, length in zip(places, x.shape, strict=True))
        return [f"number = x[{subscript(places)}]" if is_inside else f"number = {value}  # padding"]
    if task.is_torch:
        padded = f"F.pad(x, {tuple(side for axis in reversed(sides) for side in axis)}, value={value})"
    else:
        padded = f"np.pad(x, {sides}, constant_values={value})"
    return [f"output = {padded}", task.number_of_output]
