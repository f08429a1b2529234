"""Einsum: sums of products of several tensors over named axes."""

from app.gradients.call import Call
from app.gradients.rules.rule import Rule, has_batch_axis
from app.nets.reading.equation import Equation, read_equation


def _read(call: Call) -> Equation:
    shapes = [call.shape(position) for position in range(len(call.operator.inputs))]
    try:
        equation = read_equation(str(call.attribute("equation", "")), [len(shape) for shape in shapes])
    except ValueError as error:
        raise call.refusal("its equation does not fit its operands") from error
    lengths: dict[str, set[int]] = {}
    for letters, shape in zip(equation.operands, shapes, strict=True):
        if len(set(letters)) < len(letters):
            raise call.refusal("the diagonal of an operand is not supported")
        for letter, length in zip(letters, shape, strict=True):
            lengths.setdefault(letter, set()).add(length)
    if any(len(each) > 1 for each in lengths.values()):
        raise call.refusal("an operand that is repeated along an axis is not supported")
    return equation


def _einsum(call: Call, position: int) -> str:
    """The same sum with the gradient in place of the operand; what is summed over in it alone is repeated."""
    equation = _read(call)
    own = equation.operands[position]
    others = [place for place in range(len(equation.operands)) if place != position]
    letters = [equation.result, *(equation.operands[place] for place in others)]
    reached = "".join(letter for letter in own if any(letter in each for each in letters))
    gradient = call.add("Einsum", call.gradient, *map(call.input, others), equation=f"{','.join(letters)}->{reached}")
    if reached == own:
        return gradient
    shape = call.shape(position)
    remaining = [length if letter in reached else 1 for letter, length in zip(own, shape, strict=True)]
    return call.add("Expand", call.reshape(gradient, remaining), call.int64_constant(shape))


def _is_batchable(call: Call) -> bool:
    """The first axis of the result is that of every operand that varies, and of no other."""
    equation = _read(call)
    batch = equation.result[:1]
    for position, letters in enumerate(equation.operands):
        if (letters.find(batch) == 0) is not call.depends_on_input(position):
            return False
    return bool(batch) and has_batch_axis(call)


RULES = {"Einsum": Rule(_einsum, is_batchable=_is_batchable)}
