"""Which constants were learned: those of a normalisation may be part of the formula, and the picture's never are."""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.nets.graph import read_graph
from app.nets.reading.model_file import InlineTensor

Values = dict[str, npt.NDArray[Any]]
ONES, ZEROS = np.ones(4, np.float32), np.zeros(4, np.float32)
DRAWN = np.random.default_rng(0).uniform(0.5, 2, 4).astype(np.float32)
COLUMN = DRAWN.reshape(4, 1, 1)
CONV = helper.make_node("Conv", ["x", "w"], ["c"])


def network(*nodes: onnx.NodeProto, **constants: npt.NDArray[Any]) -> onnx.ModelProto:
    """A network whose output is y, with these constants and the weight of CONV, (4, 3, 1, 1)."""
    constants["w"] = np.full((4, 3, 1, 1), 0.5, np.float32)
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 6, 6])
    tensors = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    graph = helper.make_graph(nodes, "roles", [x], [helper.make_empty_tensor_value_info("y")], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def group_norm(scale: npt.NDArray[Any], bias: npt.NDArray[Any], *, scaled: bool = True) -> onnx.ModelProto:
    """A group normalisation as PyTorch exports it: InstanceNormalization of the groups, then Mul and Add."""
    last = "r" if scaled else "y"
    nodes = [
        CONV,
        helper.make_node("Reshape", ["c", "grouped"], ["g"]),
        helper.make_node("InstanceNormalization", ["g", "s", "b"], ["n"]),
        helper.make_node("Reshape", ["n", "whole"], [last]),
    ]
    nodes += [helper.make_node("Mul", ["r", "gain"], ["m"]), helper.make_node("Add", ["m", "gain"], ["y"])] * scaled
    shapes = {"grouped": np.array([0, 2, -1]), "whole": np.array([1, 4, 6, 6])}
    return network(*nodes, **shapes, s=scale, b=bias, gain=COLUMN)


def batch_norm(*values: npt.NDArray[Any]) -> onnx.ModelProto:
    constants = dict(zip("sbmv", values, strict=True))
    return network(CONV, helper.make_node("BatchNormalization", ["c", "s", "b", "m", "v"], ["y"]), **constants)


LEARNED = 12 + 8  # of the convolution, and a scale and a bias of four channels
CASES = {
    "group normalisation": (group_norm(ONES[:2], ZEROS[:2]), 12 + 4),
    "group normalisation that learned nothing": (group_norm(ONES[:2], ZEROS[:2], scaled=False), 12),
    "instance normalisation that learned": (group_norm(DRAWN[:2], DRAWN[:2], scaled=False), 12 + 4),
    "batch normalisation": (batch_norm(DRAWN, DRAWN, DRAWN, DRAWN), LEARNED),
    "batch normalisation without scale and bias": (batch_norm(ONES, ZEROS, DRAWN, DRAWN), 12),
    "batch normalisation before training": (batch_norm(ONES, ZEROS, ZEROS, ONES), LEARNED),
    "a learned bias alone": (batch_norm(ONES, DRAWN, DRAWN, DRAWN), LEARNED),
}


@pytest.mark.parametrize("case", CASES)
def test_a_scale_of_one_and_a_bias_of_zero_are_no_parameters(case: str) -> None:
    model, params = CASES[case]
    assert read_graph(model).params == params


def test_they_have_a_role_of_their_own() -> None:
    layer = read_graph(batch_norm(ONES, ZEROS, DRAWN, DRAWN)).layers[-1]
    assert layer.weights == {"fixed scale": "s", "fixed bias": "b", "mean": "m", "var": "v"}
    assert layer.params == 0


@pytest.mark.parametrize("constant", ["value", "value_floats"])
def test_constants_in_nodes_are_recognised(constant: str) -> None:
    def node(name: str, values: npt.NDArray[Any]) -> onnx.NodeProto:
        value = numpy_helper.from_array(values) if constant == "value" else values.tolist()
        return helper.make_node("Constant", [], [name], **{constant: value})

    norm = helper.make_node("InstanceNormalization", ["c", "s", "b"], ["y"])
    assert read_graph(network(node("s", ONES), node("b", ZEROS), CONV, norm)).params == 12


def test_without_numbers_the_scale_and_bias_that_follow_are_the_learned_ones() -> None:
    nodes = [
        CONV,
        helper.make_node("BatchNormalization", ["c", "s", "b", "m", "v"], ["n"]),
        helper.make_node("Mul", ["n", "gain"], ["p"]),
        helper.make_node("Add", ["p", "gain2"], ["y"]),
    ]
    model = network(*nodes, **dict.fromkeys("sbmv", DRAWN), gain=COLUMN, gain2=COLUMN)
    assert read_graph(model).params == 12 + 16, "the scale is not 1"
    assert read_graph(model, tensors={}).params == LEARNED
    alone = network(
        *nodes[:1], helper.make_node("BatchNormalization", [*"csbmv"], ["y"]), **dict.fromkeys("sbmv", ONES)
    )
    assert read_graph(alone, tensors={}).params == LEARNED


def test_numbers_are_read_from_where_they_are_stored() -> None:
    model = batch_norm(ONES, ZEROS, DRAWN, DRAWN)
    elsewhere = {"s": InlineTensor(numpy_helper.from_array(DRAWN)), "b": InlineTensor(numpy_helper.from_array(ZEROS))}
    assert read_graph(model, tensors=elsewhere).params == LEARNED


def test_the_normalisation_of_the_picture_has_no_parameters() -> None:
    nodes = [
        helper.make_node("Cast", ["x"], ["f"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["f", "std"], ["m"]),
        helper.make_node("Add", ["m", "mean"], ["p"]),
        helper.make_node("Conv", ["p", "w"], ["c"]),
        helper.make_node("Add", ["c", "gain"], ["y"]),
    ]
    colours = np.array([0.1, 0.2, 0.3], np.float32).reshape(3, 1, 1)
    assert read_graph(network(*nodes, std=colours, mean=colours, gain=COLUMN)).params == 12 + 4


@pytest.mark.parametrize(
    ("scale", "roles"),
    [(np.ones(6, np.float32), {"fixed scale": "s"}), (np.full(6, 2, np.float32), {"scale": "s"})],
)
def test_a_bias_that_is_left_out_is_as_one_of_zeros(scale: npt.NDArray[Any], roles: dict[str, str]) -> None:
    norm = helper.make_node("LayerNormalization", ["c", "s"], ["y"])
    assert read_graph(network(CONV, norm, s=scale)).layers[-1].weights == roles


@pytest.mark.parametrize(
    ("followers", "is_learned_later"),
    [
        ([("Mul", "gain"), ("Add", "gain")], True),
        ([("Identity", ""), ("Mul", "gain"), ("Cast", ""), ("Add", "gain")], True),
        ([("Mul", "gain"), ("Mul", "gain")], False),
        ([("Add", "gain"), ("Mul", "gain")], False),
        ([("Div", "gain"), ("Add", "gain")], False),
        ([("Mul", "two"), ("Add", "gain")], False),
        ([("Mul", "gain"), ("Add", "two")], False),
        ([("Relu", ""), ("Mul", "gain"), ("Add", "gain")], False),
        ([("Mul", "gain")], False),
        ([], False),
    ],
)
@pytest.mark.parametrize("is_read_twice", [False, True])
def test_without_numbers_a_scale_counts_as_learned_unless_one_for_each_channel_follows(
    followers: list[tuple[str, str]], is_learned_later: bool, is_read_twice: bool
) -> None:
    nodes, value = [CONV, helper.make_node("BatchNormalization", [*"csbmv"], ["n"])], "n"
    for place, (op, constant) in enumerate(followers):
        attributes: dict[str, Any] = {"to": TensorProto.FLOAT} if op == "Cast" else {}
        nodes.append(helper.make_node(op, [value, constant] if constant else [value], [f"v{place}"], **attributes))
        value = f"v{place}"
    nodes.append(helper.make_node("Sum", [value, "n"] if is_read_twice else [value], ["y"]))
    constants = dict.fromkeys("sbmv", DRAWN) | {"gain": COLUMN, "two": np.array(2, np.float32)}
    graph = read_graph(network(*nodes, **constants), tensors={})
    is_fixed = is_learned_later and not is_read_twice
    assert ("fixed scale" in graph.layers[1].weights) == is_fixed


def test_an_input_that_is_left_out_has_no_role() -> None:
    gemm = helper.make_node("Gemm", ["f", "d", ""], ["y"])
    dense = np.ones((144, 2), np.float32)
    graph = read_graph(network(CONV, helper.make_node("Flatten", ["c"], ["f"]), gemm, d=dense))
    assert graph.layers[-1].weights == {"weight": "d"}
