"""Operators in the forms of old versions of ONNX: attributes for inputs, other broadcasting, other softmax."""

import numpy as np
import pytest

from tests.gradients.probing import MAPS, Doubles, Function, Node, after, chain, check, drawn, floats, node, reference


def softmax_of_all(x: Doubles) -> Doubles:
    powers = np.exp(x.reshape(len(x), -1))
    return np.asarray((powers / powers.sum(axis=1, keepdims=True)).reshape(x.shape))


def sloped(x: Doubles) -> Doubles:
    slopes = np.array([0.1, 0.2, 0.3, 0.4]).reshape(4, 1, 1)
    return np.where(x > 0, x, slopes * x)


def normalised(x: Doubles) -> Doubles:
    return np.asarray((x - 0.3) / np.sqrt(2 + 1e-5) * 1.5 + 0.2)


LISTS = [np.full(4, value, np.float32) for value in (1.5, 0.2, 0.3, 2)]
CASES: dict[str, tuple[int, Node, Function]] = {
    "Clip": (6, node("Clip", min=-1.2, max=2.2), lambda x: x.clip(-1.2, 2.2)),
    "Dropout": (6, node("Dropout", ratio=0.4), lambda x: x),
    "Pad": (2, node("Pad", pads=[0, 0, 1, 2, 0, 0, 0, 1]), lambda x: np.pad(x, ((0, 0), (0, 0), (1, 0), (2, 1)))),
    "Slice": (9, node("Slice", axes=[1, 3], starts=[1, -4], ends=[3, 99]), lambda x: x[:, 1:3, :, -4:]),
    "Split": (2, node("Split", axis=1, split=[1, 3], outputs=2), lambda x: x[:, :1]),
    "Split into halves": (11, node("Split", axis=1, outputs=2), lambda x: x[:, :2]),
    "Slice without axes": (9, node("Slice", starts=[0, 1], ends=[9, 3]), lambda x: x[:, 1:3]),
    "Squeeze": (11, node("Squeeze", axes=[0]), lambda x: x[0]),
    "Unsqueeze": (11, node("Unsqueeze", axes=[2]), lambda x: x[:, :, None]),
    "ReduceMean": (12, node("ReduceMean", axes=[2, 3]), lambda x: x.mean(axis=(2, 3), keepdims=True)),
    "ReduceSum": (11, node("ReduceSum", axes=[1], keepdims=0), lambda x: x.sum(axis=1)),
    "Upsample": (9, node("Upsample", floats(1, 1, 2, 3)), lambda x: x.repeat(2, axis=2).repeat(3, axis=3)),
    "Upsample, older": (7, node("Upsample", scales=[1.0, 1.0, 2.0, 1.0]), lambda x: x.repeat(2, axis=2)),
    "Resize": (10, node("Resize", floats(1, 1, 2, 2)), lambda x: x.repeat(2, axis=2).repeat(2, axis=3)),
    "Softmax over all that follows": (12, node("Softmax"), softmax_of_all),
    "LogSoftmax over all that follows": (9, node("LogSoftmax", axis=1), lambda x: np.log(softmax_of_all(x))),
    "PRelu": (6, node("PRelu", floats(0.1, 0.2, 0.3, 0.4)), sloped),
    "BatchNormalization": (7, node("BatchNormalization", *LISTS), normalised),
    "Sum": (6, after("Sum", "x", "x"), lambda x: 2 * x),
}

FROM_THE_FIRST_AXIS = {"Squeeze", "Slice without axes"}


@pytest.mark.parametrize("case", CASES)
def test_old_form(case: str) -> None:
    opset, operator, by = CASES[case]
    check(chain(operator, shape=MAPS, opset=opset), batchable=case not in FROM_THE_FIRST_AXIS, by=by)


def test_reshape_before_shapes_were_inputs() -> None:
    check(chain(node("Reshape", shape=[1, 120]), shape=MAPS, opset=4), by=lambda x: x.reshape(len(x), -1))


def test_an_average_that_counts_padding_and_rounds_up_divides_as_in_new_versions() -> None:
    settings = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1], "ceil_mode": 1, "count_include_pad": 1}
    current = chain(node("AveragePool", **settings), shape=(2, 6, 6), opset=19)
    check(chain(node("AveragePool", **settings), shape=(2, 6, 6), opset=11), by=reference(current))


def test_a_fully_connected_layer_with_the_attribute_broadcast() -> None:
    weights, bias = drawn(40, 5), drawn(5)
    gemm = after("Gemm", "y0", weights, bias, broadcast=1)
    check(
        chain(after("Flatten", "x"), gemm, shape=(2, 4, 5), opset=6),
        by=lambda x: x.reshape(len(x), 40) @ weights + bias,
    )


@pytest.mark.parametrize("op", ["Add", "Mul", "Div"])
def test_broadcasting_that_aligns_the_first_axes(op: str) -> None:
    constant = np.abs(drawn(4))
    function = {"Add": np.add, "Mul": np.multiply, "Div": np.divide}[op]
    model = chain(node(op, constant, broadcast=1, axis=1), shape=MAPS, opset=6)
    check(model, by=lambda x: np.asarray(function(x, constant.reshape(4, 1, 1))))
