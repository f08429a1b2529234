"""Functions of a file: their operators are layers with the values that onnxruntime gives, and hostile ones end."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import FunctionProto, ModelProto, NodeProto, TensorProto, helper
from onnx.inliner import inline_local_functions

from app.errors import NetworkError
from app.nets.reading.rewriting import functions
from app.nets.reading.rewriting.functions import inline_functions
from tests.nets.reading.references.plain_runs import IMAGE, assert_is_plain, build, opened, plain_run, run, weight

X = {"x": (TensorProto.FLOAT, [1, 3, 8, 8])}
OPSETS = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]


def function(name: str, inputs: Sequence[str], outputs: Sequence[str], nodes: Sequence[NodeProto]) -> FunctionProto:
    return helper.make_function("own", name, inputs, outputs, nodes, OPSETS)


def block(**slope: Any) -> FunctionProto:
    """A convolution with the stride of the call, and a rectifier that another function has."""
    convolution = helper.make_node("Conv", ["a", "w"], ["c"], "conv", kernel_shape=[3, 3], pads=[1] * 4)
    strides = onnx.AttributeProto(name="strides", ref_attr_name="step", type=onnx.AttributeProto.INTS)
    convolution.attribute.append(strides)
    nodes = [convolution, helper.make_node("Rectifier", ["c"], ["b"], "rectifier", domain="own", **slope)]
    result = function("Block", ["a", "w"], ["b"], nodes)
    result.attribute.append("step")
    return result


def rectifier() -> FunctionProto:
    """Leaky where its input is negative; its slope is a default, its If a graph that reads a value of the function."""
    branch = helper.make_graph(
        [helper.make_node("LeakyRelu", ["a"], ["r"])], "branch", [], [helper.make_empty_tensor_value_info("r")]
    )
    branch.node[0].attribute.append(
        onnx.AttributeProto(name="alpha", ref_attr_name="slope", type=onnx.AttributeProto.FLOAT)
    )
    mean = helper.make_node("ReduceMean", ["a"], ["m"], keepdims=0)
    zero = helper.make_node("Constant", [], ["zero"], value_float=0.0)
    condition = helper.make_node("Less", ["m", "zero"], ["is_negative"])
    choice = helper.make_node("If", ["is_negative"], ["b"], "if", then_branch=branch, else_branch=branch)
    result = function("Rectifier", ["a"], ["b"], [mean, zero, condition, choice])
    result.attribute_proto.append(helper.make_attribute("slope", 0.25))
    return result


def network(**slope: Any) -> ModelProto:
    nodes = [
        helper.make_node("Block", ["x", "w1"], ["h"], "first", domain="own", step=[1, 1]),
        helper.make_node("Block", ["h", "w2"], ["y"], "second", domain="own", step=[2, 2]),
    ]
    return build(
        nodes, [weight("w1", 4, 3, 3, 3), weight("w2", 5, 4, 3, 3)], X, functions=[block(**slope), rectifier()]
    )


def test_every_value_of_the_operators_of_a_function_is_that_of_onnxruntime(tmp_path: Path) -> None:
    model = network(slope=0.125)  # the inliner of onnx loses a default in a graph within an operator
    opened_network = opened(tmp_path, model)
    by_onnx = inline_local_functions(model)
    values = plain_run(by_onnx, {"x": IMAGE[np.newaxis]})
    own = [value for node in opened_network.model.graph.node for value in node.output]
    others = [value for node in by_onnx.graph.node for value in node.output]
    assert_is_plain(opened_network, {name: values[other] for name, other in zip(own, others, strict=True)})


def test_an_attribute_that_a_call_leaves_out_has_its_default(tmp_path: Path) -> None:
    model = network()
    expected = ort.InferenceSession(model.SerializeToString()).run(None, {"x": IMAGE[np.newaxis]})[0]
    opened_network = opened(tmp_path, model)
    activations = run(opened_network)
    np.testing.assert_allclose(activations.layers[opened_network.graph.scores.id], expected[0], 1e-5, 1e-5)


def test_layers_are_named_after_the_call_and_the_operator(tmp_path: Path) -> None:
    layers = opened(tmp_path, network()).graph.layers
    assert [layer.name for layer in layers if layer.op == "Conv"] == ["first/conv", "second/conv"]
    assert [layer.attributes["strides"] for layer in layers if layer.op == "Conv"] == [[1, 1], [2, 2]]


def test_a_function_that_passes_its_input_on_has_the_same_value(tmp_path: Path) -> None:
    both = function("Both", ["a"], ["a", "b"], [helper.make_node("Relu", ["a"], ["b"])])
    nodes = [
        helper.make_node("Both", ["x"], ["same", "r"], domain="own"),
        helper.make_node("Sub", ["same", "r"], ["y"], "difference"),
    ]
    model = build(nodes, [], X, functions=[both])
    expected = np.minimum(IMAGE, 0)
    assert_is_plain(opened(tmp_path, model), {"y": expected, "r": np.maximum(IMAGE, 0)})


def doubling(times: int, first: Sequence[NodeProto]) -> ModelProto:
    """Each function calls the one before it twice."""
    functions = [function("F0", ["a"], ["b"], first)]
    for number in range(1, times):
        calls = [
            helper.make_node(f"F{number - 1}", ["a"], ["h"], domain="own"),
            helper.make_node(f"F{number - 1}", ["h"], ["b"], domain="own"),
        ]
        functions.append(function(f"F{number}", ["a"], ["b"], calls))
    return build([helper.make_node(f"F{times - 1}", ["x"], ["y"], domain="own")], [], X, functions=functions)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("first", [[helper.make_node("Relu", ["a"], ["b"])], []], ids=["full", "empty"])
def test_functions_that_double_without_end_are_refused_at_once(first: list[NodeProto]) -> None:
    with pytest.raises(NetworkError, match="more than 20,000 operators"):
        inline_functions(doubling(40, first))


def test_a_function_that_calls_itself_is_refused() -> None:
    itself = function("F", ["a"], ["b"], [helper.make_node("F", ["a"], ["b"], domain="own")])
    model = build([helper.make_node("F", ["x"], ["y"], domain="own")], [], X, functions=[itself])
    with pytest.raises(NetworkError, match="calls itself"):
        inline_functions(model)


@pytest.mark.parametrize("version", [13, 18])
def test_a_function_for_another_version_of_onnx_is_refused_with_both(version: int) -> None:
    other = helper.make_function(
        "own", "F", ["a"], ["b"], [helper.make_node("Relu", ["a"], ["b"])], [helper.make_opsetid("ai.onnx", version)]
    )
    model = build([helper.make_node("F", ["x"], ["y"], domain="own")], [], X, functions=[other])
    with pytest.raises(NetworkError, match=f"version {version} of the operators of ONNX, the rest version 17"):
        inline_functions(model)


def call(name: str, value: str, output: str) -> NodeProto:
    return helper.make_node("Twice", [value], [output], name, domain="own")


TWICE = function("Twice", ["a"], ["b", "c"], [
    helper.make_node("Relu", ["a"], ["r"], "relu"), helper.make_node("Neg", ["r"], ["b"]),
    helper.make_node("Abs", ["r"], ["c"]),
])  # fmt: skip


def test_names_of_calls_are_new() -> None:
    """Beginnings of the names of values that are there count: of an input, a constant, and what operators compute."""
    nodes = [
        call("block", "x", "1"), call("block", "1", "2"), call("", "2", "3"), call("", "3", "4"),
        call("in", "4", "5"), call("w", "5", "6"), call("deep/er", "6", "7"), call("deep/er/est", "7", "8"),
        helper.make_node("Relu", ["8"], ["deep/er/est"]), helper.make_node("Relu", ["deep/er/est"], ["y"]),
    ]  # fmt: skip
    model = build(nodes, [weight("w/kernel", 1)], {"x": X["x"], "in/side": X["x"]}, functions=[TWICE])
    inline_functions(model)
    names = [node.name for node in model.graph.node if node.op_type == "Relu" and node.name]
    calls = ["block", "block_2", "Twice", "Twice_2", "in_2", "w_2", "deep/er_2", "deep/er/est"]
    assert names == [f"{name}/relu" for name in calls]
    assert [node.output[0] for node in model.graph.node if node.op_type == "Relu"][:2] == ["block/r", "block_2/r"]
    assert {"block/c", "block_2/c"} <= {value for node in model.graph.node for value in node.output}


def test_there_may_be_as_many_operators_as_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call is one, and so is each operator of it."""
    for limit in (8, 7):
        monkeypatch.setattr(functions, "MAX_OPERATORS", limit)
        model = build([call("", "x", "h"), call("", "h", "y")], [], X, functions=[TWICE])
        if limit == 8:
            inline_functions(model)
        else:
            with pytest.raises(NetworkError, match="more than 7 operators"):
                inline_functions(model)


