"""Snippets of operators that work along axes: softmax, global pooling, means."""

from collections.abc import Mapping, Sequence
from math import prod

from app.arithmetic.scripts.snippet import SnippetTask, no_script, subscript

MULTI_AXIS_OPSET = 13  # before it, a softmax adds up all axes from its own on
NAMES = {"LogSoftmax": "log_softmax", "Softmax": "softmax"}  # in PyTorch
REDUCTIONS: Mapping[str, tuple[str, str]] = {  # the methods of NumPy and of PyTorch
    "GlobalAveragePool": ("mean", "mean"),
    "GlobalMaxPool": ("max", "amax"),
    "ReduceMax": ("max", "amax"),
    "ReduceMean": ("mean", "mean"),
    "ReduceSum": ("sum", "sum"),
}


def softmax(task: SnippetTask) -> Sequence[str]:
    """Softmax and LogSoftmax: exponentials after the maximum is taken off, divided by their sum."""
    is_multi_axis = task.opset < MULTI_AXIS_OPSET
    axis = task.axis(1 if is_multi_axis else -1)
    if is_multi_axis and prod(task.output_shape[axis + 1 :]) > 1:
        raise no_script(task.op)
    lines, number = [], task.number_of_output
    if task.is_cell:
        line = [":" if place == axis else at for place, at in enumerate(task.index)]
        lines, number, axis = [f"x = {task.required(0).at(line)}"], f"number = output[{task.index[axis]}]", 0
    if task.is_torch:
        return [*lines, f"output = F.{NAMES[task.op]}(x, dim={axis})", number]
    total = f"np.exp(shifted).sum(axis={axis}, keepdims=True)"
    return [
        *lines,
        f"shifted = x - x.max(axis={axis}, keepdims=True)",
        f"output = shifted - np.log({total})" if task.op == "LogSoftmax" else f"output = np.exp(shifted) / {total}",
        number,
    ]


def reduction(task: SnippetTask) -> Sequence[str]:
    """The mean, the sum or the maximum along some axes, all axes of the maps for a global pooling."""
    x, method = task.required(0), REDUCTIONS[task.op][task.is_torch]
    is_global = task.op.startswith("Global")
    given = range(2, len(x.shape)) if is_global else task.attributes.get("axes")
    if not given and task.attributes.get("noop_with_empty_axes"):
        raise no_script(task.op)
    axes = tuple(sorted(int(axis) % len(x.shape) for axis in given or range(len(x.shape))))
    keeps = is_global or bool(task.attributes.get("keepdims", True))
    if not task.is_cell:
        options = f"dim={axes}, keepdim={keeps}" if task.is_torch else f"axis={axes}, keepdims={keeps}"
        return [f"output = x.{method}({options})", task.number_of_output]
    rest = iter(task.index)
    index = list(task.index) if keeps else [0 if place in axes else next(rest) for place in range(len(x.shape))]
    line = [":" if place in axes else at for place, at in enumerate(index)]
    return [f"number = x[{subscript(line)}].{method}()"]
