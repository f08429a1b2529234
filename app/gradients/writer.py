"""Writing an ONNX graph: nodes in order, constants once each, names that no value of the network has."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import NodeProto, TensorProto, helper, numpy_helper


class Writer:
    """Collects nodes and constants. Every value has a name of its own, like none of those `taken`."""

    def __init__(self, taken: Collection[str]) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: dict[tuple[str, tuple[int, ...], bytes], TensorProto] = {}
        self._prefix = "gradient "
        while any(name.startswith(self._prefix) for name in taken):
            self._prefix += "_"
        self._count = 0

    def new_name(self) -> str:
        """A name for a new value."""
        self._count += 1
        return f"{self._prefix}{self._count}"

    def add(self, op: str, inputs: Sequence[str], **attributes: Any) -> str:
        """Write a node of one output, whose name is returned."""
        output = self.new_name()
        self.add_node(op, inputs, [output], **attributes)
        return output

    def add_node(self, op: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any) -> None:
        """Write a node that makes the values `outputs`."""
        self.nodes.append(helper.make_node(op, inputs, outputs, self.new_name(), **attributes))

    def constant(self, values: npt.ArrayLike, dtype: npt.DTypeLike) -> str:
        """A constant tensor: the name of its value."""
        array = np.asarray(values, dtype)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self.constants:
            self.constants[key] = numpy_helper.from_array(array, self.new_name())
        return self.constants[key].name
