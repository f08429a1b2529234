"""Writing an ONNX graph: nodes in order, each constant once, and names that are not in use."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import NodeProto, TensorProto, helper, numpy_helper


class Writer:
    """Collects nodes and constants. Every new value has a unique name, different from the `names` in use."""

    def __init__(self, names: Collection[str]) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: dict[tuple[str, tuple[int, ...], bytes], TensorProto] = {}
        self._prefix = "gradient "
        while any(name.startswith(self._prefix) for name in names):
            self._prefix += "_"
        self._count = 0

    def new_name(self) -> str:
        """A unique name for a new value."""
        self._count += 1
        return f"{self._prefix}{self._count}"

    def add(self, op: str, inputs: Sequence[str], **attributes: Any) -> str:
        """Write a node with one output and return the output's name."""
        output = self.new_name()
        self.add_node(op, inputs, [output], **attributes)
        return output

    def add_node(self, op: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any) -> None:
        """Write a node with these outputs."""
        self.nodes.append(helper.make_node(op, inputs, outputs, self.new_name(), **attributes))

    def constant(self, values: npt.ArrayLike, dtype: npt.DTypeLike) -> str:
        """The name of a constant tensor."""
        array = np.asarray(values, dtype)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self.constants:
            self.constants[key] = numpy_helper.from_array(array, self.new_name())
        return self.constants[key].name
