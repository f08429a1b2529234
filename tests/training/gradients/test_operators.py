"""Every operator's gradient is PyTorch's."""

import numpy as np
import onnx
import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")

import torch

from app.gradients.rules import RULES
from tests.gradients.probing import Floats, Node, after, built, chain, drawn, floats, node, picture, run
from tests.training.gradients.in_torch import OPERATORS, InTorch
from tests.training.gradients.rectifiers import RECTIFIERS

MAPS = (4, 7, 8)
NEAR = 1e-5
SINCE = {"Gelu": 20, "RMSNormalization": 23, "Swish": 24}  # the version of ONNX that has an operator newer than 18
HALVES, PADS = {"kernel_shape": [3, 3], "strides": [2, 2]}, {"pads": [1, 1, 1, 1]}
CASES: dict[str, list[Node]] = {
    "Conv": [node("Conv", drawn(6, 4, 3, 3), drawn(6), **PADS)],
    "Conv, strided, padded unevenly": [node("Conv", drawn(6, 4, 3, 3), strides=[2, 2], pads=[0, 1, 1, 0])],
    "Conv, dilated": [node("Conv", drawn(6, 4, 3, 3), dilations=[2, 2], pads=[2, 2, 2, 2])],
    "Conv, in groups": [node("Conv", drawn(6, 2, 3, 3), group=2, **PADS)],
    "Conv, depthwise": [node("Conv", drawn(4, 1, 3, 3), group=4, **PADS)],
    "Conv, depthwise, strided": [node("Conv", drawn(4, 1, 3, 3), group=4, strides=[2, 2], **PADS)],
    "ConvTranspose": [node("ConvTranspose", drawn(4, 3, 3, 3), strides=[2, 2], output_padding=[1, 1], **PADS)],
    "ConvTranspose, in groups": [node("ConvTranspose", drawn(4, 3, 3, 3), group=2)],
    "Relu": [node("Relu")],
    "LeakyRelu": [node("LeakyRelu", alpha=0.2)],
    "PRelu": [node("PRelu", drawn(4, 1, 1))],
    "Clip": [node("Clip", np.float32(-1), np.float32(2))],
    "Clip from 0": [node("Clip", np.float32(0), np.float32(2))],
    "Sigmoid": [node("Sigmoid")],
    "Tanh": [node("Tanh")],
    "HardSwish": [node("HardSwish")],
    "HardSigmoid": [node("HardSigmoid", alpha=1 / 6)],
    "Elu": [node("Elu", alpha=0.7)],
    "Softplus": [node("Softplus")],
    "Gelu": [node("Gelu")],
    "Gelu, approximate": [node("Gelu", approximate="tanh")],
    "Exp, Log, Sqrt": [
        node("Exp"), after("Add", "y0", np.float32(1)), after("Log", "y1"), after("Sqrt", "y1"),
        after("Mul", "y2", "y3"),
    ],
    "Erf": [node("Erf")],
    "Neg, Abs, Reciprocal": [
        node("Neg"), after("Abs", "y0"), after("Add", "y1", np.float32(1)), after("Reciprocal", "y2"),
    ],
    "Gather": [node("Gather", np.array([3, 0, -1, 0]), axis=1)],
    "Gather, of a matrix": [node("Gather", np.array([[0, 1], [5, 2]]), axis=2)],
    "Expand": [node("GlobalAveragePool"), after("Expand", "y0", np.array([1, 4, 3, 2]))],
    "Pow": [node("Pow", np.float32(3))],
    "Pow of the input": [node("Sigmoid"), after("Tanh", "x"), after("Pow", "y0", "y1")],
    "Where, Greater, Less, And, Not": [
        node("Greater", np.float32(-1)), after("Less", "x", np.float32(1)), after("And", "y0", "y1"),
        after("Not", "y2"), after("Exp", "x"), after("Where", "y3", "x", "y4"),
    ],
    "Where, GreaterOrEqual, LessOrEqual, Equal, Or": [
        node("GreaterOrEqual", np.float32(1)), after("LessOrEqual", "x", np.float32(-1)), after("Or", "y0", "y1"),
        after("Relu", "x"), after("Equal", "x", "y3"), after("Or", "y2", "y4"),
        after("Where", "y5", "x", np.float32(2)),
    ],
    "Softmax": [node("Softmax", axis=1)],
    "LogSoftmax": [node("LogSoftmax", axis=1)],
    "MaxPool": [node("MaxPool", kernel_shape=[2, 2], strides=[2, 2])],
    "MaxPool, overlapping": [node("MaxPool", **HALVES, **PADS)],
    "MaxPool, rounded up": [node("MaxPool", **HALVES, ceil_mode=1)],
    "MaxPool, rounded up into the padding": [node("MaxPool", kernel_shape=[2, 2], strides=[2, 2], **PADS, ceil_mode=1)],
    "MaxPool, rounded up beyond the map": [node("MaxPool", kernel_shape=[1, 1], strides=[2, 3], ceil_mode=1)],
    "MaxPool, dilated": [node("MaxPool", kernel_shape=[2, 2], dilations=[2, 2])],
    "GlobalMaxPool": [node("GlobalMaxPool")],
    "AveragePool": [node("AveragePool", **HALVES, **PADS)],
    "AveragePool, padding counted": [node("AveragePool", **HALVES, **PADS, count_include_pad=1)],
    "AveragePool, padded unevenly": [node("AveragePool", **HALVES, pads=[0, 1, 1, 2])],
    "AveragePool, rounded up": [node("AveragePool", **HALVES, **PADS, count_include_pad=1, ceil_mode=1)],
    "AveragePool, rounded up into the padding": [
        node("AveragePool", kernel_shape=[2, 2], strides=[2, 2], **PADS, ceil_mode=1)
    ],
    "AveragePool, rounded up into the padding, padding counted": [
        node("AveragePool", kernel_shape=[2, 2], strides=[2, 2], **PADS, ceil_mode=1, count_include_pad=1)
    ],
    "GlobalAveragePool": [node("GlobalAveragePool")],
    "BatchNormalization": [node("BatchNormalization", drawn(4), drawn(4), drawn(4), np.abs(drawn(4)))],
    "InstanceNormalization": [node("InstanceNormalization", drawn(4), drawn(4))],
    "GroupNormalization": [node("GroupNormalization", drawn(2), drawn(2), num_groups=2)],
    "LayerNormalization": [node("LayerNormalization", drawn(8), drawn(8))],
    "LayerNormalization over the maps": [node("LayerNormalization", drawn(7, 8), drawn(7, 8), axis=-2)],
    "QuantizeLinear, DequantizeLinear": [
        node("QuantizeLinear", np.float32(0.02), np.int8(9)),
        after("DequantizeLinear", "y0", np.float32(0.02), np.int8(9)),
    ],
    "QuantizeLinear, DequantizeLinear, by channel": [
        node("QuantizeLinear", floats(0.01, 0.02, 0.03, 0.01), np.zeros(4, np.int8), axis=1),
        after("DequantizeLinear", "y0", floats(0.01, 0.02, 0.03, 0.01), np.zeros(4, np.int8), axis=1),
    ],
    "LRN": [node("LRN", size=3, alpha=0.2, beta=0.7, bias=1.2)],
    "Flatten, Gemm": [node("Flatten"), after("Gemm", "y0", drawn(224, 5), drawn(5), alpha=0.5)],
    "MatMul": [node("MatMul", drawn(8, 3))],
    "Add, Sub, Mul, Div": [
        node("Sigmoid"), after("Add", "x", "y0"), after("Sub", "y1", drawn(4, 1, 1)), after("Mul", "y2", "x"),
        after("Div", "y3", "y0"),
    ],
    "Sum, Concat": [node("Tanh"), after("Sum", "x", "y0", "x"), after("Concat", "y0", "y1", axis=1)],
    "Split": [("Split", ["x", np.array([1, 3])], {"axis": 1, "outputs": 2}), after("Mul", "y0", "y0.1")],
    "Slice": [node("Slice", *np.array([[1, 2], [6, 8], [2, 3], [1, 2]]))],
    "Pad": [node("Pad", np.array([0, 0, 1, 2, 0, 0, 0, 1]))],
    "Pad by reflection": [node("Pad", np.array([0, 0, 1, 2, 0, 0, 0, 1]), mode="reflect")],
    "Pad by the edge": [node("Pad", np.array([0, 0, 1, 2, 0, 0, 0, 1]), mode="edge")],
    "Reshape, Transpose": [node("Reshape", np.array([0, 2, 2, 7, 8])), after("Transpose", "y0", perm=[0, 2, 1, 4, 3])],
    "DepthToSpace": [node("DepthToSpace", blocksize=2)],
    "DepthToSpace, CRD": [node("DepthToSpace", blocksize=2, mode="CRD")],
    "SpaceToDepth": [node("Slice", *np.array([[0], [6], [2], [1]])), after("SpaceToDepth", "y0", blocksize=2)],
    "Unsqueeze, Squeeze": [node("Unsqueeze", np.array([1])), after("Squeeze", "y0", np.array([1]))],
    "Identity, Dropout": [node("Identity"), after("Dropout", "y0")],
    "ReduceMax": [node("ReduceMax", np.array([2, 3]))],
    "ReduceMin": [node("ReduceMin", np.array([1]), keepdims=0)],
    "ReduceMean": [node("ReduceMean", np.array([2, 3]), keepdims=0)],
    "ReduceSum": [node("ReduceSum", np.array([1, 3]))],
    "Resize, nearest": [
        node("Resize", "", floats(1, 1, 2, 3), coordinate_transformation_mode="asymmetric", nearest_mode="floor",
             mode="nearest")
    ],
    "Resize, linear": [node("Resize", "", floats(1, 1, 2, 3), mode="linear")],
    "Selu": [node("Selu")],
    "Celu": [node("Celu", alpha=0.7)],
    "Softsign": [node("Softsign")],
    "ThresholdedRelu": [node("ThresholdedRelu", alpha=0.7)],
    "Shrink": [node("Shrink", lambd=0.7)],
    "Shrink, softly": [node("Shrink", lambd=0.7, bias=0.7)],
    "Mish": [node("Mish")],
    "Swish": [node("Swish", alpha=1.3)],
    "Sin, Cos": [node("Sin"), after("Cos", "y0")],
    "Asin, Acos, Atanh, Tan": [
        node("Tanh"), after("Mul", "y0", np.float32(0.7)), after("Asin", "y1"), after("Acos", "y1"),
        after("Atanh", "y1"), after("Tan", "y1"), after("Concat", "y2", "y3", "y4", "y5", axis=1),
    ],
    "Sinh, Asinh, Cosh, Acosh": [
        node("Sinh"), after("Asinh", "y0"), after("Cosh", "y1"), after("Add", "y2", np.float32(0.1)),
        after("Acosh", "y3"),
    ],
    "Atan": [node("Atan")],
    "Ceil, Floor, Round, Sign": [
        node("Ceil"), after("Floor", "x"), after("Round", "x"), after("Sign", "x"),
        after("Sum", "y0", "y1", "y2", "y3"), after("Mul", "x", "y4"),
    ],
    "Max, Min, Mean": [
        node("Neg"), after("Max", "x", "y0", drawn(4, 1, 1)), after("Min", "x", np.float32(0.3)),
        after("Mean", "y1", "y2", "x"),
    ],
    "ReduceL1": [node("ReduceL1", np.array([2, 3]))],
    "ReduceL2": [node("ReduceL2", np.array([1]), keepdims=0)],
    "ReduceSumSquare": [node("ReduceSumSquare", np.array([3]))],
    "ReduceLogSum": [node("Exp"), after("ReduceLogSum", "y0", np.array([1, 2]))],
    "ReduceLogSumExp": [node("ReduceLogSumExp", np.array([1]))],
    "CumSum": [node("CumSum", np.array(2))],
    "CumSum, backwards": [node("CumSum", np.array(1), exclusive=1, reverse=1)],
    "RMSNormalization": [node("RMSNormalization", drawn(7, 8), axis=-2)],
    "LpNormalization": [node("LpNormalization", axis=1)],
    "LpNormalization by magnitudes": [node("LpNormalization", axis=1, p=1)],
    "Einsum": [node("Einsum", drawn(4, 3), equation="bchw,ck->bkhw")],
    "Einsum with itself": [after("Einsum", "x", "x", equation="bchw,bdhw->bcd")],
    "TopK, GatherElements": [
        ("TopK", ["x", np.array([3])], {"axis": 2, "outputs": 2}), after("GatherElements", "x", "y0.1", axis=2),
        after("Mul", "y0", "y1"),
    ],
    "ScatterElements": [
        ("TopK", ["x", np.array([3])], {"axis": 2, "outputs": 2}), after("Tanh", "y0"),
        after("ScatterElements", "x", "y0.1", "y1", axis=2),
    ],
    "GatherND": [node("GatherND", np.array([[0, 1, 2], [0, 3, 0], [0, 1, 2]]))],
    "ScatterND": [node("ScatterND", np.array([[0, 1], [0, 2]]), drawn(2, 7, 8))],
    "Tile": [node("Tile", np.array([1, 2, 1, 3]))],
    "Trilu": [node("Trilu", np.array(1))],
    "Cast": [node("Cast", to=1)],
}  # fmt: skip


