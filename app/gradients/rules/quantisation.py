"""Quantisation: rounding has the gradient 1 where the number is in range, and 0 where it is cut to the range.

The true derivative of rounding is 0 nearly everywhere. This is the straight-through estimator: Y. Bengio, N. Leonard,
A. Courville, "Estimating or propagating gradients through stochastic neurons", 2013.
"""

from onnx import TensorProto

from app.gradients.call import Call
from app.gradients.rules.activation import step
from app.gradients.rules.rule import Rule, has_batch_axis


def _quantize(call: Call, position: int) -> str:
    """g / scale where round(x / scale) + zero point is one of the integers of the output's type."""
    _check(call, position)
    low, high = _range(call)
    scale = _along_axis(call, call.input(1))
    number = call.add("Round", call.add("Div", call.input(), scale))
    if call.has_input(2):
        zero = call.add("Cast", call.input(2), to=TensorProto.FLOAT)
        number = call.add("Add", number, _along_axis(call, zero))
    below = call.add("Sub", number, call.float32_constant(low - 0.5))
    above = call.add("Sub", call.float32_constant(high + 0.5), number)
    mask = step(call, call.add("Min", below, above))
    return call.add("Mul", call.add("Div", call.gradient, scale), mask)


def _dequantize(call: Call, position: int) -> str:
    """g scale."""
    _check(call, position)
    return call.add("Mul", call.gradient, _along_axis(call, call.input(1)))


def _check(call: Call, position: int) -> None:
    if position != 0 or call.depends_on_input(1) or call.depends_on_input(2):
        raise call.refusal("its scale depends on the input")
    if call.attribute("block_size", 0):
        raise call.refusal("it has a scale for each block")


def _range(call: Call) -> tuple[int, int]:
    """The least and the greatest integer of the output's type."""
    kind = call.source.values[call.operator.outputs[0]].dtype.name
    bits = kind.removeprefix("u").removeprefix("int")
    if not bits.isdigit():
        raise call.refusal(f"it rounds to {kind}, not to integers")
    count = 1 << int(bits)
    return (0, count - 1) if kind.startswith("u") else (-count // 2, count // 2 - 1)


def _along_axis(call: Call, value: str) -> str:
    """A scale or zero point of the whole tensor, or of each entry of the attribute `axis`, in a shape to multiply."""
    lengths, rank = call.shape(1), len(call.shape())
    if not lengths:
        return value
    axis = call.axis(1) if lengths != (1,) else rank - 1
    return call.add("Reshape", value, call.int64_constant([-1, *[1] * (rank - 1 - axis)]))


def _is_batchable(call: Call) -> bool:
    return (call.shape(1) in ((), (1,)) or call.axis(1) > 0) and has_batch_axis(call)


RULES = {
    "QuantizeLinear": Rule(_quantize, is_batchable=_is_batchable),
    "DequantizeLinear": Rule(_dequantize, is_batchable=_is_batchable),
}
