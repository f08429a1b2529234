"""One operator of a network for its rule: shapes, attributes, values, and the graph that is being written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from onnx import NodeProto

from app.errors import NotDifferentiable
from app.gradients.writer import Writer
from app.nets.reading.operators import Operator, OperatorGraph

Relu = Literal["exact", "guided", "deconvnet"]


@dataclass(slots=True)
class Call:
    """An operator and the graph that is being written.

    Shapes are those for one input; values that depend on the input may have a larger batch along the first axis. `relu`
    is the rule for the gradient of rectifiers. `used` collects the values of the network that the graph refers to,
    `extra` the outputs that the operator gets in addition to its own, by position.
    """

    operator: Operator
    node: NodeProto
    source: OperatorGraph
    writer: Writer
    relu: Relu
    gradients: Sequence[str | None] = ()
    used: set[str] = field(default_factory=set)
    extra: dict[int, str] = field(default_factory=dict)

    @property
    def opset(self) -> int:
        return self.source.opset

    @property
    def gradient(self) -> str:
        """The gradient with respect to the operator's first output."""
        first = self.gradients[0]
        if first is None:
            raise self.refusal("only its first output can be differentiated")
        return first

    def input(self, position: int = 0) -> str:
        """The value of the network that is the operator's input."""
        self.used.add(self.operator.inputs[position])
        return self.operator.inputs[position]

    def output(self, position: int = 0) -> str:
        """The value of the network that is the operator's output; an output that the file leaves out is added."""
        own = self.operator.outputs[position] if position < len(self.operator.outputs) else ""
        if not own:
            own = self.extra.setdefault(position, self.writer.new_name())
        self.used.add(own)
        return own

    def has_input(self, position: int) -> bool:
        """Whether the operator has this input."""
        return position < len(self.operator.inputs) and bool(self.operator.inputs[position])

    def shape(self, position: int = 0) -> tuple[int, ...]:
        """The shape of an input."""
        return self.source.shape(self.operator.inputs[position])

    def shape_out(self, position: int = 0) -> tuple[int, ...]:
        return self.source.shape(self.operator.outputs[position])

    def depends_on_input(self, position: int) -> bool:
        """Whether an input of the operator depends on the network's input."""
        return self.has_input(position) and self.operator.inputs[position] in self.source.input_dependent

    def attribute(self, name: str, default: Any) -> Any:
        """An attribute, or a constant input that is one of `app.nets.reading.operators.ATTRIBUTE_INPUTS`."""
        return self.operator.attributes.get(name, default)

    def axis(self, default: int) -> int:
        """The attribute `axis`, counted from the first axis."""
        return int(self.attribute("axis", default)) % max(1, len(self.shape()))

    def add(self, op: str, *inputs: str, **attributes: Any) -> str:
        return self.writer.add(op, inputs, **attributes)

    def float32_constant(self, values: npt.ArrayLike) -> str:
        """A float32 tensor; a single number is a scalar."""
        return self.writer.constant(values, np.float32)

    def int64_constant(self, values: Iterable[int]) -> str:
        """A vector of int64."""
        return self.writer.constant(list(values), np.int64)

    def reshape(self, value: str, shape: Sequence[int]) -> str:
        """The value in a shape given for one input; the length of the first axis is inferred, for batches."""
        return self.add("Reshape", value, self.int64_constant(dynamic_batch_shape(shape)))

    def zeros_like(self, value: str) -> str:
        return self.add("ConstantOfShape", self.add("Shape", value))

    def refusal(self, why: str) -> NotDifferentiable:
        name = self.operator.name[:200]
        what = f"the {self.operator.op} operator {name}" if name else f"a {self.operator.op} operator"
        return NotDifferentiable(f"There is no gradient through {what}: {why}.", op=self.operator.op, operator=name)


def dynamic_batch_shape(shape: Sequence[int]) -> list[int]:
    """The shape with the length of its first axis inferred, so that the graph accepts batches."""
    return [-1, *shape[1:]] if shape and prod(shape[1:]) else list(shape)
