"""Means, sums and extremes over axes."""

from math import prod

from onnx import TensorProto

from app.gradients.axes import expand_reduced
from app.gradients.call import Call
from app.gradients.rules.rule import Rule, has_batch_axis


def _axes(call: Call) -> list[int]:
    """The reduced axes; all if the file names none, unless `noop_with_empty_axes` is set."""
    rank = len(call.shape())
    if call.has_input(1) and "axes" not in call.operator.attributes:
        raise call.refusal("its axes are computed at run time")
    axes = call.attribute("axes", [])
    if not axes and call.attribute("noop_with_empty_axes", 0):
        return []
    return sorted(axis % rank for axis in axes) or list(range(rank))


def _expanded(call: Call, gradient: str) -> str:
    reduced = [1 if axis in _axes(call) else length for axis, length in enumerate(call.shape())]
    return expand_reduced(call, gradient, reduced, call.shape())


def _reduce_mean(call: Call, _: int) -> str:
    cells = prod(call.shape()[axis] for axis in _axes(call))
    return _expanded(call, call.add("Mul", call.gradient, call.float32_constant(1 / cells)))


def _reduce_sum(call: Call, _: int) -> str:
    return _expanded(call, call.gradient)


def _reduce_extreme(call: Call, _: int) -> str:
    """The gradient goes to the greatest or the least number; equal ones share it, as in PyTorch's `amax`."""
    is_extreme = call.add("Cast", call.add("Equal", call.input(), _expanded(call, call.output())), to=TensorProto.FLOAT)
    count = call.add("ReduceSum", is_extreme, call.int64_constant(_axes(call)), keepdims=1, noop_with_empty_axes=1)
    return call.add("Mul", is_extreme, call.add("Div", _expanded(call, call.gradient), count))


def _forward(call: Call) -> None:
    axes = _axes(call)
    inputs = [call.operator.inputs[0], call.int64_constant(axes)]
    keepdims = int(call.attribute("keepdims", 1))
    call.writer.add_node(call.operator.op, inputs, call.operator.outputs, keepdims=keepdims, noop_with_empty_axes=1)


def _is_batchable(call: Call) -> bool:
    return 0 not in _axes(call) and has_batch_axis(call)


RULES = {
    "ReduceMax": Rule(_reduce_extreme, _forward, _is_batchable),
    "ReduceMean": Rule(_reduce_mean, _forward, _is_batchable),
    "ReduceMin": Rule(_reduce_extreme, _forward, _is_batchable),
    "ReduceSum": Rule(_reduce_sum, _forward, _is_batchable),
}
