"""Operators of several values: sums, products, quotients, powers, extremes with broadcasting, and concatenation."""

from onnx import TensorProto

from app.gradients.axes import sum_to_shape
from app.gradients.call import Call
from app.gradients.rules.rule import Rule, has_batch_axis


def _aligned(call: Call, position: int) -> tuple[int, ...]:
    """The shape of an operand that broadcasts by the current rules.

    Before version 7 broadcasting is an attribute and may align the first axes.
    """
    shape = call.shape(position)
    if position == 0 or not call.attribute("broadcast", 0):
        return shape
    rank = len(call.shape(0))
    first = int(call.attribute("axis", rank - len(shape))) % max(1, rank)
    return (*shape, *[1] * (rank - first - len(shape)))


def _operand(call: Call, position: int) -> str:
    value, shape = call.input(position), _aligned(call, position)
    return value if shape == call.shape(position) else call.add("Reshape", value, call.int64_constant(shape))


def _returned(call: Call, gradient: str, position: int) -> str:
    aligned = _aligned(call, position)
    result = sum_to_shape(call, gradient, call.shape_out(), aligned)
    return result if aligned == call.shape(position) else call.reshape(result, call.shape(position))


def _elementwise_forward(call: Call) -> None:
    operands = [_operand(call, position) for position in range(len(call.operator.inputs))]
    call.writer.add_node(call.operator.op, operands, call.operator.outputs)


def _elementwise_is_batchable(call: Call) -> bool:
    """Operands that depend on the input must have the rank of the result, since the last axes are aligned."""
    rank = len(call.shape_out())
    varying = filter(call.depends_on_input, range(len(call.operator.inputs)))
    return all(len(_aligned(call, position)) == rank for position in varying) and has_batch_axis(call)


def _add(call: Call, position: int) -> str:
    return _returned(call, call.gradient, position)


def _sub(call: Call, position: int) -> str:
    return _returned(call, call.gradient if position == 0 else call.add("Neg", call.gradient), position)


def _mul(call: Call, position: int) -> str:
    return _returned(call, call.add("Mul", call.gradient, _operand(call, 1 - position)), position)


def _div(call: Call, position: int) -> str:
    """With y = a / b: g / b, and - g y / b."""
    share = call.add("Div", call.gradient, _operand(call, 1))
    if position == 1:
        share = call.add("Neg", call.add("Mul", share, call.output()))
    return _returned(call, share, position)


def _pow(call: Call, position: int) -> str:
    """With y = x^e: g e x^(e - 1), and g y log x, which is 0 where x is. An exponent 0 has the derivative 0."""
    if position == 1:
        x, zero = _operand(call, 0), call.float32_constant(0)
        growth = call.add("Mul", call.output(), call.add("Log", x))
        growth = call.add("Where", call.add("Equal", x, zero), zero, growth)
        return _returned(call, call.add("Mul", call.gradient, growth), 1)
    exponent, one = call.add("Cast", _operand(call, 1), to=TensorProto.FLOAT), call.float32_constant(1)
    is_zero = call.add("Equal", exponent, call.float32_constant(0))
    less = call.add("Where", is_zero, one, call.add("Sub", exponent, one))
    slope = call.add("Mul", exponent, call.add("Pow", call.input(0), less))
    return _returned(call, call.add("Mul", call.gradient, slope), 0)


def _mean(call: Call, position: int) -> str:
    share = call.float32_constant(1 / len(call.operator.inputs))
    return _returned(call, call.add("Mul", call.gradient, share), position)


def _extreme(call: Call, position: int) -> str:
    """The gradient goes to the greatest or the least operand; equal ones share it, as in PyTorch."""
    masks = [
        call.add("Cast", call.add("Equal", _operand(call, place), call.output()), to=TensorProto.FLOAT)
        for place in range(len(call.operator.inputs))
    ]
    count = call.add("Sum", *masks)
    share = call.add("Mul", call.gradient, call.add("Div", masks[position], count))
    return _returned(call, share, position)


def _expand(call: Call, _: int) -> str:
    return sum_to_shape(call, call.gradient, call.shape_out(), call.shape())


def _expand_forward(call: Call) -> None:
    """To the known shape: how the file computes it does not matter."""
    call.writer.add_node(
        "Expand", [call.operator.inputs[0], call.int64_constant(call.shape_out())], call.operator.outputs
    )


def _expand_is_batchable(call: Call) -> bool:
    return len(call.shape()) == len(call.shape_out()) and has_batch_axis(call)


def _concat(call: Call, position: int) -> str:
    axis = call.axis(1)
    first = sum(call.shape(before)[axis] for before in range(position))
    last = first + call.shape(position)[axis]
    return call.add("Slice", call.gradient, *map(call.int64_constant, ([first], [last], [axis])))


def _concat_forward(call: Call) -> None:
    call.writer.add_node("Concat", call.operator.inputs, call.operator.outputs, axis=call.axis(1))


def _concat_is_batchable(call: Call) -> bool:
    """A constant operand has entries for one input only, so it cannot be concatenated to a batch."""
    all_vary = all(call.depends_on_input(position) for position in range(len(call.operator.inputs)))
    return all_vary and call.axis(1) > 0 and has_batch_axis(call)


RULES = {
    "Add": Rule(_add, _elementwise_forward, _elementwise_is_batchable),
    "Sum": Rule(_add, _elementwise_forward, _elementwise_is_batchable),
    "Sub": Rule(_sub, _elementwise_forward, _elementwise_is_batchable),
    "Mul": Rule(_mul, _elementwise_forward, _elementwise_is_batchable),
    "Div": Rule(_div, _elementwise_forward, _elementwise_is_batchable),
    "Pow": Rule(_pow, _elementwise_forward, _elementwise_is_batchable),
    "Mean": Rule(_mean, _elementwise_forward, _elementwise_is_batchable),
    "Max": Rule(_extreme, _elementwise_forward, _elementwise_is_batchable),
    "Min": Rule(_extreme, _elementwise_forward, _elementwise_is_batchable),
    "Expand": Rule(_expand, _expand_forward, _expand_is_batchable),
    "Concat": Rule(_concat, _concat_forward, _concat_is_batchable),
}
