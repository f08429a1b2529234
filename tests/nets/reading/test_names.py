"""Names and ids of layers: generated names and hostile names."""

import re

from app.nets.reading.names import MAX_ID, MAX_NAME, layer_ids, name_layers
from app.nets.reading.operators import Operator


def name(op: str, node: str, output: str = "12", weight: str = "") -> str:
    weights = {"weight": weight} if weight else {}
    return name_layers([Operator(op, node, ("11",), (output,), {})], [weights])[0].name


def test_a_meaningful_name_is_kept() -> None:
    for given in ("fire2/squeeze1x1", "/layer1/layer1.0/conv1/Conv", "conv1", "model/conv2d/Conv2D", "fc8"):
        assert name("Conv", given) == given


def test_a_numbered_node_is_named_after_its_weight() -> None:
    assert name("Conv", "Conv_12", weight="layer1.0.conv1.weight") == "layer1.0.conv1"
    assert name("Conv", "n3", weight="fire2/squeeze1x1_w_0") == "fire2/squeeze1x1"
    assert name("Conv", "node_conv2d_7", weight="features.0.weight") == "features.0"
    assert name("Gemm", "", weight="classifier/kernel:0") == "classifier"


def test_or_after_its_output_or_its_operator() -> None:
    assert name("Softmax", "n9", output="prob_1") == "prob_1"
    assert name("Conv", "Conv_12", weight="onnx::Conv_193") == "Conv 1"


def test_an_activation_is_named_after_the_layer_it_follows() -> None:
    operators = [
        Operator("Conv", "", ("x", "w"), ("1",), {}),
        Operator("Relu", "Relu_1", ("1",), ("2",), {}),
        Operator("MaxPool", "", ("2",), ("3",), {}),
        Operator("Relu", "", ("3",), ("4",), {}),
    ]
    names = name_layers(operators, [{"weight": "conv1.weight"}, {}, {}, {}])
    assert [entry.name for entry in names] == ["conv1", "conv1_relu", "MaxPool 1", "Relu 2"]
    assert [entry.is_generated for entry in names] == [False, True, True, True]


def test_ids_keep_safe_characters_and_replace_slashes_by_dots() -> None:
    given = ["fire2/squeeze1x1", "/layer1/layer1.0/conv1/Conv", "Concat 3"]
    assert layer_ids(given) == ["fire2.squeeze1x1", "layer1.layer1.0.conv1.Conv", "Concat_3"]


def test_ids_of_hostile_names_are_unique_and_safe() -> None:
    hostile = ["<script>alert(1)</script>", "../../etc/passwd", "..", ".", "", "/", "input", "свёртка", "卷积", "\0"]
    hostile += ["a" * 10_000, "a" * 9_999, "a b", "a_b", "a-2", "a", "a", "a", "%2e%2e", "\ud800", 'x" onload="y']
    ids = layer_ids(hostile)
    assert len(set(ids)) == len(hostile)
    assert "input" not in ids
    for found in ids:
        assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*", found)
        assert ".." not in found
        assert len(found) <= MAX_ID + 3


def test_ids_of_many_equal_names_take_linear_time() -> None:
    assert len(set(layer_ids(["relu"] * 20_000))) == 20_000


def test_long_names_are_truncated() -> None:
    assert len(name("Conv", "x" * 10_000)) == MAX_NAME
