"""Means, sums, norms and extremes over axes, and sums so far along one."""

from collections.abc import Callable, Mapping
from math import prod

from onnx import TensorProto

from app.gradients.axes import expand_reduced
from app.gradients.call import Call
from app.gradients.rules.function import reciprocal_or_zero
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


def _reduce_l1(call: Call, _: int) -> str:
    return call.add("Mul", _reduce_sum(call, 0), call.add("Sign", call.input()))


def _reduce_l2(call: Call, _: int) -> str:
    """g x / y, and 0 where the norm y is 0."""
    inverse = reciprocal_or_zero(call, call.output())
    return call.add("Mul", _expanded(call, call.add("Mul", call.gradient, inverse)), call.input())


def _reduce_sum_square(call: Call, _: int) -> str:
    return call.add("Mul", _reduce_sum(call, 0), call.add("Mul", call.input(), call.float32_constant(2)))


def _reduce_log_sum(call: Call, _: int) -> str:
    """g / exp(y): the sum is that of y's exponential."""
    return _expanded(call, call.add("Div", call.gradient, call.add("Exp", call.output())))


def _reduce_log_sum_exp(call: Call, _: int) -> str:
    """g exp(x - y), a softmax."""
    share = call.add("Exp", call.add("Sub", call.input(), _expanded(call, call.output())))
    return call.add("Mul", _reduce_sum(call, 0), share)


def _cumulative_sum(call: Call, position: int) -> str:
    """The sum so far in the other direction."""
    if position != 0:
        raise call.refusal("its axis depends on the input")
    options = {"exclusive": int(call.attribute("exclusive", 0)), "reverse": 1 - int(call.attribute("reverse", 0))}
    return call.add("CumSum", call.gradient, call.input(1), **options)


def _cumulative_sum_is_batchable(call: Call) -> bool:
    axis = call.source.constants.get(call.operator.inputs[1])
    return axis is not None and int(axis.reshape(-1)[0]) % len(call.shape()) > 0 and has_batch_axis(call)


def _forward(call: Call) -> None:
    axes = _axes(call)
    inputs = [call.operator.inputs[0], call.int64_constant(axes)]
    keepdims = int(call.attribute("keepdims", 1))
    call.writer.add_node(call.operator.op, inputs, call.operator.outputs, keepdims=keepdims, noop_with_empty_axes=1)


def _is_batchable(call: Call) -> bool:
    return 0 not in _axes(call) and has_batch_axis(call)


_BACKWARD: Mapping[str, Callable[[Call, int], str]] = {
    "ReduceL1": _reduce_l1,
    "ReduceL2": _reduce_l2,
    "ReduceLogSum": _reduce_log_sum,
    "ReduceLogSumExp": _reduce_log_sum_exp,
    "ReduceMax": _reduce_extreme,
    "ReduceMean": _reduce_mean,
    "ReduceMin": _reduce_extreme,
    "ReduceSum": _reduce_sum,
    "ReduceSumSquare": _reduce_sum_square,
}
RULES = {op: Rule(backward, _forward, _is_batchable) for op, backward in _BACKWARD.items()} | {
    "CumSum": Rule(_cumulative_sum, is_batchable=_cumulative_sum_is_batchable)
}
