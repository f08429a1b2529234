"""Selection: Gather, and Where with the comparisons and logical operators that it reads, which have no gradient."""

from math import prod

from onnx import TensorProto

from app.gradients.axes import sum_to_shape
from app.gradients.call import Call
from app.gradients.rules.rule import Rule, has_batch_axis

COMPARISONS = ("And", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Not", "Or")


def _where(call: Call, position: int) -> str:
    """The gradient goes to the value that was chosen; the other gets 0."""
    zero = call.float32_constant(0)
    parts = (call.gradient, zero) if position == 1 else (zero, call.gradient)
    chosen = call.add("Where", call.input(0), *parts)
    return sum_to_shape(call, chosen, call.shape_out(), call.shape(position))


def _gather(call: Call, _: int) -> str:
    """The gradient goes to the entries that were taken, as a product with the matrix that took them."""
    shape, axis = call.shape(), call.axis(0)
    count = prod(call.shape(1))
    wide = call.add("Cast", call.input(1), to=TensorProto.INT64)  # onnxruntime has no OneHot of int32
    indices = call.add("Reshape", wide, call.int64_constant([-1]))
    values = call.float32_constant([0, 1])
    chosen = call.add("OneHot", indices, call.int64_constant([shape[axis]]), values)
    gradient = call.reshape(call.gradient, [*shape[:axis], count, *shape[axis + 1 :]])
    order = [*(other for other in range(len(shape)) if other != axis), axis]
    product = call.add("MatMul", call.add("Transpose", gradient, perm=order), chosen)
    return call.add("Transpose", product, perm=[order.index(place) for place in range(len(shape))])


def _gather_is_batchable(call: Call) -> bool:
    return call.axis(0) > 0 and not call.depends_on_input(1) and has_batch_axis(call)


def _truth_value(call: Call, _: int) -> str:
    raise call.refusal("its output is true or false")


def _is_batchable(call: Call) -> bool:
    """Operands that depend on the input must have the rank of the result, since the last axes are aligned."""
    rank = len(call.shape_out())
    varying = filter(call.depends_on_input, range(len(call.operator.inputs)))
    return all(len(call.shape(position)) == rank for position in varying) and has_batch_axis(call)


RULES = {
    "Gather": Rule(_gather, is_batchable=_gather_is_batchable),
    "Where": Rule(_where, is_batchable=_is_batchable),
    **dict.fromkeys(COMPARISONS, Rule(_truth_value, is_batchable=_is_batchable)),
}
