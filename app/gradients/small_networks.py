"""Networks that are built here with random weights: a classifier of small images, and stacks of equal convolutions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

OPSET = 18
IR_VERSION = 8
KERNEL = 3
CHANNELS, SIDE = 16, 16  # of the maps of a stack
LOGARITHM = "log probabilities"  # the classifier's output
NamedWeights = Mapping[str, NDArray[np.float32]]


def small_classifier(side: int, filters: int, classes: int) -> ModelProto:
    """Convolution, ReLU, max pooling and a fully connected layer, for one channel; the output is a log-softmax.

    The weights `kernels`, `bias`, `weights` and `offsets` are zero: they are inputs of the graphs built from it.
    """
    cells = filters * ((side - KERNEL + 1) // 2) ** 2
    shapes = {"kernels": (filters, 1, KERNEL, KERNEL), "bias": (filters,), "weights": (classes, cells)}
    weights = {name: np.zeros(shape, np.float32) for name, shape in (shapes | {"offsets": (classes,)}).items()}
    nodes = [
        helper.make_node("Conv", ["image", "kernels", "bias"], ["maps"]),
        helper.make_node("Relu", ["maps"], ["active"]),
        helper.make_node("MaxPool", ["active"], ["pooled"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["pooled"], ["vector"]),
        helper.make_node("Gemm", ["vector", "weights", "offsets"], ["logits"], transB=1),
        helper.make_node("LogSoftmax", ["logits"], [LOGARITHM], axis=1),
    ]
    return _model(nodes, (1, side, side), LOGARITHM, weights)


@dataclass(frozen=True, slots=True)
class StackSpec:
    """Convolutions 3 x 3 of equal width one after the other, with ReLU.

    With a scale of 1 the weights have a variance of 2 over the inputs of a neuron. A residual layer adds its output to
    its input. A normalised one has the mean 0 and the variance 1 of each channel before its ReLU.
    """

    depth: int
    scale: float
    seed: int
    is_residual: bool = False
    is_normalised: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """The names of the input and of the output of each layer."""
        return ("image", *(f"layer {number}" for number in range(1, self.depth + 1)))


def convolution_stack(spec: StackSpec) -> ModelProto:
    """The stack, for an input of 16 channels of 16 x 16. Weights do not depend on whether it is residual."""
    random = np.random.default_rng(spec.seed)
    weights = {"one": np.ones(CHANNELS, np.float32), "zero": np.zeros(CHANNELS, np.float32)}
    nodes: list[NodeProto] = []
    for before, after in pairwise(spec.values):
        kernels = f"{after} kernels"
        weights[kernels] = _drawn((CHANNELS, CHANNELS, KERNEL, KERNEL), random, spec.scale)
        steps: list[tuple[str, ...]] = [("InstanceNormalization", "one", "zero")] if spec.is_normalised else []
        steps.append(("Relu",))
        steps.insert(len(steps) if spec.is_residual else 0, ("Conv", kernels))
        value = before
        for op, *constants in steps:
            value = _add(nodes, op, [value, *constants], f"{after} {op}")
        if spec.is_residual:
            _add(nodes, "Add", [before, value], after)
        else:
            _add(nodes, "Identity", [value], after)
    return _model(nodes, (CHANNELS, SIDE, SIDE), spec.values[-1], weights)


def _add(nodes: list[NodeProto], op: str, inputs: Sequence[str], output: str) -> str:
    """Add an operator, which keeps the size of the maps, and return its output."""
    node = helper.make_node(op, inputs, [output])
    if op == "Conv":
        node.attribute.append(helper.make_attribute("pads", [1] * 4))
    nodes.append(node)
    return output


def initial_weights(shapes: Mapping[str, Sequence[int]], seed: int) -> dict[str, NDArray[np.float32]]:
    """Normally distributed weights with a variance of 2 over the inputs of a neuron (He, 2015), and biases of 0."""
    random = np.random.default_rng(seed)
    return {name: _drawn(tuple(shape), random) for name, shape in shapes.items()}


def shapes_of(model: ModelProto) -> dict[str, tuple[int, ...]]:
    """The shapes of a model's weights by name."""
    return {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}


def _drawn(shape: tuple[int, ...], random: np.random.Generator, scale: float = 1) -> NDArray[np.float32]:
    if len(shape) == 1:
        return np.zeros(shape, np.float32)
    deviation = scale * np.sqrt(2 / np.prod(shape[1:]))
    return random.normal(0, deviation, shape).astype(np.float32)


def _model(nodes: Iterable[NodeProto], shape: Sequence[int], output: str, weights: NamedWeights) -> ModelProto:
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", *shape])
    result = helper.make_tensor_value_info(output, TensorProto.FLOAT, None)
    tensors = [numpy_helper.from_array(array, name) for name, array in weights.items()]
    graph = helper.make_graph(list(nodes), "small network", [image], [result], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