def gradients(model: onnx.ModelProto, relu: str = "exact") -> tuple[Floats, Floats]:
    """Ours and PyTorch's, for two pictures."""
    x = np.concatenate([picture((1, *MAPS), seed) for seed in (0, 1)])
    graph, network = built(model, relu=relu), InTorch(model, relu)
    x = x if graph.is_batchable else x[:1]
    there = torch.from_numpy(x).requires_grad_()
    answer = network(there)
    seed = np.random.default_rng(3).standard_normal(answer.shape).astype(np.float32)
    answer.backward(torch.from_numpy(seed))
    assert there.grad is not None
    return run(graph.model, {"x": x, graph.seed: seed})[graph.gradients["x"]], there.grad.numpy()


def difference(ours: Floats, theirs: Floats) -> float:
    return float(np.abs(ours - theirs).max() / np.abs(theirs).max())


@pytest.mark.parametrize("case", CASES)
def test_operator(case: str) -> None:
    opset = max(SINCE.get(op, 18) for op, _, _ in CASES[case])
    assert difference(*gradients(chain(*CASES[case], shape=MAPS, opset=opset))) < NEAR


@pytest.mark.parametrize("relu", RECTIFIERS)
def test_the_rules_of_rectifiers(relu: str) -> None:
    model = chain(node("Conv", drawn(6, 4, 3, 3)), after("Relu", "y0"), after("Conv", "y1", drawn(5, 6, 3, 3)),
                  after("Relu", "y2"), after("MaxPool", "y3", kernel_shape=[2, 2]), shape=MAPS)  # fmt: skip
    assert difference(*gradients(model, relu)) < NEAR
    assert difference(gradients(model, relu)[0], gradients(model)[0]) > 0.1


def test_every_operator_is_held_against_pytorch() -> None:
    tried = {op for case in CASES.values() for op, _, _ in case}
    assert tried == set(OPERATORS)
    assert set(RULES) == tried | {"Upsample", "QuickGelu"}, "which are Resize in old files, and Swish of onnxruntime"
