"""ONNX surgery: the same graph, with other values for its outputs."""

from collections.abc import Iterable

from onnx import GraphProto, ModelProto, helper

from app.errors import NetworkError


def expose_outputs(model: ModelProto, values: Iterable[str]) -> ModelProto:
    """A copy of the model that answers with `values`, in their order and without repeats; its own are left unchanged.

    Weights that the model keeps elsewhere stay there. An output's type is left to the runtime to infer.

    Raises:
        NetworkError: the graph makes no value of that name.
    """
    made = _values_made(model.graph)
    outputs = [value for value in dict.fromkeys(values) if value]
    if not made.issuperset(outputs):
        raise NetworkError("The network makes no such value.")
    result = ModelProto()
    result.CopyFrom(model)
    declared = {value.name: value for value in model.graph.output}
    del result.graph.output[:]
    result.graph.output.extend(declared.get(value, helper.make_empty_tensor_value_info(value)) for value in outputs)
    return result


def _values_made(graph: GraphProto) -> set[str]:
    return {value for node in graph.node for value in node.output}
