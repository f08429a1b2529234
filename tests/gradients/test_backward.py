"""The backward graph: no more than its specification needs, one for all classes, and operators without a rule."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from app.errors import InvalidRequest, NotDifferentiable
from app.gradients.rules import RULES
from tests.gradients.probing import after, built, chain, check, drawn, floats, node, picture, run

CHAIN = chain(
    node("Conv", drawn(6, 3, 3, 3)),
    after("Relu", "y0"),
    after("Conv", "y1", drawn(5, 6, 2, 2)),
    after("Relu", "y2"),
    after("GlobalAveragePool", "y3"),
    after("Flatten", "y4"),
    after("Gemm", "y5", drawn(5, 4)),
    shape=(3, 6, 7),
)


def ops(model: onnx.ModelProto) -> Counter[str]:
    return Counter(node.op_type for node in model.graph.node)


def test_a_gradient_at_the_last_maps_needs_no_backward_pass_of_earlier_layers() -> None:
    graph = built(CHAIN, with_respect_to=("y3",))
    assert ops(graph.model)["Conv"] == ops(graph.model)["ConvTranspose"] == 0, "the layers are linear from there on"
    kept = built(CHAIN, with_respect_to=("y3",), outputs=("y3",))
    assert ops(kept.model)["Conv"] == 2
    assert ops(kept.model)["HardSigmoid"] == ops(kept.model)["ConvTranspose"] == 0
    assert ops(built(CHAIN).model)["HardSigmoid"] == 2


def test_without_a_gradient_the_graph_is_a_part_of_the_network() -> None:
    graph = built(CHAIN, target="", with_respect_to=(), outputs=("y1",))
    assert ops(graph.model) == {"Conv": 1, "Relu": 1}
    assert graph.seed == ""


def test_weights_that_are_not_needed_are_left_out() -> None:
    names = {tensor.name for tensor in built(CHAIN, with_respect_to=(), outputs=("y1",)).model.graph.initializer}
    assert names == {"c0"}


def test_the_network_itself_is_not_changed() -> None:
    before = CHAIN.SerializeToString(deterministic=True)
    built(CHAIN, outputs=("y1", "y6"))
    assert CHAIN.SerializeToString(deterministic=True) == before


def test_one_graph_serves_every_class() -> None:
    graph, x = built(CHAIN, outputs=("y6",)), picture((1, 3, 6, 7))
    gradients = [
        run(graph.model, {"x": x, graph.seed: seed[np.newaxis]})[graph.gradients["x"]]
        for seed in np.eye(4, dtype=np.float32)
    ]
    both = run(graph.model, {"x": x, graph.seed: floats(2, 0, -1, 0, shape=(1, 4))})[graph.gradients["x"]]
    np.testing.assert_allclose(both, 2 * gradients[0] - gradients[2], atol=1e-5)
    assert np.abs(gradients[0] - gradients[1]).max() > 0.01


def test_the_gradient_with_respect_to_the_target_itself_is_the_seed() -> None:
    graph, seed = built(CHAIN, with_respect_to=("y6", "x")), drawn(1, 4)
    found = run(graph.model, {"x": picture((1, 3, 6, 7)), graph.seed: seed})
    np.testing.assert_array_equal(found[graph.gradients["y6"]], seed)


def test_the_rules_of_rectifiers() -> None:
    x = floats(-2, -1, 1, 2, shape=(1, 1, 2, 2))
    seed = floats(1, -1, 1, -1, shape=(1, 1, 2, 2))
    expected = {"exact": [0, 0, 1, -1], "guided": [0, 0, 1, 0], "deconvnet": [1, 0, 1, 0]}
    for op in (node("Relu"), node("Clip", np.float32(0), np.float32(6))):
        for relu, gradient in expected.items():
            graph = built(chain(op, shape=(1, 2, 2)), relu=relu)
            found = run(graph.model, {"x": x, graph.seed: seed})[graph.gradients["x"]]
            np.testing.assert_array_equal(found.reshape(-1), gradient)


def test_a_clip_that_is_not_a_rectifier_keeps_its_derivative() -> None:
    model = chain(node("Clip", np.float32(-1), np.float32(1)), shape=(1, 1, 3))
    graph = built(model, relu="guided")
    feeds = {"x": floats(-3, 0.5, 2, shape=(1, 1, 1, 3)), graph.seed: floats(-1, -2, -3, shape=(1, 1, 1, 3))}
    np.testing.assert_array_equal(run(graph.model, feeds)[graph.gradients["x"]], [[[[0, -2, 0]]]])


def test_the_derivative_at_the_kinks_of_a_rectifier_is_zero() -> None:
    graph = built(chain(node("Relu"), shape=(1, 1, 2)))
    feeds = {"x": floats(0, 1e-30, shape=(1, 1, 1, 2)), graph.seed: floats(5, 5, shape=(1, 1, 1, 2))}
    np.testing.assert_array_equal(run(graph.model, feeds)[graph.gradients["x"]], [[[[0, 5]]]])


def test_the_gradient_of_equal_maxima_goes_to_the_first() -> None:
    graph = built(chain(node("MaxPool", kernel_shape=[2, 2]), shape=(1, 2, 3)))
    feeds = {"x": np.ones((1, 1, 2, 3), np.float32), graph.seed: floats(1, 2, shape=(1, 1, 1, 2))}
    np.testing.assert_array_equal(run(graph.model, feeds)[graph.gradients["x"]], [[[[1, 2, 0], [0, 0, 0]]]])


def test_an_operator_without_a_rule_is_named_before_anything_runs() -> None:
    model = chain(node("Hardmax"), after("Relu", "y0"), shape=(2, 3, 4))
    with pytest.raises(NotDifferentiable, match="Hardmax") as error:
        built(model)
    assert error.value.details["op"] == "Hardmax"
    assert built(model, with_respect_to=("y0",)).gradients, "no gradient goes through it"
    assert not built(model, with_respect_to=("y0",)).is_batchable, "who knows what it does to several pictures"


def test_an_old_operator_without_a_rule_runs_as_it_is_and_has_no_gradient() -> None:
    nodes = [node("Conv", drawn(4, 4, 1, 1)), after("ReduceProd", "y0", axes=[1]), after("Mul", "y0", "y1")]
    nodes += [after("Reshape", "y2", np.array([1, 120])), after("Gemm", "y3", drawn(120, 3), drawn(3))]
    model, x = chain(*nodes, shape=(4, 5, 6), opset=11), picture((1, 4, 5, 6))
    kept = built(model, target="", with_respect_to=(), outputs=("y4",))
    assert not kept.is_batchable
    np.testing.assert_allclose(run(kept.model, {"x": x})["y4"], run(model, {"x": x})["y4"], rtol=1e-6)
    for spec in ({}, {"with_respect_to": ("y2",), "outputs": ("y2",)}):
        with pytest.raises(NotDifferentiable, match="ReduceProd"):
            built(model, **spec)
    assert built(model, with_respect_to=("y3",)).gradients, "neither way leads through it"


def test_weights_that_depend_on_the_input_have_no_gradient() -> None:
    model = chain(node("Conv", drawn(3, 2, 1, 1)), after("Conv", drawn(1, 3, 5, 5), "y0"), shape=(2, 4, 5))
    with pytest.raises(NotDifferentiable, match="weights depend on the input"):
        built(model)


def test_a_layer_that_the_target_does_not_depend_on_has_no_gradient() -> None:
    model = chain(node("Relu"), node("Tanh"), shape=(2, 3, 4))
    with pytest.raises(InvalidRequest, match="does not depend"):
        built(model, with_respect_to=("y0",))


@pytest.mark.parametrize(("activation", "op"), [("softmax", "Softmax"), ("sigmoid", "Sigmoid")])
def test_an_activation_can_be_added_to_a_network_without_one(activation: str, op: str) -> None:
    graph, x = built(CHAIN, activation=activation), picture((1, 3, 6, 7))
    seed = np.eye(4, dtype=np.float32)[1:2]
    with_it = onnx.ModelProto()
    with_it.CopyFrom(CHAIN)
    added = helper.make_node(op, ["y6"], ["p"])
    if op == "Softmax":
        added.attribute.append(helper.make_attribute("axis", 1))
    with_it.graph.node.append(added)
    with_it.graph.output[0].CopyFrom(helper.make_tensor_value_info("p", TensorProto.FLOAT, None))
    other = built(with_it)
    expected = run(other.model, {"x": x, other.seed: seed})[other.gradients["x"]]
    np.testing.assert_allclose(run(graph.model, {"x": x, graph.seed: seed})[graph.gradients["x"]], expected, atol=1e-6)


def test_a_vision_transformer_has_a_gradient() -> None:
    token = np.array([1, 1, 8])
    nodes = [
        node("Conv", drawn(8, 3, 2, 2), drawn(8), strides=[2, 2]),
        after("Reshape", "y0", np.array([0, 8, -1])),
        after("Transpose", "y1", perm=[0, 2, 1]),
        after("Expand", drawn(1, 1, 8), token),
        after("Concat", "y3", "y2", axis=1),
        after("Add", "y4", drawn(1, 10, 8, seed=2)),
        after("LayerNormalization", "y5", drawn(8), drawn(8)),
        after("MatMul", "y6", drawn(8, 8, seed=3)),
        after("Reshape", "y7", np.array([0, -1, 2, 4])),
        after("Transpose", "y8", perm=[0, 2, 1, 3]),
        after("Transpose", "y8", perm=[0, 2, 3, 1]),
        after("MatMul", "y9", "y10"),
        after("Softmax", "y11", axis=-1),
        after("MatMul", "y12", "y9"),
        after("Transpose", "y13", perm=[0, 2, 1, 3]),
        after("Reshape", "y14", np.array([0, -1, 8])),
        after("Gelu", "y15", approximate="tanh"),
        after("Add", "y16", "y5"),
        after("Gather", "y17", np.array(0), axis=1),
        after("Gemm", "y18", drawn(8, 5), drawn(5)),
    ]
    check(chain(*nodes, shape=(3, 6, 6), opset=20), batchable=False)


def test_names_of_the_network_that_look_like_ours_do_not_clash() -> None:
    model = chain(node("Relu"), after("Tanh", "y0"), shape=(2, 3, 4))
    for written in model.graph.node:
        for names in (written.input, written.output):
            names[:] = ["gradient 3" if name == "y0" else name for name in names]
    graph = built(model, with_respect_to=("x", "gradient 3"))
    feeds = {"x": picture((1, 2, 3, 4)), graph.seed: np.ones((1, 2, 3, 4), np.float32)}
    found = run(graph.model, feeds)
    expected = 1 - np.tanh(np.maximum(feeds["x"], 0)) ** 2
    np.testing.assert_allclose(found[graph.gradients["gradient 3"]], expected, atol=1e-6)


def test_the_documentation_lists_the_operators_with_a_rule() -> None:
    text = (Path(__file__).parents[2] / "docs" / "explaining.md").read_text(encoding="utf-8")
    table = text.split("## Operators with a gradient")[1].split("\n\n")[1]
    listed = re.findall(r"`(\w+)`", table)
    assert sorted(listed) == sorted(RULES)


def test_every_supported_operator_has_a_rule() -> None:
    supported = """
        Conv ConvTranspose Gemm MatMul BatchNormalization LRN Relu LeakyRelu PRelu Clip Sigmoid Tanh HardSwish
        HardSigmoid Elu Softmax LogSoftmax MaxPool AveragePool GlobalAveragePool GlobalMaxPool Add Sub Mul Div Sum
        Concat Split Slice Pad Flatten Reshape Squeeze Unsqueeze Transpose Identity Dropout ReduceMean Resize Upsample
        InstanceNormalization GroupNormalization LayerNormalization DepthToSpace SpaceToDepth Exp Log Sqrt Pow ReduceSum
        Softplus Gelu Erf Where Gather Expand Neg Abs Reciprocal QuantizeLinear DequantizeLinear
    """
    assert set(supported.split()) <= set(RULES)


def test_a_target_of_unknown_size_has_no_gradient() -> None:
    model = chain(node("Einsum", drawn(1, 3), equation="...w,...k->...wk"), shape=(2, 3, 4))
    with pytest.raises(NotDifferentiable, match="size is known"):
        built(model)


def test_an_operator_on_nothing_has_no_gradient() -> None:
    """The mean over no cells divides by zero."""
    nothing = after("Slice", "y0", np.array([0]), np.array([0]), np.array([2]))
    empty = chain(node("Conv", drawn(4, 3, 3, 3)), nothing, after("GlobalAveragePool", "y1"), shape=(3, 6, 6))
    with pytest.raises(NotDifferentiable, match=r"GlobalAveragePool.*do not fit it"):
        built(empty)
