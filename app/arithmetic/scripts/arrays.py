"""What a script reads: layers' outputs and constants as arrays of the API, small constants written out."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np

from app.arithmetic.scripts.snippet import Library, Variable, literal, no_script
from app.errors import NotAvailable
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.reading.operators import Operator
from app.nets.reading.roles import ROLES

WRITTEN_OUT = 16  # numbers of a constant without an address
PASSING = {"Cast", "Identity"}  # operators whose output is the number that they read
FEW = "abc"  # names of the outputs that an operator combines


@dataclass(frozen=True, slots=True)
class ArraySource:
    """The network, the id of the picture, and the library whose arrays the script uses."""

    network: Network
    image: str
    library: Library

    def variables_of(self, layer: Layer, operator: Operator) -> tuple[Variable | None, ...]:
        """The variables for the operator's inputs; None for one that is left out.

        Raises:
            NotAvailable: an input is neither a layer's output, nor the network's input, nor a constant of the file.
        """
        varying = [name for name in operator.inputs if self._is_varying(name)]
        names = ["x"] if len(varying) == 1 else list(FEW) if len(varying) <= len(FEW) else _parts(len(varying))
        free, variables = iter(names), list[Variable | None]()
        for position, value in enumerate(operator.inputs):
            if not value:
                variables.append(None)
            elif self._is_varying(value):
                variables.append(self._output(operator.op, value, next(free)))
            else:
                variables.append(self._constant(layer, operator, position))
        return tuple(variables)

    def _is_varying(self, value: str) -> bool:
        return value in self.network.graph.operators.input_dependent

    def _output(self, op: str, value: str, name: str) -> Variable:
        """The variable for a layer's output or the input tensor, with the batch axis of the file."""
        graph = self.network.graph
        if value == graph.input.name:
            if not graph.input.is_image:
                raise no_script(op)
            turned = "" if graph.input.layout == "NCHW" else self._channels_last
            loaded = _load("input.npy", f"images/{quote(self.image)}/tensor.npy")
            return Variable(name, graph.operators.shape(value), f"{loaded}{turned}[None]")
        if value not in graph.layer_of:  # its size is not known before a run
            raise no_script(op)
        layer = graph.by_id.get(graph.layer_of[value])  # None for the input itself, in another type
        if layer is None or layer.output != value:
            operator = next(each for each in graph.operators.operators if value in each.outputs)
            is_number = graph.operators.values[value].dtype.kind == "f"
            if operator.op not in PASSING or not is_number:
                raise no_script(op)
            return self._output(op, operator.inputs[0], name)
        loaded = _load(f"{layer.id}.npy", f"images/{quote(self.image)}/layers/{quote(layer.id)}.npy")
        batch = "" if layer.batch_axis is None else f"[{':, ' * layer.batch_axis}None]"
        return Variable(name, graph.operators.shape(value), loaded + batch)

    @property
    def _channels_last(self) -> str:
        return f".{'permute' if self.library == 'pytorch' else 'transpose'}(1, 2, 0)"

    def _constant(self, layer: Layer, operator: Operator, position: int) -> Variable:
        """The variable for a constant: an array of the API if it has a role, else its numbers."""
        value, roles = operator.inputs[position], ROLES.get(operator.op, ())
        name = roles[position] if position < len(roles) and roles[position] else f"constant_{position}"
        shape = self.network.graph.operators.shape(value)
        role = next((role for role, each in self.network.graph.weight_values(layer).items() if each == value), None)
        if role is not None:
            loaded = _load(f"{layer.id}-{role}.npy", f"layers/{quote(layer.id)}/weights/{quote(role)}.npy")
            return Variable(name, shape, loaded)
        return Variable(name, shape, self._written_out(value))

    def _written_out(self, value: str) -> str:
        """A small constant as Python; empty if it is large or not known without a run."""
        try:
            numbers = np.asarray(self.network.constant(value))
        except NotAvailable:
            return ""
        if numbers.size > WRITTEN_OUT or numbers.dtype.kind not in "iuf":
            return ""
        written = literal(numbers.astype(np.float64).tolist())
        if not numbers.shape:
            return written
        return f"torch.tensor({written}, dtype=torch.float64)" if self.library == "pytorch" else f"np.array({written})"


def _load(file: str, address: str) -> str:
    return f"load({json.dumps(file_name(file))}, {json.dumps(address)})"


def file_name(name: str) -> str:
    """The name of a file without characters that a system may not take."""
    return re.sub(r"[^A-Za-z0-9_.-]", "-", name)


def _parts(count: int) -> Sequence[str]:
    return [f"part_{number}" for number in range(count)]
