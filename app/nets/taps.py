"""ONNX surgery: the same graph with other values as its outputs."""

from collections.abc import Container, Iterable, Mapping

from onnx import ModelProto, TensorProto, helper

from app.errors import NetworkError
from app.nets.reading.rewriting.nested_graphs import rename_values


def expose_outputs(model: ModelProto, values: Iterable[str], narrow: Container[str] = ()) -> ModelProto:
    """A copy of the model whose outputs are `values`, in their order and without duplicates.

    Those in `narrow` have a type that NumPy does not have: they are given as float32, which has all of their numbers.
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
    converted = {value: f"{value} as it is" for value in outputs if value in narrow}
    _convert(result, converted)
    declared = {value.name: value for value in model.graph.output if value.name not in converted}
    del result.graph.output[:]
    result.graph.output.extend(declared.get(value, helper.make_empty_tensor_value_info(value)) for value in outputs)
    return result


def _convert(model: ModelProto, names: Mapping[str, str]) -> None:
    """Give the values of these names other names, and convert each to float32 under its own."""
    if not names:
        return
    for node in model.graph.node:
        rename_values(node, lambda value: names.get(value, value))
    model.graph.node.extend(
        helper.make_node("Cast", [narrow], [value], to=TensorProto.FLOAT) for value, narrow in names.items()
    )
    for info in model.graph.value_info:
        info.name = names.get(info.name, info.name)
