"""ONNX surgery: the same graph with other values as its outputs."""

from collections.abc import Iterable

from onnx import ModelProto, helper

from app.errors import NetworkError


def expose_outputs(model: ModelProto, values: Iterable[str]) -> ModelProto:
    """A copy of the model whose outputs are `values`, in their order and without duplicates.

    Weights that the model keeps in another file stay there. The runtime infers the type of new outputs.

    Raises:
        NetworkError: the graph computes no value of that name.
    """
    computed = {value for node in model.graph.node for value in node.output}
    outputs = [value for value in dict.fromkeys(values) if value]
    if not computed.issuperset(outputs):
        raise NetworkError("The network computes no such value.")
    result = ModelProto()
    result.CopyFrom(model)
    declared = {value.name: value for value in model.graph.output}
    del result.graph.output[:]
    result.graph.output.extend(declared.get(value, helper.make_empty_tensor_value_info(value)) for value in outputs)
    return result
