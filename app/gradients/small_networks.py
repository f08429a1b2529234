"""Networks that are built here with random weights: a classifier of small images, and stacks of equal convolutions."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

OPSET = 18
IR_VERSION = 8
KERNEL = 3
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
