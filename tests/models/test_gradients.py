"""Whole networks change along their gradient by the gradient's norm.

Only roughly, since the network runs in float32 here: this tests that gradients add up over branches, in all versions of
ONNX. The tests of the rules compare each operator precisely, and tests/training compares the same networks in full size
with PyTorch.
"""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.gradients.backward import GraphSpec, build_backward_graph
from app.nets.reading.operators import read_operators
from tests.gradients.probing import opened

pytestmark = pytest.mark.slow

LIGHT = Path(onnx.__file__).parent / "backend/test/data/light"
MODELS = Path(__file__).parents[2] / "models"
STEP = 2e-2
NEAR = 0.03  # kinks along the step; a shorter step would be lost in rounding
# The size of the input, and how many operators at the end do not fit that size.
LIGHT_ONES = {
    "bvlc_alexnet": (96, 9),
    "densenet121": (48, 0),
    "inception_v1": (64, 6),
    "inception_v2": (64, 4),
    "resnet50": (48, 4),
    "shufflenet": (224, 1),
    "squeezenet": (64, 1),
    "vgg19": (32, 9),
    "zfnet512": (96, 7),
}


def with_random_weights(name: str, size: int, cut: int) -> onnx.ModelProto:
    """A published network for inputs of this size, without the last `cut` operators.

    Its weights, all equal in the file, are random.
    """
    graph = onnx.load(LIGHT / f"light_{name}.onnx").graph
    shapes = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    nodes = [node for node in graph.node if node.op_type != "ConstantOfShape"]
    nodes = nodes[: len(nodes) - cut]
    used = {value for node in nodes for value in node.input}
    variances = {node.input[4] for node in nodes if node.op_type == "BatchNormalization"}
    rng, constants = np.random.default_rng(1), [tensor for tensor in graph.initializer if tensor.name in used]
    for node in graph.node:
        if node.op_type == "ConstantOfShape" and node.output[0] in used:
            shape = tuple(shapes[node.input[0]])
            weights = rng.standard_normal(shape, np.float32) * np.float32(np.sqrt(2 / np.prod(shape[1:])))
            if len(shape) == 1:
                sign = 1 if node.output[0] in variances else rng.choice([-1, 1], shape)
                weights = rng.uniform(0.5, 1.5, shape) * sign
            constants.append(numpy_helper.from_array(weights.astype(np.float32), node.output[0]))
    (picture,) = {value.name for value in graph.input} - set(shapes)
    x = helper.make_tensor_value_info(picture, TensorProto.FLOAT, [1, 3, size, size])
    y = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, None)
    cut_off = helper.make_graph(nodes, name, [x], [y], constants)
    return helper.make_model(cut_off, opset_imports=[helper.make_opsetid("", 9)], ir_version=8)


def before_softmax(path: Path) -> onnx.ModelProto:
    """A shipped network up to its logits, for one input."""
    model = onnx.load(path)
    softmax = model.graph.node.pop()
    model.graph.output[0].CopyFrom(helper.make_tensor_value_info(softmax.input[0], TensorProto.FLOAT, None))
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    return model


def check_along_its_gradient(model: onnx.ModelProto) -> None:
    """Of three pictures the one in the middle counts: one may lie beside a kink."""
    source, answer = read_operators(model), model.graph.output[0].name
    graph = build_backward_graph(model, source, GraphSpec(answer, (source.input,)))
    back, forth = opened(graph.model), opened(model)
    rng, ratios = np.random.default_rng(0), []
    for _ in range(3):
        x = rng.standard_normal(source.shape(source.input), dtype=np.float32)
        seed = rng.standard_normal(source.shape(answer), dtype=np.float32)
        (gradient,) = back.run([graph.gradients[source.input]], {source.input: x, graph.seed: seed})
        length = np.linalg.norm(gradient)
        assert np.isfinite(length)
        assert length > 0
        way = gradient / length
        above, below = (forth.run(None, {source.input: x + step * way})[0] for step in (STEP, -STEP))
        ratios.append(((above.astype(np.float64) - below) * seed).sum() / (2 * STEP) / length)
    assert np.median(ratios) == pytest.approx(1, abs=NEAR)


@pytest.mark.parametrize("name", LIGHT_ONES)
def test_a_classic_network_with_fresh_weights(name: str) -> None:
    check_along_its_gradient(with_random_weights(name, *LIGHT_ONES[name]))


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.onnx")), ids=lambda path: path.stem)
def test_a_shipped_network(path: Path) -> None:
    check_along_its_gradient(before_softmax(path))
