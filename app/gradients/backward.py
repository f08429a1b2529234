"""The backward graph: one ONNX graph that runs a network forward as far as needed, and back from a layer."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper

from app.errors import InvalidRequest, NetworkError, NotDifferentiable
from app.gradients.call import Call, Relu
from app.gradients.rules import RULES
from app.gradients.rules.rule import copy_operator, is_current
from app.gradients.writer import Writer
from app.nets.reading.operators import SHAPE_OPERATORS, Operator, OperatorGraph
from app.nets.reading.rewriting.nested_graphs import values_read

OPSET = 18  # the oldest version with everything that the rules write
IR_VERSION = 8
AddedActivation = Literal["softmax", "log_odds", "sigmoid"]
WITHOUT_GRADIENT = {"bool", "int32", "int64"}  # truth values, indices and counts; shorter integers are quantised
FAR = 1e30  # below any logit
LEARNING = {"Conv", "Gemm"}  # the operators whose weights have gradients


@dataclass(frozen=True, slots=True)
class GraphSpec:
    """What a graph computes, by the names of the network's values.

    The gradients are those of a weighted sum of the value `target` with respect to each value of `with_respect_to`; the
    weights are an input of the graph. With an `activation` the sum is of the target's softmax over its classes, or of
    the sigmoid of each; or, with weights of 1 for one class and 0 for the others, it is the log odds of that class.
    `outputs` are further values to return. `parameters` are weights of the file that become inputs of the graph, so
    that they can change from run to run.
    """

    target: str = ""
    with_respect_to: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    relu: Relu = "exact"
    activation: AddedActivation | None = None
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BackwardGraph:
    """The graph, whose weights stay where the network has them.

    `seed` is the name of the input for the weights of the sum, or empty without gradients; `seed_shape` is its shape.
    `gradients` has the name of each gradient's output by the value's name. `is_batchable` says whether a batch gives
    the same results as its inputs one by one, each with its own weights of the sum. The gradient with respect to a
    parameter is always the sum over the batch.
    """

    model: ModelProto
    seed: str
    seed_shape: tuple[int, ...]
    gradients: Mapping[str, str]
    is_batchable: bool


def build_backward_graph(model: ModelProto, source: OperatorGraph, spec: GraphSpec) -> BackwardGraph:
    """Build the graph of a specification. It has only the forward and backward operators that it needs.

    `source` is the model read by `app.nets.reading.operators.read_operators`; the model is not changed.

    Raises:
        NotDifferentiable: an operator between target and value has no gradient, or one of them is not float32.
        InvalidRequest: the target does not depend on a value, so there is no gradient.
    """
    try:
        if spec.with_respect_to:
            _check_float32(source, (spec.target, *spec.with_respect_to))
        builder = _GraphBuilder(model, source, spec)
        gradients = builder.write_backward() if spec.with_respect_to else {}
        return builder.finish(gradients)
    except NetworkError as error:
        raise NotDifferentiable("This needs layers whose size is known; that of one of them is not.") from error


def _check_float32(source: OperatorGraph, values: Iterable[str]) -> None:
    """Raises NotDifferentiable if the network computes one of these in other floats: gradients are float32."""
    for value in values:
        source.shape(value)  # raises NetworkError if the value is not known
        dtype = source.values[value].dtype
        if dtype.kind == "f" and dtype != np.float32:
            raise NotDifferentiable(f"This needs layers that compute in float32; one of them computes in {dtype}.")


class _GraphBuilder:
    """Writes the graph, the backward part first, since it determines what the forward part has to compute."""

    def __init__(self, model: ModelProto, source: OperatorGraph, spec: GraphSpec) -> None:
        self._model = model
        self._source = source
        self._spec = spec
        names = {*source.values, *(name for node in model.graph.node for name in (*node.input, *node.output))}
        self._writer = Writer(names)
        nodes = {next(name for name in node.output if name): node for node in model.graph.node if any(node.output)}
        self._calls = [self._call(operator, nodes) for operator in source.operators if any(operator.outputs)]
        self._used = set(spec.outputs)
        self._seed = self._writer.new_name() if spec.with_respect_to else ""

    def _call(self, operator: Operator, nodes: Mapping[str, NodeProto]) -> Call:
        node = nodes[next(name for name in operator.outputs if name)]
        return Call(operator, node, self._source, self._writer, self._spec.relu)

    def write_backward(self) -> dict[str, str]:
        """Write the backward part; the name of each gradient's output by the value's name."""
        wanted = set(self._spec.with_respect_to)
        on_path = self._values_on_path(wanted)
        arriving: dict[str, list[str]] = defaultdict(list)
        arriving[self._spec.target].append(self._start())
        gradients: dict[str, str] = {}
        for call in reversed(self._calls):
            outputs = [value for value in call.operator.outputs if arriving.get(value)]
            for value in outputs:
                arriving[value] = [self._sum(arriving[value])]
                if value in wanted:
                    gradients[value] = arriving[value][0]
            positions = [at for at, value in enumerate(call.operator.inputs) if value in on_path]
            if outputs and positions:
                call.gradients = [next(iter(arriving.get(value, ())), None) for value in call.operator.outputs]
                self._differentiate(call, positions, arriving)
                for value in outputs:
                    del arriving[value]
        for value in wanted - gradients.keys():  # the network's input and its weights: no operator computes them
            if arriving.get(value):
                gradients[value] = self._sum(arriving[value])
        return {value: self._output_name(gradients, value) for value in self._spec.with_respect_to}

    def _values_on_path(self, wanted: set[str]) -> set[str]:
        """The values on a path from a wanted value to the target: gradients flow along these only."""
        descendants = set(wanted)
        for call in self._calls:
            if call.operator.op not in SHAPE_OPERATORS and not descendants.isdisjoint(call.operator.inputs):
                descendants.update(filter(self._has_gradient, call.operator.outputs))
        ancestors = {self._spec.target}
        for call in reversed(self._calls):
            if call.operator.op not in SHAPE_OPERATORS and not ancestors.isdisjoint(call.operator.outputs):
                ancestors.update(value for value in call.operator.inputs if value)
        if wanted - ancestors:
            raise InvalidRequest("There is no gradient with respect to a layer that the target does not depend on.")
        return descendants & ancestors

    def _has_gradient(self, value: str) -> bool:
        known = self._source.values.get(value)
        return bool(value) and (known is None or known.dtype.name not in WITHOUT_GRADIENT)

    def _differentiate(self, call: Call, positions: Sequence[int], arriving: dict[str, list[str]]) -> None:
        rule = RULES.get(call.operator.op)
        if rule is None:
            raise call.refusal("this operator is not supported")
        for position in positions:
            value = call.operator.inputs[position]
            if value not in self._source.input_dependent and call.operator.op not in LEARNING:
                raise call.refusal("gradients with respect to its weights are not supported")
            try:
                arriving[value].append(rule.backward(call, position))
            except (ArithmeticError, LookupError, TypeError, ValueError) as error:
                raise call.refusal("its attributes or the sizes of its inputs do not fit it") from error
        self._used |= call.used

    def _start(self) -> str:
        """The gradient with respect to the target: the seed, or its gradient through the added activation."""
        if self._spec.activation is None:
            return self._seed
        target = self._spec.target
        self._used.add(target)
        if self._spec.activation == "sigmoid":
            p = self._writer.add("Sigmoid", [target])
            return self._writer.add("Mul", [self._seed, self._writer.add("Mul", [p, self._complement(p)])])
        if self._spec.activation == "log_odds":  # log(p / (1 - p)), whose gradient does not vanish where p rounds to 1
            far = self._writer.add("Mul", [self._seed, self._writer.constant([FAR], np.float32)])
            others = self._softmax(self._writer.add("Sub", [target, far]))
            return self._writer.add("Sub", [self._seed, others])
        p = self._softmax(target)
        mean = self._over_classes("ReduceSum", self._writer.add("Mul", [p, self._seed]))
        return self._writer.add("Mul", [p, self._writer.add("Sub", [self._seed, mean])])

    def _softmax(self, logits: str) -> str:
        powers = self._writer.add("Exp", [self._writer.add("Sub", [logits, self._over_classes("ReduceMax", logits)])])
        return self._writer.add("Div", [powers, self._over_classes("ReduceSum", powers)])

    def _over_classes(self, op: str, value: str) -> str:
        axes = self._writer.constant(list(range(1, len(self._source.shape(self._spec.target)))), np.int64)
        return self._writer.add(op, [value, axes], keepdims=1)

    def _complement(self, value: str) -> str:
        return self._writer.add("Sub", [self._writer.constant([1.0], np.float32), value])

    def _sum(self, values: Sequence[str]) -> str:
        if len(values) == 1:
            return values[0]
        return self._writer.add("Sum", values)

    def _output_name(self, gradients: Mapping[str, str], value: str) -> str:
        """A separate output for each gradient: a graph cannot return its own input, or one value twice."""
        if value not in gradients:
            raise InvalidRequest("There is no gradient with respect to a layer that the target does not depend on.")
        return self._writer.add("Identity", [gradients[value]])

    def finish(self, gradients: Mapping[str, str]) -> BackwardGraph:
        backward, self._writer.nodes = self._writer.nodes, []
        version, is_batchable = self._write_forward(differentiated=bool(gradients))
        graph = helper.make_graph(
            [*self._writer.nodes, *backward], "gradients", list(self._inputs()), list(self._outputs(gradients))
        )
        used = {name for node in graph.node for name in values_read(node)}
        used -= set(self._spec.parameters)
        weights = (tensor for tensor in self._model.graph.initializer if tensor.name in used)
        graph.initializer.extend([*weights, *self._writer.constants.values()])
        others = [entry for entry in self._model.opset_import if entry.domain not in ("", "ai.onnx")]
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", version), *others],
            ir_version=max(self._model.ir_version, IR_VERSION),
        )  # fmt: skip
        seed_shape = self._source.shape(self._spec.target) if self._seed else (1,)
        return BackwardGraph(model, self._seed, seed_shape, gradients, is_batchable and seed_shape[:1] == (1,))

    def _write_forward(self, *, differentiated: bool) -> tuple[int, bool]:
        """Write the forward part; its version of ONNX, and whether it can be batched."""
        version, needed = max(self._source.opset, OPSET), self._needed(_forward_inputs)
        old = [call for call in needed if call.operator.op not in RULES and not is_current(call, version)]
        if old and differentiated:
            raise old[0].refusal(f"this operator is not supported, and ONNX {version} no longer has its old form")
        if old:  # then the whole network as it is in the file, one input at a time
            for call in self._needed(lambda call: call.operator.inputs):
                copy_operator(call)
            return self._source.opset, False
        for call in needed:
            call.used = self._used
            rule = RULES.get(call.operator.op)
            (copy_operator if rule is None else rule.forward)(call)
        varying = (call for call in needed if not self._source.input_dependent.isdisjoint(call.operator.inputs))
        return version, all(map(_is_batchable, varying))

    def _needed(self, read: Callable[[Call], tuple[str, ...]]) -> list[Call]:
        """The operators that compute the used values and all before them, in order; `read` gives the inputs of one."""
        needed: list[Call] = []
        for call in reversed(self._calls):
            if not self._used.isdisjoint((*call.operator.outputs, *call.extra.values())):
                needed.append(call)
                self._used.update(read(call))
        return needed[::-1]

    def _inputs(self) -> Iterator[ValueInfoProto]:
        names = {self._source.input: self._source.input} | ({self._seed: self._spec.target} if self._seed else {})
        for name, value in names.items():
            shape = self._source.shape(value)
            first = ["N"] if shape[:1] == (1,) else shape[:1]
            yield helper.make_tensor_value_info(name, TensorProto.FLOAT, [*first, *shape[1:]])
        for name in self._spec.parameters:
            yield helper.make_tensor_value_info(name, TensorProto.FLOAT, self._source.shape(name))

    def _outputs(self, gradients: Mapping[str, str]) -> Iterable[ValueInfoProto]:
        names = dict.fromkeys((*self._spec.outputs, *gradients.values()))
        return map(helper.make_empty_tensor_value_info, names)


def _forward_inputs(call: Call) -> tuple[str, ...]:
    """The inputs of the operator's forward form: the shape of a reshape is known, however the file computes it."""
    reshapes = call.operator.op in ("Flatten", "Reshape", "Squeeze", "Unsqueeze", "Dropout", "Identity", "Expand")
    return call.operator.inputs[:1] if reshapes else call.operator.inputs


def _is_batchable(call: Call) -> bool:
    rule = RULES.get(call.operator.op)
    return rule is not None and call.operator.op not in SHAPE_OPERATORS and rule.is_batchable(call)
