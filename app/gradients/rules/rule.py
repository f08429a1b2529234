"""What a rule is: an operator's gradient, its forward form in today's ONNX, and whether it keeps pictures apart."""

from collections.abc import Callable
from dataclasses import dataclass

from onnx import NodeProto, defs

from app.gradients.call import Call


def copied(call: Call) -> None:
    """Write the operator as the file has it, with the outputs that its gradient asks for besides."""
    node = NodeProto()
    node.CopyFrom(call.node)
    del node.attribute[:]
    node.attribute.extend(attribute for attribute in call.node.attribute if attribute.name != "consumed_inputs")
    del node.output[:]
    node.output.extend(outputs(call))
    call.writer.nodes.append(node)


def is_current(call: Call, version: int) -> bool:
    """Whether `version` of ONNX still has the operator in the form that the file has it in, as far as can be told."""
    node = call.node
    if not defs.has(node.op_type, version, node.domain):
        return True  # of somebody's own domain, which the graph names in the version that the file does
    schema = defs.get_schema(node.op_type, version, node.domain)
    inputs_fit = schema.min_input <= len(node.input) <= schema.max_input
    return inputs_fit and schema.attributes.keys() >= {attribute.name for attribute in node.attribute}


def outputs(call: Call) -> list[str]:
    """The operator's outputs, and those that its gradient asks for besides."""
    names = dict(enumerate(call.operator.outputs)) | call.extra
    return [names.get(position, "") for position in range(max(names) + 1)]


def first_axis_is_apart(call: Call) -> bool:
    """Whether every value in use that the picture carries has an axis of length 1 in front, for the pictures.

    That is enough for operators that work on each entry of the first axis alone.
    """
    values = {*call.operator.inputs, *call.operator.outputs} & call.used & call.source.carried
    return all(call.source.shape(value)[:1] == (1,) for value in values)


@dataclass(frozen=True, slots=True)
class Rule:
    """The facts of one operator.

    `backward(call, position)` writes the gradient with respect to an input, given those with respect to the outputs,
    and returns its name. `forward(call)` writes the operator itself, in the form of the newest ONNX. `apart(call)` says
    whether several pictures along the first axis come out as if each had been alone.
    """

    backward: Callable[[Call, int], str]
    forward: Callable[[Call], None] = copied
    apart: Callable[[Call], bool] = first_axis_is_apart
