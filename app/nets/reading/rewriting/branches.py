"""Branches whose condition is known: an If is replaced by the operators of the branch that is taken."""

from collections.abc import Iterator, Mapping, Sequence

from onnx import GraphProto, NodeProto, helper

from app.nets.reading.rewriting.nested_graphs import rename_values


def conditions_of(graph: GraphProto) -> set[str]:
    """What the branches of a graph depend on; those in graphs within operators do not count."""
    return {node.input[0] for node in graph.node if node.op_type == "If" and node.input}


def take_branches(graph: GraphProto, conditions: Mapping[str, bool]) -> bool:
    """Replace every If whose condition is in `conditions` by the operators of its branch; whether there was one."""
    nodes: list[NodeProto] = []
    is_taken = False
    for node in list(graph.node):
        branch = _branch(node, conditions)
        if branch is None:
            nodes.append(node)
        else:
            is_taken = True
            nodes += _moved_out(branch, node.output, f"{node.name or node.output[0]}/")
            graph.initializer.extend(branch.initializer)
    if is_taken:
        copies = [NodeProto.FromString(node.SerializeToString()) for node in nodes]
        del graph.node[:]
        graph.node.extend(copies)
    return is_taken


def _branch(node: NodeProto, conditions: Mapping[str, bool]) -> GraphProto | None:
    if node.op_type != "If" or not node.input or node.input[0] not in conditions:
        return None
    name = "then_branch" if conditions[node.input[0]] else "else_branch"
    return next((attribute.g for attribute in node.attribute if attribute.name == name), None)


def _moved_out(branch: GraphProto, outputs: Sequence[str], prefix: str) -> Iterator[NodeProto]:
    """The operators of a branch for the graph around it: its values are named after the If, its outputs as those."""
    computed = {value for node in branch.node for value in node.output if value}
    names = {name: prefix + name for name in computed | {tensor.name for tensor in branch.initializer}}
    copies = []
    for value, output in zip(branch.output, outputs, strict=False):
        if value.name in computed and output and names[value.name] == prefix + value.name:
            names[value.name] = output
        elif output:  # a value from outside, a constant, or an output before it
            copies.append(helper.make_node("Identity", [names.get(value.name, value.name)], [output]))
    for tensor in branch.initializer:
        tensor.name = names[tensor.name]
    for node in branch.node:
        rename_values(node, lambda value: names.get(value, value))
        node.name = prefix + node.name if node.name else ""
        yield node
    yield from copies