def test_functions_may_call_one_another_so_deep() -> None:
    for depth in (functions.MAX_DEPTH, functions.MAX_DEPTH + 1):
        chain = [function("F0", ["a"], ["b"], [helper.make_node("Relu", ["a"], ["b"])])]
        for number in range(1, depth):
            inner = helper.make_node(f"F{number - 1}", ["a"], ["b"], domain="own")
            chain.append(function(f"F{number}", ["a"], ["b"], [inner]))
        model = build([helper.make_node(f"F{depth - 1}", ["x"], ["y"], domain="own")], [], X, functions=chain)
        if depth == functions.MAX_DEPTH:
            inline_functions(model)
            assert [node.op_type for node in model.graph.node] == ["Relu"]
        else:
            with pytest.raises(NetworkError, match="too many call one another"):
                inline_functions(model)


def test_an_attribute_without_a_value_leaves_the_others() -> None:
    pool = helper.make_node("MaxPool", ["a"], ["b"], kernel_shape=[2, 2])
    for name in ("strides", "pads"):
        kind = onnx.AttributeProto.INTS
        pool.attribute.insert(0, onnx.AttributeProto(name=name, ref_attr_name=f"my {name}", type=kind))
    given: dict[str, Any] = {"my strides": [2, 2]}
    model = build(
        [helper.make_node("Pool", ["x"], ["y"], domain="own", **given)],
        [],
        X,
        functions=[function("Pool", ["a"], ["b"], [pool])],
    )
    inline_functions(model)
    (node,) = model.graph.node
    assert {each.name: list(each.ints) for each in node.attribute} == {"strides": [2, 2], "kernel_shape": [2, 2]}
