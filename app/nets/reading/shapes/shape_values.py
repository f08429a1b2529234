"""Numbers that a graph computes from shapes: where a slice starts, how far a value is padded or expanded."""

from collections.abc import Mapping, Sequence
from math import prod

import numpy as np
import numpy.typing as npt
from onnx import (
    GraphProto,
    NodeProto,
    OperatorSetIdProto,
    TensorProto,
    numpy_helper,
)

from app.errors import NetworkError
from app.nets.reading.shapes.reference_operators import ARITHMETIC, compute_operator

Constant = npt.NDArray[np.generic]
MAX_ENTRIES = 4096  # of an array that is computed here
MAX_DEPTH = 64  # operators in a row from a shape to the number that is computed from it
# The operators whose output's shape depends on the numbers in these of their inputs; of an If, which branch is taken.
SHAPED_BY: Mapping[str, Sequence[int]] = {
    "ConstantOfShape": (0,),
    "Expand": (1,),
    "If": (0,),
    "OneHot": (1,),
    "Pad": (1, 2, 3),
    "Range": (0, 1, 2),
    "Reshape": (1,),
    "Resize": (1, 2, 3),
    "Slice": (1, 2, 3, 4),
    "Split": (1,),
    "Squeeze": (1,),
    "Tile": (1,),
    "TopK": (1,),
    "Unsqueeze": (1,),
    "Upsample": (1,),
    **dict.fromkeys(
        ("ReduceL1", "ReduceL2", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum"),
        (1,),
    ),
}


class ShapeValues:
    """The constants that decide shapes: the small ones of the file, and those that follow from known shapes."""

    def __init__(self, graph: GraphProto, opsets: Sequence[OperatorSetIdProto]) -> None:
        self._graph = graph
        self._nodes = {value: node for node in graph.node for value in node.output if value}
        self._opsets = opsets
        self._shapes: Mapping[str, Sequence[int]] = {}
        self._unknown: set[str] = set()
        self._values = {
            tensor.name: _array(tensor)
            for tensor in graph.initializer
            if tensor.data_location != TensorProto.EXTERNAL and prod(tensor.dims) <= MAX_ENTRIES
        }
        self._operands = [
            node.input[place]
            for node in graph.node
            for place in SHAPED_BY.get(node.op_type, ())
            if place < len(node.input) and not self._is_stored(node.input[place])
        ]

    def _is_stored(self, value: str) -> bool:
        node = self._nodes.get(value)
        return node is None or node.op_type == "Constant"

    def compute(self, shapes: Mapping[str, Sequence[int]]) -> dict[str, Constant]:
        """The numbers that operators need for the shape of their output and that were not computed before.

        From now on, the graph's operators read them as constants.

        `shapes` are the known ones, by the value's name.
        """
        self._shapes, self._unknown = shapes, set()
        missing = [value for value in dict.fromkeys(self._operands) if value not in self._values]
        values = {value: self._value(value, MAX_DEPTH) for value in missing}
        constants = {value: array for value, array in values.items() if array is not None}
        self._use(constants)
        return constants

    def value(self, name: str) -> Constant | None:
        """The numbers of this name; None if they are not known, or not yet."""
        return self._value(name, MAX_DEPTH)

    def _use(self, constants: Mapping[str, Constant]) -> None:
        names = {value: f"constant {value}" for value in constants}
        tensors = (numpy_helper.from_array(array, names[value]) for value, array in constants.items())
        self._graph.initializer.extend(tensors)
        self._values |= {names[value]: array for value, array in constants.items()}
        for node in self._graph.node:
            for place in SHAPED_BY.get(node.op_type, ()):
                if place < len(node.input) and node.input[place] in names:
                    node.input[place] = names[node.input[place]]

    def _value(self, value: str, depth: int) -> Constant | None:
        """The constant of this name, or None while the shapes that it depends on are unknown."""
        if value in self._values:
            return self._values[value]
        node = self._nodes.get(value)
        if node is None or depth == 0 or value in self._unknown:
            return None
        if node.op_type in ("Shape", "Size"):
            array = self._of_shape(node)
        elif node.op_type in ARITHMETIC:
            inputs = {name: self._value(name, depth - 1) for name in node.input if name}
            known = {name: array for name, array in inputs.items() if array is not None}
            array = self._evaluate(node, value, known) if len(known) == len(inputs) else None
        else:
            array = None
        if array is None:
            self._unknown.add(value)
        else:
            self._values[value] = array
        return array

    def _of_shape(self, node: NodeProto) -> Constant | None:
        shape = self._shapes.get(node.input[0])
        if shape is None:
            return None
        if node.op_type == "Size":
            return np.array(prod(shape), np.int64)
        ends = {attribute.name: int(attribute.i) for attribute in node.attribute}
        return np.array(shape[ends.get("start", 0) : ends.get("end", len(shape))], np.int64)

    def _evaluate(self, node: NodeProto, value: str, inputs: Mapping[str, Constant]) -> Constant | None:
        """What the operator makes of constants; None where that is not small, or not possible."""
        return compute_operator(node, inputs, self._opsets, MAX_ENTRIES).get(value)


def _array(tensor: TensorProto) -> Constant:
    try:
        return np.asarray(numpy_helper.to_array(tensor))
    except (TypeError, ValueError) as error:
        raise NetworkError("The ONNX file is broken: a tensor's shape does not fit its bytes.") from error
