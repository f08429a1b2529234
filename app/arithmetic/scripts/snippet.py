"""What a snippet is written from: the operator, the variables that hold what it reads, and the number to print."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.arithmetic.working import Index
from app.errors import NotAvailable

Library = Literal["numpy", "pytorch"]
Extent = Literal["cell", "layer"]


@dataclass(frozen=True, slots=True)
class Variable:
    """An input of the operator: its name in the script, its shape as an ONNX value, the expression that gives it."""

    name: str
    shape: tuple[int, ...]
    value: str

    def at(self, index: Sequence[int | str]) -> str:
        """An expression for the part of it that broadcasts to an index of the result; ":" stands for a whole axis."""
        own = list(index)[len(index) - len(self.shape) :]
        places = [0 if length == 1 and at != ":" else at for length, at in zip(self.shape, own, strict=True)]
        return f"{self.name}[{subscript(places)}]" if places else self.name


@dataclass(frozen=True, slots=True, eq=False)
class SnippetTask:
    """The number at `index` of the operator's output, by itself or with the whole output, in the words of a library.

    An input that is left out is None.
    """

    op: str
    opset: int
    attributes: Mapping[str, Any]
    variables: tuple[Variable | None, ...]
    output_shape: tuple[int, ...]
    index: Index
    library: Library
    extent: Extent

    @property
    def is_torch(self) -> bool:
        return self.library == "pytorch"

    @property
    def is_cell(self) -> bool:
        return self.extent == "cell"

    @property
    def module(self) -> str:
        """The name under which the script imports the library."""
        return "torch" if self.is_torch else "np"

    @property
    def present(self) -> tuple[Variable, ...]:
        """The inputs that are not left out."""
        return tuple(each for each in self.variables if each is not None)

    def variable(self, position: int) -> Variable | None:
        """An input; None if it is left out, at the end of the list too."""
        return self.variables[position] if 0 <= position < len(self.variables) else None

    def required(self, position: int) -> Variable:
        """An input that the operator can't do without; raises NotAvailable."""
        variable = self.variable(position)
        if variable is None:
            raise no_script(self.op)
        return variable

    def axis(self, default: int) -> int:
        """The attribute `axis`, counted from the front."""
        return int(self.attributes.get("axis", default)) % len(self.required(0).shape)

    @property
    def number_of_output(self) -> str:
        """The line that takes the number out of the whole output."""
        return f"number = output[{subscript(self.index)}]" if self.index else "number = output"


Snippet = Callable[[SnippetTask], Sequence[str]]  # lines that compute `number`, with the layer also `output`


def literal(numbers: float | list[Any]) -> str:
    """A number, or lists of numbers, as Python writes them, which has no words for infinity and NaN."""
    return re.sub("inf|nan", r'float("\g<0>")', repr(numbers))


def subscript(places: Sequence[int | str]) -> str:
    """Places on the axes as they stand in brackets."""
    return ", ".join(map(str, places))


def no_script(op: str) -> NotAvailable:
    """The error for an operator, or a form of one, that no script is written for."""
    return NotAvailable(f"There is no script for this form of the operator {op}.", op=op)
