"""One operator of a network as its rule sees it: shapes, settings, values, and where to write the graph."""

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
    """An operator, and the graph that is being written.

    Shapes are those for one picture; every value that the picture carries may hold more of them along the first axis.
    `relu` says how gradients pass a rectifier. `used` collects the network's own values that the graph refers to,
    `extra` the outputs that the operator shall have besides its own, by position.
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
        """The network's own value that the operator reads."""
        self.used.add(self.operator.inputs[position])
        return self.operator.inputs[position]

    def output(self, position: int = 0) -> str:
        """The network's own value that the operator makes; one that it does not make yet, it shall make."""
        own = self.operator.outputs[position] if position < len(self.operator.outputs) else ""
        if not own:
            own = self.extra.setdefault(position, self.writer.new_name())
        self.used.add(own)
        return own

    def has_input(self, position: int) -> bool:
        """Whether the operator has that input."""
        return position < len(self.operator.inputs) and bool(self.operator.inputs[position])

    def shape(self, position: int = 0) -> tuple[int, ...]:
        """The shape of an input."""
        return self.source.shape(self.operator.inputs[position])

    def shape_out(self, position: int = 0) -> tuple[int, ...]:
        return self.source.shape(self.operator.outputs[position])

    def depends_on_input(self, position: int) -> bool:
        """Whether an input depends on the picture."""
        return self.has_input(position) and self.operator.inputs[position] in self.source.input_dependent

    def setting(self, name: str, default: Any) -> Any:
        """An attribute, or a constant input that is one of `app.nets.reading.operators.ATTRIBUTE_INPUTS`."""
        return self.operator.attributes.get(name, default)

    def axis(self, default: int) -> int:
        """The setting `axis`, counted from the front."""
        return int(self.setting("axis", default)) % max(1, len(self.shape()))

    def add(self, op: str, *inputs: str, **attributes: Any) -> str:
        return self.writer.add(op, inputs, **attributes)

    def float32_constant(self, values: npt.ArrayLike) -> str:
        """A float32 tensor; a single number is a scalar."""
        return self.writer.constant(values, np.float32)

    def int64_constant(self, values: Iterable[int]) -> str:
        """A list of int64."""
        return self.writer.constant(list(values), np.int64)

    def reshape(self, value: str, shape: Sequence[int]) -> str:
        """The value in the shape that it has for one picture; the first axis takes what is left, the pictures."""
        return self.add("Reshape", value, self.int64_constant(dynamic_batch_shape(shape)))

    def zeros_like(self, value: str) -> str:
        return self.add("ConstantOfShape", self.add("Shape", value))

    def refusal(self, why: str) -> NotDifferentiable:
        name = self.operator.name[:200]
        what = f"the {self.operator.op} operator {name}" if name else f"a {self.operator.op} operator"
        return NotDifferentiable(f"There is no gradient through {what}: {why}.", op=self.operator.op, operator=name)


def dynamic_batch_shape(shape: Sequence[int]) -> list[int]:
    """The shape with its first axis left to be told from the rest: a graph for one picture takes many."""
    return [-1, *shape[1:]] if shape and prod(shape[1:]) else list(shape)
