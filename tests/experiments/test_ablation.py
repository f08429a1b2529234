"""Ablations, compared with networks whose graphs are edited by hand and run in plain onnxruntime or by NumPy."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import helper, numpy_helper

from app.errors import InvalidRequest, NotAvailable, UnknownChannel
from app.experiments.ablation import Ablation, layers_after, read_ablation, relative_changes
from app.experiments.painting import Stroke
from app.nets.network import Network
from tests.attribution.small import Array, drawn, network_of
from tests.experiments.skip_network import SIDE, TENSOR, ablated, intact, skip_network


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return skip_network(tmp_path)


def edited(folder: Path, rename: dict[str, str], node: onnx.NodeProto, **weights: Array) -> Array:
    """The logits of the file with one more node, whose output others read in place of the renamed values."""
    model = onnx.load(folder / "small.onnx")
    nodes = [*model.graph.node]
    for each in nodes:
        each.input[:] = [rename.get(f"{each.output[0]}<{name}", rename.get(name, name)) for name in each.input]
    at = 1 + next(place for place, each in enumerate(nodes) if node.input[0] in each.output)
    del model.graph.node[:]
    model.graph.node.extend([*nodes[:at], node, *nodes[at:]])
    model.graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in weights.items())
    model.graph.output.append(helper.make_empty_tensor_value_info("fc"))
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (logits,) = session.run(["fc"], {"x": TENSOR[np.newaxis]})
    return np.asarray(logits[0])


@pytest.mark.parametrize(
    ("ablation", "is_empty"),
    [
        (Ablation("relu", how="mean"), True),
        (Ablation("relu", channels=(0,)), False),
        (Ablation("relu", inputs=("conv",)), False),
        (Ablation("relu", strokes=(Stroke(0, 0, 0, 1, 1, 0),)), False),
    ],
)
def test_an_ablation_that_names_nothing_changes_nothing(ablation: Ablation, is_empty: bool) -> None:
    assert ablation.is_empty is is_empty


def test_channels_set_to_zero_are_those_of_a_graph_that_multiplies_them_by_zero(
    network: Network, tmp_path: Path
) -> None:
    mask = np.array([1, 0, 1, 0], np.float32).reshape(1, 4, 1, 1)
    by_hand = edited(tmp_path, {"relu": "masked"}, helper.make_node("Mul", ["relu", "mask"], ["masked"]), mask=mask)
    after = ablated(network, Ablation("relu", (3, 1, 3)))
    np.testing.assert_allclose(after.scores.logits, by_hand, atol=1e-5)
    assert not after.layers["relu"][[1, 3]].any()


def test_a_filter_with_zero_weights_and_bias_gives_what_its_channel_at_zero_gives(
    network: Network, tmp_path: Path
) -> None:
    model = onnx.load(tmp_path / "small.onnx")
    for tensor in model.graph.initializer:
        if tensor.name in "wb":
            array = numpy_helper.to_array(tensor).copy()
            array[2] = 0
            tensor.CopyFrom(numpy_helper.from_array(array, tensor.name))
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (scores,) = session.run(None, {"x": TENSOR[np.newaxis]})
    np.testing.assert_allclose(ablated(network, Ablation("stem", (2,))).scores.scores, scores[0], atol=1e-6)


def test_the_mean_is_that_of_the_map_for_this_picture(network: Network) -> None:
    before = intact(network)
    after = ablated(network, Ablation("relu", (0,), how="mean"))
    np.testing.assert_allclose(after.layers["relu"][0], before.layers["relu"][0].mean(), rtol=1e-6)
    np.testing.assert_array_equal(after.layers["relu"][1:], before.layers["relu"][1:])


def test_scaling_by_one_changes_nothing_and_by_two_doubles(network: Network) -> None:
    before = intact(network)
    same = ablated(network, Ablation("relu", (0, 1), how="scale", factor=1))
    double = ablated(network, Ablation("relu", (1,), how="scale", factor=2))
    np.testing.assert_array_equal(same.scores.logits, before.scores.logits)
    np.testing.assert_allclose(double.layers["relu"][1], 2 * before.layers["relu"][1])


def test_a_skip_connection_is_zero_where_it_is_added_alone(network: Network, tmp_path: Path) -> None:
    """The branch and the concatenation still read the layer that is skipped from."""
    zero = helper.make_node("Mul", ["relu", "nothing"], ["cut"])
    by_hand = edited(tmp_path, {"sum<relu": "cut"}, zero, nothing=np.zeros(1, np.float32))
    after = ablated(network, Ablation("sum", inputs=("relu",)))
    np.testing.assert_allclose(after.scores.logits, by_hand, atol=1e-5)
    np.testing.assert_array_equal(after.layers["sum"], after.layers["branch"])


def test_a_branch_at_its_mean_is_constant_by_channel(network: Network) -> None:
    after = ablated(network, Ablation("both", inputs=("sum",), how="mean"))
    means = after.layers["sum"].mean(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(after.layers["both"][:4], np.broadcast_to(means, (4, SIDE, SIDE)), rtol=1e-5, atol=1e-6)


def test_layers_before_the_change_stay_and_those_after_move(network: Network) -> None:
    before, after = intact(network), ablated(network, Ablation("branch", (0,)))
    changes = relative_changes(before, after, network.graph.layers)
    moved = {"branch", "sum", "both", "pool", "flat", "fc", network.graph.scores.id}
    assert {name for name, change in changes.items() if change > 0} == moved
    assert {layer.id for layer in layers_after(network.graph, "branch")} == moved
    first, second = (each.layers["fc"].astype(float) for each in (before, after))
    assert changes["fc"] == pytest.approx(np.sqrt(((second - first) ** 2).sum() / (first**2).sum()), rel=1e-5)


def test_equal_ablations_have_one_form(network: Network) -> None:
    assert read_ablation(network, Ablation("sum", (2, 0, 2), ("branch", "relu"), "zero", 3)) == Ablation(
        "sum", (0, 2), ("relu", "branch")
    )


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"channels": (4,)}, UnknownChannel),
        ({"inputs": ("stem",)}, InvalidRequest),
        ({"how": "scale", "factor": 11.0}, InvalidRequest),
        ({"how": "scale", "factor": float("nan")}, InvalidRequest),
    ],
)
def test_what_is_not_there_is_refused(network: Network, change: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        read_ablation(network, replace(Ablation("sum"), **change))  # type: ignore[arg-type]  # wrong on purpose


def test_the_input_has_no_mean(tmp_path: Path) -> None:
    network = network_of(
        tmp_path, "sum = Add (x, k)  pool = GlobalAveragePool (sum)  y = Flatten (pool)", {"k": drawn(3, 1, 1)}, SIDE, 3
    )
    assert not ablated(network, Ablation("sum", inputs=("input",))).layers["sum"].std(axis=(1, 2)).any()
    with pytest.raises(InvalidRequest, match="not set to its mean"):
        read_ablation(network, Ablation("sum", inputs=("input",), how="mean"))


def test_the_second_part_of_a_split_has_no_mean_but_can_be_zero(tmp_path: Path) -> None:
    nodes = "one, two = Split <axis = 1> (x)  late = Relu (two)  pool = GlobalAveragePool (late)  y = Flatten (pool)"
    network = network_of(tmp_path, "x2 = Concat <axis = 1> (x, x)  " + nodes.replace("(x)", "(x2)"), {}, SIDE, 3)
    assert not ablated(network, Ablation("late", inputs=("one",))).layers["late"].any()
    with pytest.raises(NotAvailable, match="second part of a Split"):
        read_ablation(network, Ablation("late", inputs=("one",), how="mean"))
