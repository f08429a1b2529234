"""A rule: an operator's gradient, its forward form in a recent version of ONNX, and whether it can be batched."""

from collections.abc import Callable
from dataclasses import dataclass

from onnx import NodeProto, defs

from app.gradients.call import Call


def copy_operator(call: Call) -> None:
    """Write the operator as it is in the file, with the additional outputs that its gradient needs."""
    node = NodeProto()
    node.CopyFrom(call.node)
    del node.attribute[:]
    node.attribute.extend(attribute for attribute in call.node.attribute if attribute.name != "consumed_inputs")
    del node.output[:]
    node.output.extend(output_names(call))
    call.writer.nodes.append(node)


def is_current(call: Call, version: int) -> bool:
    """Whether the operator's form in the file is still valid in this version of ONNX, as far as its schema tells."""
    node = call.node
    if not defs.has(node.op_type, version, node.domain):
        return True  # of a custom domain, which the graph imports in the file's version
    schema = defs.get_schema(node.op_type, version, node.domain)
    inputs_fit = schema.min_input <= len(node.input) <= schema.max_input
    return inputs_fit and schema.attributes.keys() >= {attribute.name for attribute in node.attribute}


def output_names(call: Call) -> list[str]:
    """The operator's outputs and the additional ones that its gradient needs."""
    names = dict(enumerate(call.operator.outputs)) | call.extra
    return [names.get(position, "") for position in range(max(names) + 1)]


def has_batch_axis(call: Call) -> bool:
    """Whether every used value that depends on the input has a first axis of length 1: the batch axis.

    That is sufficient for operators that treat each entry of the first axis separately.
    """
    values = {*call.operator.inputs, *call.operator.outputs} & call.used & call.source.input_dependent
    return all(call.source.shape(value)[:1] == (1,) for value in values)


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of one operator.

    `backward(call, position)` writes the gradient with respect to an input, from those with respect to the outputs,
    and returns its name. `forward(call)` writes the operator itself, in the form of a recent version of ONNX.
    `is_batchable(call)` says whether a batch along the first axis gives the same results as its inputs one by one.
    """

    backward: Callable[[Call, int], str]
    forward: Callable[[Call], None] = copy_operator
    is_batchable: Callable[[Call], bool] = has_batch_axis
