"""The ONNX model that other servers load: the outputs of a signature under its names, and all weights in one file."""

from collections.abc import Mapping

from onnx import ModelProto, TensorProto, ValueInfoProto, helper, numpy_helper

from app.errors import NotAvailable
from app.nets.network import Network
from app.nets.reading.rewriting.nested_graphs import rename_values
from app.nets.serving.signature import NamedTensor, Signature
from app.nets.taps import expose_outputs

MAX_BYTES = 2_000_000_000  # of a file in the format of ONNX
NO_INPUTS_FOR_CONSTANTS = 4  # the version of the format from which constants need not be inputs as well


def exported_model(network: Network, signature: Signature) -> ModelProto:
    """The network with the outputs that have an ONNX name in the signature, for the sizes that it states.

    Raises:
        NotAvailable: the weights are not on this machine, or too large for one file, or an output has the input's name.
    """
    network.require_weights()
    if network.nbytes > MAX_BYTES:
        raise NotAvailable(
            f"{network.card.name} has more than {MAX_BYTES:,} bytes: that is too much for one ONNX file."
        )
    if signature.input.name in signature.values:
        raise NotAvailable(f"{network.card.name} has an output with the name of its input.")
    model = expose_outputs(network.model, signature.values.values(), network.graph.operators.narrow_values)
    model.ir_version = max(model.ir_version, NO_INPUTS_FOR_CONSTANTS)
    _include_weights(model, network)
    _rename(model, {value: name for name, value in signature.values.items()})
    _declare(model, signature)
    return model


def _include_weights(model: ModelProto, network: Network) -> None:
    for tensor in model.graph.initializer:
        if tensor.data_location == TensorProto.EXTERNAL:
            tensor.CopyFrom(numpy_helper.from_array(network.tensor(tensor.name), tensor.name))


def _rename(model: ModelProto, names: Mapping[str, str]) -> None:
    """Give values these names; others that have one of them get a longer one."""
    taken = set(names.values())

    def rename(value: str) -> str:
        return names.get(value) or (f"{value} of the file" if value in taken else value)

    for node in model.graph.node:
        rename_values(node, rename)
    for tensor in model.graph.initializer:
        tensor.name = rename(tensor.name)


def _declare(model: ModelProto, signature: Signature) -> None:
    """Declare the input and the outputs with their types and shapes; nothing else is declared."""
    graph = model.graph
    for declared in (graph.input, graph.output, graph.value_info):
        del declared[:]
    graph.input.append(_value_info(signature.input))
    graph.output.extend(_value_info(signature.outputs[name]) for name in signature.values)


def _value_info(tensor: NamedTensor) -> ValueInfoProto:
    return helper.make_tensor_value_info(tensor.name, helper.np_dtype_to_tensor_dtype(tensor.dtype), tensor.shape)
