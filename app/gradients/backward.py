"""One ONNX graph that runs a network forward as far as is needed, and back from one layer to others."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper

from app.errors import InvalidRequest
from app.gradients.call import Call, Relu
from app.gradients.rules import RULES
from app.gradients.rules.rule import copy_operator, is_current
from app.gradients.writer import Writer
from app.nets.reading.operators import SHAPE_OPERATORS, Operator, OperatorGraph

OPSET = 18  # the oldest version with all that the rules write
IR_VERSION = 8


@dataclass(frozen=True, slots=True)
class GraphSpec:
    """What a graph shall answer, in the names of the network's own values.

    The gradients are those of a weighted sum of `of`, whose weights are fed as the graph runs, with respect to each
    value of `with_respect_to`. `softmax`: of the softmax of `of`, over its classes. `keep` are values to hand back.
    """

    of: str = ""
    with_respect_to: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    relu: Relu = "exact"
    softmax: bool = False


@dataclass(frozen=True, slots=True)
class BackwardGraph:
    """The graph, which keeps its weights where the network has them.

    `seed` is the input for the weights, of the shape of `of`, "" where there are none. `gradients` names the outputs
    that hold them by value asked about. `is_batchable` says whether a batch gives the same results as its
    inputs one by one, each with weights of its own.
    """

    model: ModelProto
    seed: str
    gradients: Mapping[str, str]
    is_batchable: bool


def build_backward_graph(model: ModelProto, source: OperatorGraph, question: GraphSpec) -> BackwardGraph:
    """Build the graph. Nothing that the question does not need is in it: neither forward nor back.

    `source` is the model read by `app.nets.reading.operators.read_operators`; the model is left as it is.

    Raises:
        NotDifferentiable: an operator on the way has no gradient.
        InvalidRequest: a value asked about does not lead to `of`, so that there is no gradient.
    """
    building = _Building(model, source, question)
    gradients = building.back() if question.with_respect_to else {}
    return building.result(gradients)


class _Building:
    """The graph while it is written: backwards first, for that tells what is needed of the forward part."""

    def __init__(self, model: ModelProto, source: OperatorGraph, question: GraphSpec) -> None:
        self._model = model
        self._source = source
        self._question = question
        names = {*source.values, *(name for node in model.graph.node for name in (*node.input, *node.output))}
        self._writer = Writer(names)
        nodes = {next(name for name in node.output if name): node for node in model.graph.node if any(node.output)}
        self._calls = [self._call(operator, nodes) for operator in source.operators if any(operator.outputs)]
        self._used = set(question.keep)
        self._seed = self._writer.new_name() if question.with_respect_to else ""

    def _call(self, operator: Operator, nodes: Mapping[str, NodeProto]) -> Call:
        node = nodes[next(name for name in operator.outputs if name)]
        return Call(operator, node, self._source, self._writer, self._question.relu)

    def back(self) -> dict[str, str]:
        """Write the backward part; the name of the gradient of each value asked about."""
        wanted = set(self._question.with_respect_to)
        ways = self._ways(wanted)
        arriving: dict[str, list[str]] = defaultdict(list)
        arriving[self._question.of].append(self._start())
        found: dict[str, str] = {}
        for call in reversed(self._calls):
            outputs = [value for value in call.operator.outputs if arriving.get(value)]
            for value in outputs:
                arriving[value] = [self._sum(arriving[value])]
                if value in wanted:
                    found[value] = arriving[value][0]
            positions = [at for at, value in enumerate(call.operator.inputs) if value in ways]
            if outputs and positions:
                call.gradients = [next(iter(arriving.get(value, ())), None) for value in call.operator.outputs]
                self._through(call, positions, arriving)
                for value in outputs:
                    del arriving[value]
        picture = self._source.input
        if picture in wanted and arriving.get(picture):
            found[picture] = self._sum(arriving[picture])
        return {value: self._output_name(found, value) for value in self._question.with_respect_to}

    def _ways(self, wanted: set[str]) -> set[str]:
        """The values through which one asked about changes `of`: gradients go along them alone."""
        after = set(wanted)
        for call in self._calls:
            if call.operator.op not in SHAPE_OPERATORS and not after.isdisjoint(call.operator.inputs):
                after.update(value for value in call.operator.outputs if value)
        before = {self._question.of}
        for call in reversed(self._calls):
            if call.operator.op not in SHAPE_OPERATORS and not before.isdisjoint(call.operator.outputs):
                before.update(value for value in call.operator.inputs if value)
        lost = sorted(wanted - before)
        if lost:
            raise InvalidRequest("There is no gradient with respect to a layer that the target does not depend on.")
        return after & before

    def _through(self, call: Call, positions: Sequence[int], arriving: dict[str, list[str]]) -> None:
        rule = RULES.get(call.operator.op)
        if rule is None:
            raise call.refusal("it has no rule yet")
        for position in positions:
            arriving[call.operator.inputs[position]].append(rule.backward(call, position))
        self._used |= call.used

    def _start(self) -> str:
        """The gradient with respect to `of`: the seed, led back through softmax where that is asked for."""
        question = self._question
        if not question.softmax:
            return self._seed
        self._used.add(question.of)
        add, axes = self._writer.add, self._writer.constant(self._class_axes(), np.int64)
        powers = add("Exp", [add("Sub", [question.of, add("ReduceMax", [question.of, axes], keepdims=1)])])
        p = add("Div", [powers, add("ReduceSum", [powers, axes], keepdims=1)])
        mean = add("ReduceSum", [add("Mul", [p, self._seed]), axes], keepdims=1)
        return add("Mul", [p, add("Sub", [self._seed, mean])])

    def _class_axes(self) -> list[int]:
        return list(range(1, len(self._source.shape(self._question.of))))

    def _sum(self, values: Sequence[str]) -> str:
        if len(values) == 1:
            return values[0]
        return self._writer.add("Add" if len(values) == 2 else "Sum", values)

    def _output_name(self, found: Mapping[str, str], value: str) -> str:
        """A name of its own for each gradient: a graph can't hand back its own input, or one value twice."""
        if value not in found:
            raise InvalidRequest("There is no gradient with respect to a layer that the target does not depend on.")
        return self._writer.add("Identity", [found[value]])

    def result(self, gradients: Mapping[str, str]) -> BackwardGraph:
        back, self._writer.nodes = self._writer.nodes, []
        version, batches = self._forward(differentiated=bool(gradients))
        graph = helper.make_graph(
            [*self._writer.nodes, *back], "gradients", list(self._inputs()), list(self._outputs(gradients))
        )
        named = {name for node in graph.node for name in node.input}
        weights = (tensor for tensor in self._model.graph.initializer if tensor.name in named)
        graph.initializer.extend([*weights, *self._writer.constants.values()])
        others = [entry for entry in self._model.opset_import if entry.domain not in ("", "ai.onnx")]
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", version), *others],
            ir_version=max(self._model.ir_version, IR_VERSION),
        )  # fmt: skip
        return BackwardGraph(model, self._seed, gradients, batches)

    def _forward(self, *, differentiated: bool) -> tuple[int, bool]:
        """Write what the network does: the version of ONNX that it is in then, and whether it keeps pictures apart."""
        version, needed = max(self._source.opset, OPSET), self._needed(_read)
        old = [call for call in needed if call.operator.op not in RULES and not is_current(call, version)]
        if old and differentiated:
            raise old[0].refusal(f"it has no rule yet, and ONNX {version} does not know it in this old form")
        if old:  # then the whole network as the file has it, one picture at a time
            for call in self._needed(lambda call: call.operator.inputs):
                copy_operator(call)
            return self._source.opset, False
        for call in needed:
            call.used = self._used
            rule = RULES.get(call.operator.op)
            (copy_operator if rule is None else rule.forward)(call)
        carried = (call for call in needed if not self._source.input_dependent.isdisjoint(call.operator.inputs))
        return version, all(map(_is_batchable, carried))

    def _needed(self, read: Callable[[Call], tuple[str, ...]]) -> list[Call]:
        """The operators that make what is used, and those before them, in order; `read` are those of their inputs."""
        needed: list[Call] = []
        for call in reversed(self._calls):
            if not self._used.isdisjoint((*call.operator.outputs, *call.extra.values())):
                needed.append(call)
                self._used.update(read(call))
        return needed[::-1]

    def _inputs(self) -> Iterator[ValueInfoProto]:
        names = {self._source.input: self._source.input} | ({self._seed: self._question.of} if self._seed else {})
        for name, value in names.items():
            yield helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *self._source.shape(value)[1:]])

    def _outputs(self, gradients: Mapping[str, str]) -> Iterable[ValueInfoProto]:
        names = dict.fromkeys((*self._question.keep, *gradients.values()))
        return map(helper.make_empty_tensor_value_info, names)


def _read(call: Call) -> tuple[str, ...]:
    """What the operator's forward form reads: a reshape's target is known, whatever works it out in the file."""
    reshapes = call.operator.op in ("Flatten", "Reshape", "Squeeze", "Unsqueeze", "Dropout", "Identity")
    return call.operator.inputs[:1] if reshapes else call.operator.inputs


def _is_batchable(call: Call) -> bool:
    rule = RULES.get(call.operator.op)
    return rule is not None and call.operator.op not in SHAPE_OPERATORS and rule.is_batchable(call)
