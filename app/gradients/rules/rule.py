"""What a rule is: an operator's gradient, its forward form in today's ONNX, and whether it keeps pictures apart."""

from collections.abc import Callable
from dataclasses import dataclass

from onnx import NodeProto, defs

from app.gradients.call import Call


def copy_operator(call: Call) -> None:
    """Write the operator as the file has it, with the outputs that its gradient asks for besides."""
    node = NodeProto()
    node.CopyFrom(call.node)
    del node.attribute[:]
    node.attribute.extend(attribute for attribute in call.node.attribute if attribute.name != "consumed_inputs")
    del node.output[:]
    node.output.extend(output_names(call))
    call.writer.nodes.append(node)


def is_current(call: Call, version: int) -> bool:
    """Whether `version` of ONNX still has the operator in the form that the file has it in, as far as can be told."""
    node = call.node
    if not defs.has(node.op_type, version, node.domain):
        return True  # of somebody's own domain, which the graph names in the version that the file does
    schema = defs.get_schema(node.op_type, version, node.domain)
    inputs_fit = schema.min_input <= len(node.input) <= schema.max_input
    return inputs_fit and schema.attributes.keys() >= {attribute.name for attribute in node.attribute}


def output_names(call: Call) -> list[str]:
    """The operator's outputs, and those that its gradient asks for besides."""
    names = dict(enumerate(call.operator.outputs)) | call.extra
    return [names.get(position, "") for position in range(max(names) + 1)]


def has_batch_axis(call: Call) -> bool:
    """Whether every value in use that the picture carries has an axis of length 1 in front, for the pictures.

    That is enough for operators that work on each entry of the first axis alone.
    """
    values = {*call.operator.inputs, *call.operator.outputs} & call.used & call.source.input_dependent
    return all(call.source.shape(value)[:1] == (1,) for value in values)


@dataclass(frozen=True, slots=True)
class Rule:
    """The facts of one operator.

    `backward(call, position)` writes the gradient with respect to an input, given those with respect to the outputs,
    and returns its name. `forward(call)` writes the operator itself, in the form of the newest ONNX.
    `is_batchable(call)` says whether a batch along the first axis gives the same results as its inputs one by one.
    """

    backward: Callable[[Call, int], str]
    forward: Callable[[Call], None] = copy_operator
    is_batchable: Callable[[Call], bool] = has_batch_axis
