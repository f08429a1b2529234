"""The light networks of the onnx wheel, other people's graphs without weights, made small and given random weights."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper, shape_inference

LIGHT = Path(onnx.__file__).parent / "backend/test/data/light"
# The size of the input: that of the file where its reshapes state sizes, else as small as the layers allow.
SIZES = {
    "bvlc_alexnet": 96,
    "densenet121": 48,
    "inception_v1": 64,
    "inception_v2": 64,
    "resnet50": 48,
    "shufflenet": 224,
    "squeezenet": 64,
    "vgg19": 32,
    "zfnet512": 96,
}
SCALE = 0.5  # of a normalisation: with more, sums of skips and branches grow from block to block
UNITS = 64  # of a fully connected layer before the last, which has 4,096 in the file


def light_network(name: str) -> onnx.ModelProto:
    """A light network for a small input, with every operator of the file and random weights.

    The last pooling covers the smaller map, and the fully connected layers have fewer inputs and units.
    """
    graph = onnx.load(LIGHT / f"light_{name}.onnx").graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    (picture,) = {value.name for value in graph.input} - set(stored)
    info = helper.make_tensor_value_info(picture, TensorProto.FLOAT, [1, 3, SIZES[name], SIZES[name]])
    constants = dict(_random_weights(graph, stored))
    nodes: list[NodeProto] = []
    for node in graph.node:
        if node.op_type == "ConstantOfShape":
            continue
        if node.op_type == "AveragePool":
            _fit_pooling(node, _shape(node.input[0], info, nodes, constants))
        elif node.op_type == "Reshape" and len(constants[node.input[1]]) == 2:  # flattens
            constants[node.input[1]] = np.array([1, -1])
        elif node.op_type == "Gemm":
            _fit_units(node, _shape(node.input[0], info, nodes, constants)[1], constants)
        nodes.append(node)
    nodes = [node for node in nodes if node.output[0] not in constants]  # such as the reshaping of weights
    return _model(name, info, nodes, constants)


def _random_weights(
    graph: GraphProto, stored: Mapping[str, NDArray[np.generic]]
) -> Iterator[tuple[str, NDArray[np.generic]]]:
    """The constants of a graph, those that are all equal in the file drawn at random."""
    rng = np.random.default_rng(1)
    normalisations = [node for node in graph.node if node.op_type == "BatchNormalization"]
    scales, variances = ({node.input[position] for node in normalisations} for position in (1, 4))
    dense = {node.input[1] for node in graph.node if node.op_type == "Gemm"}
    yield from stored.items()
    for node in graph.node:
        if node.op_type != "ConstantOfShape":
            continue
        (value,), shape = node.output, tuple(int(length) for length in stored[node.input[0]])
        if value in dense:
            yield value, np.broadcast_to(np.float32(0), shape)  # drawn when its size is known
        elif len(shape) > 1:
            yield value, rng.standard_normal(shape, np.float32) * np.float32(np.sqrt(2 / np.prod(shape[1:])))
        else:
            sign = 1 if value in variances else rng.choice([-1, 1], shape)
            factor = SCALE if value in scales else 1
            yield value, (factor * rng.uniform(0.5, 1.5, shape) * sign).astype(np.float32)


def _fit_pooling(node: NodeProto, shape: tuple[int, ...]) -> None:
    """Let a pooling over a whole map of the file's size cover the whole map, without padding."""
    lists = {attribute.name: attribute.ints for attribute in node.attribute}
    pads = lists.get("pads", [0] * 4)
    if lists["kernel_shape"][0] > shape[2] + pads[0] + pads[2]:
        lists["kernel_shape"][:] = shape[2:]
        pads[:] = [0] * 4


def _fit_units(node: NodeProto, inputs: int, constants: dict[str, NDArray[np.generic]]) -> None:
    """Draw the weights of a fully connected layer for so many inputs, and for fewer units."""
    units = len(constants[node.input[2]])
    units = units if units == 1000 else min(units, UNITS)  # the classes of ImageNet
    rng = np.random.default_rng(2)
    weights = rng.standard_normal((units, inputs), np.float32) * np.float32(np.sqrt(2 / inputs))
    is_turned = any(attribute.name == "transB" and attribute.i for attribute in node.attribute)
    constants[node.input[1]] = weights if is_turned else weights.T.copy()
    constants[node.input[2]] = constants[node.input[2]][:units]


def _shape(
    value: str, info: onnx.ValueInfoProto, nodes: list[NodeProto], constants: Mapping[str, NDArray[np.generic]]
) -> tuple[int, ...]:
    """The shape of a value that the nodes compute; for it the numbers of matrices and kernels are not needed."""
    shapes = shape_inference.infer_shapes(_model("prefix", info, nodes, constants, is_hollow=True)).graph
    (found,) = (each for each in (*shapes.value_info, *shapes.output) if each.name == value)
    return tuple(dimension.dim_value for dimension in found.type.tensor_type.shape.dim)


def _model(
    name: str,
    info: onnx.ValueInfoProto,
    nodes: list[NodeProto],
    constants: Mapping[str, NDArray[np.generic]],
    is_hollow: bool = False,
) -> onnx.ModelProto:
    used = {value for node in nodes for value in node.input}
    tensors = [
        TensorProto(name=key, dims=array.shape, data_type=TensorProto.FLOAT)
        if is_hollow and array.ndim > 1
        else numpy_helper.from_array(array, key)
        for key, array in constants.items()
        if key in used
    ]
    output = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, name, [info], [output], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 9)], ir_version=8)
