"""What the operators of a network read in one run: ONNX values by name, and the layers' cells that they consist of."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.arithmetic.registry import work
from app.arithmetic.working import LISTED, Index, Operation
from app.errors import NoWorking
from app.nets.layer import INPUT, CellPlace, Layer
from app.nets.network import Network
from app.nets.reading.layers import PASSED_THROUGH
from app.nets.reading.operators import Operator
from app.nets.reading.quantised_values import MOVES

SCALING = {"DynamicQuantizeLinear"}  # its further outputs are the scale and the zero point


class Operands:
    """The values of one run: constants, layers' outputs, the input tensor, and what passes these on.

    `outputs` are the layers' outputs by id, without a batch axis; `tensor` gives the input tensor, (C, H, W).
    """

    def __init__(
        self, network: Network, outputs: Mapping[str, NDArray[np.float32]], tensor: Callable[[], NDArray[np.float32]]
    ) -> None:
        self.graph = network.graph
        self._network = network
        self._outputs = outputs
        self._tensor = tensor
        self._operators = {
            value: operator for operator in self.graph.operators.operators for value in operator.outputs if value
        }

    def operation(self, layer: Layer, limit: int) -> Operation:
        """The operator of a layer with all that it reads; its sums list so many terms.

        What only moves quantised numbers moves those that they stand for.
        """
        operation = self._operation(layer.output, limit)
        if layer.quantisation is None or operation.op not in MOVES:
            return operation
        dtype = self.graph.operators.values[layer.output].dtype
        inputs = (each if each is None or each.dtype != dtype else layer.real(each) for each in operation.inputs)
        return replace(operation, inputs=tuple(inputs))

    def _operation(self, value: str, limit: int = LISTED) -> Operation:
        operator = self.operator(value)
        return Operation(
            operator.op,
            self.graph.operators.opset,
            operator.attributes,
            tuple(self.value(name) if name else None for name in operator.inputs),
            self.shape(value),
            operator.outputs.index(value),
            limit,
        )

    def operator(self, value: str) -> Operator:
        """The operator of the file that computes a value."""
        return self._operators[value]

    def origin(self, value: str) -> str:
        """The value that Identity and Cast pass on as this one."""
        while value in self._operators and self._operators[value].op in PASSED_THROUGH:
            value = self._operators[value].inputs[0]
        return value

    def shape(self, value: str) -> tuple[int, ...]:
        """The shape of a whole ONNX value."""
        return self.graph.operators.shape(value)

    def value(self, name: str) -> NDArray[Any]:
        """The whole ONNX value of this name, in the file's dtype.

        Raises:
            NotAvailable: it is a constant that can't be known without a run.
            NoWorking: it is a further output of an operator other than Split and DynamicQuantizeLinear.
        """
        if name == self.graph.input.name:
            return self._network.feeds(self._tensor()[np.newaxis])[name]
        layer = self._layer(name)
        spec = self.graph.operators.values.get(name)
        if layer is not None and spec is not None:
            output = layer.quantised(self._outputs[layer.id])
            return layer.with_batch(output.astype(spec.dtype, copy=False), spec.shape)
        if name not in self.graph.layer_of:
            return self._network.constant(name)
        dtype, operator = self.graph.operators.values[name].dtype, self._operators[name]
        if operator.op in SCALING:
            return np.full(self.shape(name), work(self._operation(name), ()).total, dtype)
        passed = self.value(operator.inputs[0])
        match operator.op:
            case "Identity":
                return passed
            case "Cast":
                return passed.astype(dtype)
        axis, begin = self._part(name)
        return passed.take(range(begin, begin + self.shape(name)[axis]), axis)

    def number(self, place: CellPlace) -> float:
        """The number of a cell in the run."""
        if place.layer == INPUT:
            index = self.graph.input.index_of(place.channel, place.y, place.x)
            return float(self.value(self.graph.input.name)[index])
        index = self.graph.by_id[place.layer].index_of(place.channel, place.y, place.x)
        return float(self._outputs[place.layer][index])

    def dtype(self, place: CellPlace) -> np.dtype[Any]:
        """The dtype of a cell's layer, or of the input, in the file."""
        output = self.graph.input.name if place.layer == INPUT else self.graph.by_id[place.layer].output
        return self.graph.operators.values[output].dtype

    def place(self, name: str, index: Index) -> CellPlace | None:
        """The cell that a number of an ONNX value is, in the layer that computes it; None for a constant or a scale.

        A number that Identity, Cast or Split passes on is the cell that they read.
        """
        if name == self.graph.input.name:
            return CellPlace(INPUT, *self.graph.input.cell_of(index))
        layer = self._layer(name)
        if layer is not None:
            return CellPlace(layer.id, *layer.cell_of(layer_index(layer, index)))
        if name not in self.graph.layer_of or self._operators[name].op in SCALING:
            return None
        if self._operators[name].op == "Split":
            axis, begin = self._part(name)
            index = (*index[:axis], index[axis] + begin, *index[axis + 1 :])
        return self.place(self._operators[name].inputs[0], index)

    def _layer(self, name: str) -> Layer | None:
        """The layer whose output is the value, if one is."""
        layer = self.graph.by_id.get(self.graph.layer_of.get(name, INPUT))
        return layer if layer is not None and layer.output == name else None

    def _part(self, name: str) -> tuple[int, int]:
        """The axis that a Split cuts, and where one of its outputs begins on it.

        Raises:
            NoWorking: another operator computes the value.
        """
        operator = self._operators[name]
        if operator.op != "Split":
            why = f"There is no working for the second output of the operator {operator.op}."
            raise NoWorking(why, op=operator.op)
        shapes = [self.shape(value) for value in operator.outputs]
        axis = int(operator.attributes.get("axis", 0)) % len(shapes[0])
        begins = [0, *accumulate(shape[axis] for shape in shapes)]
        return axis, begins[operator.outputs.index(name)]


def full_index(layer: Layer, place: CellPlace) -> Index:
    """The index of a layer's cell in its whole ONNX value, that of the first input of a batch."""
    return batch_index(layer, layer.index_of(place.channel, place.y, place.x))


def layer_index(layer: Layer, index: Index) -> Index:
    """The index in a layer's output without a batch axis for one in its whole ONNX value."""
    at = layer.batch_axis
    return index if at is None else (*index[:at], *index[at + 1 :])


def batch_index(layer: Layer, index: Index) -> Index:
    """The index in a layer's whole ONNX value for one in its output without a batch axis."""
    at = layer.batch_axis
    return index if at is None else (*index[:at], 0, *index[at:])
