"""Snippets of operators that only move numbers: concatenations, changes of shape, transpositions."""

from collections.abc import Sequence

import numpy as np

from app.arithmetic.scripts.snippet import SnippetTask, subscript


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
