"""Small networks of one operator, and their gradients as central differences of the ONNX reference in float64."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from app.gradients.backward import BackwardGraph, GraphSpec, build_backward_graph
from app.nets.reading.operators import read_operators

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Node = tuple[str, list[Any], dict[str, Any]]
MAPS = (4, 5, 6)
Function = Callable[[Doubles], Doubles]
STEP = 1e-6


def drawn(*shape: int, seed: int = 1) -> Floats:
    """Random weights."""
    return np.random.default_rng(seed).uniform(-1.5, 1.5, shape).astype(np.float32)


def picture(shape: Sequence[int], seed: int = 0) -> Floats:
    """Numbers in random order, all distinct and away from the kinks at integers and halves."""
    count = int(np.prod(shape))
    values = np.linspace(-3.9, 3.9, count) + 0.0137
    near = np.abs(values * 2 - np.round(values * 2)) < 0.01
    return np.random.default_rng(seed).permutation(values + 0.02 * near).reshape(shape).astype(np.float32)


def node(op: str, *constants: Any, **attributes: Any) -> Node:
    """An operator of the input and of constants."""
    return op, ["x", *constants], attributes


def after(op: str, *inputs: Any, **attributes: Any) -> Node:
    """An operator of these values and constants."""
    return op, list(inputs), attributes


def floats(*values: float, shape: Sequence[int] = (-1,)) -> Floats:
    return np.asarray(values, np.float32).reshape(shape)


def chain(*nodes: Node, shape: Sequence[int], opset: int = 18) -> onnx.ModelProto:
    """A network of a few operators. A text input names a value, "x" the network's input; an array is a constant.

    The operators' outputs are y0, y1, ... in turn, of which the last is the network's; with a setting `outputs` there
    are also y0.1, y0.2 ...
    """
    constants: list[TensorProto] = []
    written = []
    for number, (op, inputs, attributes) in enumerate(nodes):
        names = []
        for value in inputs:
            if not isinstance(value, str):
                constants.append(numpy_helper.from_array(np.asarray(value), f"c{len(constants)}"))
                value = constants[-1].name
            names.append(value)
        made = [f"y{number}", *(f"y{number}.{other}" for other in range(1, attributes.get("outputs", 1)))]
        settings = {name: value for name, value in attributes.items() if name != "outputs"}
        written.append(helper.make_node(op, names, made, f"{op} {number}", **settings))
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", *shape])
    y = helper.make_tensor_value_info(f"y{len(nodes) - 1}", TensorProto.FLOAT, None)
    graph = helper.make_graph(written, "chain", [x], [y], constants)
    opsets = [helper.make_opsetid("", opset)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8 if opset < 20 else 10)


def built(model: onnx.ModelProto, **spec: Any) -> BackwardGraph:
    """The backward graph of a network's output with respect to the input, unless `spec` says otherwise."""
    source = read_operators(model, None)
    fields = {"target": model.graph.output[0].name, "with_respect_to": (source.input,)} | spec
    return build_backward_graph(model, source, GraphSpec(**fields))


def opened(model: onnx.ModelProto) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.log_severity_level, options.intra_op_num_threads = 4, 1
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def run(model: onnx.ModelProto, feeds: dict[str, Floats]) -> dict[str, Floats]:
    session = opened(model)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, feeds), strict=True))


def differences(function: Function, x: Floats, seed: Floats, *, at_once: bool) -> Doubles:
    """The gradient of sum(seed * function(x)) with respect to one input x, in float64.

    `at_once` evaluates all inputs that are a step away as one batch.
    """
    middle, steps = x.astype(np.float64), STEP * np.eye(x.size).reshape(x.size, *x.shape[1:])
    moved = np.concatenate([middle + steps, middle - steps])
    groups = [moved] if at_once else np.split(moved, len(moved))
    scalars = np.concatenate([np.sum((function(part) * seed).reshape(len(part), -1), axis=1) for part in groups])
    above, below = np.split(scalars, 2)
    return np.asarray((above - below) / (2 * STEP)).reshape(x.shape)


def reference(model: onnx.ModelProto) -> Function:
    """The network as the ONNX reference evaluator computes it, in float64."""
    evaluator = ReferenceEvaluator(_in_double(model))

    def answer(x: Doubles) -> Doubles:
        outputs: Sequence[Doubles] = evaluator.run(None, {"x": x})  # type: ignore[assignment]  # a list, by its code
        return outputs[0]

    return answer


def _in_double(model: onnx.ModelProto) -> onnx.ModelProto:
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    for tensor in copy.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT:
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float64), tensor.name))
    return copy


def check(model: onnx.ModelProto, *, batchable: bool = True, at_once: bool = True, by: Function | None = None) -> None:
    """Compare the graph's forward part and its gradient with an independent computation, for two inputs.

    That is `by` and its central differences, or the network itself in onnxruntime and the differences of the ONNX
    reference; not `at_once` where the network fixes the batch size.
    """
    graph = built(model, outputs=(model.graph.output[0].name,))
    assert graph.is_batchable is batchable
    shape = [dim.dim_value for dim in model.graph.input[0].type.tensor_type.shape.dim[1:]]
    answer = model.graph.output[0].name
    pictures = [picture((1, *shape), seed) for seed in (0, 1)]
    own = [run(model, {"x": x})[answer] if by is None else by(x.astype(np.float64)) for x in pictures]
    seeds = [np.random.default_rng(2 + at).standard_normal(y.shape).astype(np.float32) for at, y in enumerate(own)]
    fed = [{"x": x, graph.seed: seed} for x, seed in zip(pictures, seeds, strict=True)]
    if batchable:
        fed = [{"x": np.concatenate(pictures), graph.seed: np.concatenate(seeds)}]
    found = [run(graph.model, feeds) for feeds in fed]
    np.testing.assert_allclose(np.concatenate([f[answer] for f in found]), np.concatenate(own), rtol=1e-4, atol=1e-5)
    gradients = np.concatenate([f[graph.gradients["x"]] for f in found])
    function = by or reference(model)
    pairs = zip(pictures, seeds, strict=True)
    expected = [differences(function, x, seed, at_once=batchable and at_once) for x, seed in pairs]
    np.testing.assert_allclose(gradients, np.concatenate(expected), rtol=2e-4, atol=2e-5)


def check_weights(model: onnx.ModelProto) -> None:
    """Compare the gradients with respect to the network's weights, for a batch of two, with central differences."""
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    graph = built(model, with_respect_to=tuple(weights), parameters=tuple(weights))
    shape = [dim.dim_value for dim in model.graph.input[0].type.tensor_type.shape.dim[1:]]
    x = np.concatenate([picture((1, *shape), seed) for seed in (0, 1)])
    seed = drawn(2, *graph.seed_shape[1:])
    found = run(graph.model, {"x": x, graph.seed: seed, **weights})

    def change(name: str, delta: Doubles) -> Doubles:
        moved = _in_double(model)
        (tensor,) = (each for each in moved.graph.initializer if each.name == name)
        tensor.CopyFrom(numpy_helper.from_array(weights[name].astype(np.float64) + delta, name))
        return reference(moved)(x.astype(np.float64))

    for name, values in weights.items():
        direction = np.random.default_rng(3).standard_normal(values.shape)
        middle = np.sum((change(name, STEP * direction) - change(name, -STEP * direction)) * seed) / (2 * STEP)
        np.testing.assert_allclose(np.sum(found[graph.gradients[name]] * direction), middle, rtol=1e-4, atol=1e-4)
        assert found[graph.gradients[name]].shape == values.shape
