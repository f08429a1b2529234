"""The equation of an Einsum: the letters of its operands' axes, and those of the result."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_letters

ELLIPSIS = "..."


@dataclass(frozen=True, slots=True)
class Equation:
    """One letter for each axis of each operand and of the result; axes with the same letter run together."""

    operands: tuple[str, ...]
    result: str

    @property
    def summed(self) -> str:
        """The letters that the result does not have, in the order of the operands: the sum runs over them."""
        letters = dict.fromkeys("".join(self.operands))
        return "".join(letter for letter in letters if letter not in self.result)


def read_equation(text: str, ranks: Sequence[int]) -> Equation:
    """An equation for operands of these ranks. The axes of an ellipsis get letters of their own.

    Without a result, that has the ellipsis and every letter that stands once, in the order of the alphabet.

    Raises:
        ValueError: the equation does not fit the operands.
    """
    left, arrow, result = text.replace(" ", "").partition("->")
    operands = left.split(",")
    if not arrow:
        letters = left.replace(",", "").replace(".", "")
        once = "".join(letter for letter in sorted(set(letters)) if letters.count(letter) == 1)
        result = (ELLIPSIS if ELLIPSIS in left else "") + once
    free = [letter for letter in reversed(ascii_letters) if letter not in text]
    counts = [rank - len(each.replace(ELLIPSIS, "")) for each, rank in zip(operands, ranks, strict=True)]
    most = max((count for each, count in zip(operands, counts, strict=True) if ELLIPSIS in each), default=0)
    shared = "".join(free[:most])
    written = [
        each.replace(ELLIPSIS, shared[most - count :]) if ELLIPSIS in each else each
        for each, count in zip(operands, counts, strict=True)
    ]
    if [len(each) for each in written] != list(ranks):
        raise ValueError("the equation does not fit the operands")
    return Equation(tuple(written), result.replace(ELLIPSIS, shared))
