"""Einsum: sums of products of several tensors over named axes."""

from dataclasses import dataclass

from app.gradients.call import Call
from app.gradients.rules.rule import Rule, has_batch_axis


@dataclass(frozen=True, slots=True)
class Equation:
    """The letters of each operand's axes, and those of the result."""

    operands: tuple[str, ...]
    result: str


def _read(call: Call) -> Equation:
    """The equation; without a result that is every letter that stands once, in order."""
    text = str(call.attribute("equation", "")).replace(" ", "")
    left, arrow, result = text.partition("->")
    if not arrow:
        letters = left.replace(",", "")
        result = "".join(letter for letter in sorted(set(letters)) if letters.count(letter) == 1)
    operands = tuple(left.split(","))
    if "." in text or any(len(set(operand)) < len(operand) for operand in operands):
        raise call.refusal("an ellipsis or the diagonal of an operand is not supported")
    return Equation(operands, result)


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
