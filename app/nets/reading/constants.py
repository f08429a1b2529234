"""The constants of a network: those stored in its file, and those that the graph computes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper

from app.errors import NetworkError, NotAvailable
from app.nets.reading.model_file import Weight
from app.nets.reading.operators import OperatorGraph
from app.nets.reading.quantisation import Array, Scaling, dequantize, quantize
from app.nets.session import Session
from app.nets.subgraph import subgraph_before
from app.work.stop import Stop

RANDOM = {"Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"}
MAX_COMPUTED = 64  # operators on the way to a constant


class Constants:
    """The constants by their ONNX name. A computed constant is a stored one that is moved, converted or quantised."""

    def __init__(self, model: ModelProto, tensors: Mapping[str, Weight]) -> None:
        """`tensors` are the stored ones."""
        self._nodes = {value: node for node in model.graph.node for value in node.output if value}
        self._tensors = tensors

    def stored(self, value: str) -> str:
        """The name of the stored tensor whose numbers the constant has; `value` if it is computed in another way."""
        while value not in self._tensors and value in self._nodes and self._nodes[value].op_type in RULES:
            value = self._nodes[value].input[0]
        return value

    def array(self, value: str) -> Array:
        """The constant as the operators read it. Nothing is copied where it is only moved.

        Raises:
            KeyError: the file does not have it, or computes it in another way or with very many operators.
            NetworkError: it is not here, or its attributes do not fit it.
        """
        return self._array(value, {})

    def _array(self, value: str, computed: dict[str, Array | None]) -> Array:
        """The same; `computed` are those on the way to it, None for one that is not yet."""
        if value in self._tensors:
            return self._tensors[value].array()
        node, array = self._nodes[value], computed.get(value)
        if array is None:
            rule = RULES[node.op_type]
            if len(computed) == MAX_COMPUTED:
                raise KeyError(value)
            computed[value] = None
            inputs = [self._array(name, computed) if name else None for name in node.input]
            try:
                array = computed[value] = rule(node, inputs)
            except (ArithmeticError, LookupError, TypeError, ValueError) as error:
                raise NetworkError("The attributes of one of the network's operators do not fit it.") from error
        return array

    def inputs_of(self, output: str) -> tuple[str, ...]:
        """The names of the inputs of the operator that computes `output`."""
        return tuple(self._nodes[output].input)


def compute_constant(
    name: str, model: ModelProto, operators: OperatorGraph, open_session: Callable[[ModelProto], Session]
) -> Array:
    """Run the part of `model` that computes a constant. Of the network's input it reads the size at most.

    Raises:
        NotAvailable: it depends on the network's input or on chance.
    """
    part = subgraph_before(model, name)
    if name in operators.input_dependent or not RANDOM.isdisjoint(node.op_type for node in part.graph.node):
        raise NotAvailable("This number is no constant: it depends on the network's input, or on chance.")
    inputs = {value.name: operators.values[value.name] for value in part.graph.input}
    feeds = {name: np.zeros(spec.shape, spec.dtype) for name, spec in inputs.items()}
    return open_session(part).run(feeds, Stop())[name]


def _attribute(node: NodeProto, name: str, default: Any) -> Any:
    return next(
        (helper.get_attribute_value(attribute) for attribute in node.attribute if attribute.name == name), default
    )


def _list(node: NodeProto, inputs: Sequence[Array | None], name: str) -> list[int] | None:
    """A list that is an attribute in old versions of ONNX and the second input in new ones."""
    if len(inputs) > 1 and inputs[1] is not None:
        return [int(number) for number in inputs[1].reshape(-1)]
    values = _attribute(node, name, None)
    return None if values is None else list(values)


def _first(inputs: Sequence[Array | None]) -> Array:
    array = inputs[0]
    if array is None:
        raise LookupError("no input")
    return array


def _identity(_: NodeProto, inputs: Sequence[Array | None]) -> Array:
    return _first(inputs)


def _cast(node: NodeProto, inputs: Sequence[Array | None]) -> Array:
    data_type = int(_attribute(node, "to", TensorProto.FLOAT))
    if data_type == TensorProto.STRING:
        raise ValueError("texts of numbers are no weights")
    return _first(inputs).astype(helper.tensor_dtype_to_np_dtype(data_type))


def _transpose(node: NodeProto, inputs: Sequence[Array | None]) -> Array:
    return _first(inputs).transpose(_attribute(node, "perm", None))


def _reshape(node: NodeProto, inputs: Sequence[Array | None]) -> Array:
    array, target = _first(inputs), _list(node, inputs, "shape") or []
    if not _attribute(node, "allowzero", 0):
        target = [array.shape[place] if length == 0 else length for place, length in enumerate(target)]
    return array.reshape(target)


def _flatten(node: NodeProto, inputs: Sequence[Array | None]) -> Array:
    array, axis = _first(inputs), int(_attribute(node, "axis", 1))
    rows = int(np.prod(array.shape[:axis]))
    return array.reshape(rows, array.size // max(1, rows))


def _squeeze(node: NodeProto, inputs: Sequence[Array | None]) -> Array:
    axes = _list(node, inputs, "axes")
    return _first(inputs).squeeze(None if axes is None else tuple(axes))


def _unsqueeze(node: NodeProto, inputs: Sequence[Array | None]) -> Array:
    return np.expand_dims(_first(inputs), tuple(_list(node, inputs, "axes") or ()))


def _dequantize_linear(node: NodeProto, inputs: Sequence[Array | None]) -> Array:
    return dequantize(_first(inputs), _scaling(node, inputs))


def _quantize_linear(node: NodeProto, inputs: Sequence[Array | None]) -> Array:
    return quantize(_first(inputs), _scaling(node, inputs))


def _scaling(node: NodeProto, inputs: Sequence[Array | None]) -> Scaling:
    scale, zero = [*inputs[1:], None][:2]
    if scale is None:
        raise LookupError("no scale")
    return Scaling(scale, zero, int(_attribute(node, "axis", 1)), int(_attribute(node, "block_size", 0)))


# The operators whose output has the numbers of their first input.
RULES: Mapping[str, Callable[[NodeProto, Sequence[Array | None]], Array]] = {
    "Cast": _cast,
    "DequantizeLinear": _dequantize_linear,
    "Flatten": _flatten,
    "Identity": _identity,
    "QuantizeLinear": _quantize_linear,
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
