"""Selection: Where, and the comparisons and logical operators that it reads, which have no gradient."""

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


def _truth_value(call: Call, _: int) -> str:
    raise call.refusal("its output is true or false")


def _is_batchable(call: Call) -> bool:
    """Operands that depend on the input must have the rank of the result, since the last axes are aligned."""
    rank = len(call.shape_out())
    varying = filter(call.depends_on_input, range(len(call.operator.inputs)))
    return all(len(call.shape(position)) == rank for position in varying) and has_batch_axis(call)


RULES = {
    "Where": Rule(_where, is_batchable=_is_batchable),
    **dict.fromkeys(COMPARISONS, Rule(_truth_value, is_batchable=_is_batchable)),
}
