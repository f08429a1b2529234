"""The contributions of input channels to an output channel, against the ONNX reference evaluator."""

from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from app.analysis.contributions import contributions
from app.nets.session import Tensor

RNG = np.random.default_rng(5)
KINDS: dict[str, tuple[int, int, int, dict[str, Any]]] = {
    "plain": (4, 6, 3, {"pads": [1, 1, 1, 1]}),
    "strided, unevenly padded": (3, 5, 5, {"strides": [2, 3], "pads": [2, 0, 1, 3]}),
    "dilated": (3, 4, 3, {"dilations": [2, 1], "pads": [2, 1, 2, 1]}),
    "one by one": (5, 7, 1, {"strides": [2, 2]}),
    "grouped": (6, 4, 3, {"group": 2, "pads": [1, 1, 1, 1]}),
    "depthwise": (4, 4, 3, {"group": 4, "strides": [2, 2], "auto_pad": "SAME_UPPER"}),
    "larger padding first": (2, 3, 4, {"strides": [3, 3], "auto_pad": "SAME_LOWER"}),
    "not padded": (2, 3, 3, {"auto_pad": "VALID"}),
}


def convolve(fed: Tensor, kernels: Tensor, attributes: dict[str, Any]) -> Tensor:
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("x", "w", "y")]
    graph = helper.make_graph([helper.make_node("Conv", ["x", "w"], ["y"], **attributes)], "g", values[:2], values[2:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    outputs: Any = ReferenceEvaluator(model).run(None, {"x": fed[None], "w": kernels})
    result: Tensor = outputs[0][0]
    return result


@pytest.mark.parametrize("kind", KINDS)
def test_a_contribution_is_the_convolution_of_one_input_channel_with_its_plane(kind: str) -> None:
    inputs, filters, side, attributes = KINDS[kind]
    groups = attributes.get("group", 1)
    fed = RNG.standard_normal((inputs, 13, 11)).astype(np.float32)
    kernels = RNG.standard_normal((filters, inputs // groups, side, side)).astype(np.float32)
    after = convolve(fed, kernels, attributes)
    for number in range(filters):
        found = contributions(fed, kernels, number, attributes, after.shape[1:])
        first = number // (filters // groups) * (inputs // groups)
        assert found.inputs.tolist() == list(range(first, first + inputs // groups))
        assert found.mean.sum() == pytest.approx(after[number].mean(), abs=1e-5)
        for plane, channel in enumerate(found.inputs.tolist()):
            alone = convolve(
                fed[channel : channel + 1], kernels[number : number + 1, plane : plane + 1], attributes | {"group": 1}
            )
            assert found.mean_abs[plane] == pytest.approx(np.abs(alone).mean(), rel=1e-5)
            assert found.mean[plane] == pytest.approx(alone.mean(), rel=1e-4, abs=1e-6)


def test_the_largest_comes_first_also_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.analysis.contributions.BLOCK_CELLS", 200)
    fed = np.ones((9, 10, 10), np.float32)
    kernels = np.array([3, -7, 1, 0, 2, 9, -2, 4, 5], np.float32).reshape(1, 9, 1, 1)
    found = contributions(fed, kernels, 0, {}, (10, 10))
    assert found.order.tolist() == [5, 1, 8, 7, 0, 4, 6, 2, 3]
    assert found.mean_abs.tolist() == [3, 7, 1, 0, 2, 9, 2, 4, 5]
