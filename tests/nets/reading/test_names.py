"""Names and ids of layers: generated names and hostile names."""

import re

import pytest

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


@pytest.mark.parametrize(
    ("op", "node", "weights", "expected"),
    [
        ("Conv", "Conv", {"weight": "fc.weight"}, "fc"),
        ("Conv", "Conv-3", {"weight": "fc.weight"}, "fc"),
        ("Conv", "Conv 3", {"weight": "fc.weight"}, "fc"),
        ("Conv", " c3 ", {"weight": "fc.weight"}, "fc"),
        ("Conv", " conv3 ", {"weight": "fc.weight"}, "conv3"),
        ("Conv", "Gemm_3", {"weight": "fc.weight"}, "Gemm_3"),
        ("Add", "", {"bias": "fc.bias"}, "fc_add"),
        ("Mul", "", {"scale": "fc/gamma:0"}, "fc_mul"),
        ("Gemm", "", {"bias": "bn.bias", "weight": "fc.weight"}, "fc"),
        ("BatchNormalization", "", {"bias": "bn.bias", "scale": "fc.weight", "mean": "cv.weight"}, "fc"),
        ("BatchNormalization", "", {"fixed bias": "bn.bias", "fixed scale": "fc.weight"}, "fc"),
        ("BatchNormalization", "", {"mean": "fc.weight"}, "BatchNormalization 1"),
        ("Conv", "", {"weight": "kernel1"}, "Conv 1"),
        ("Conv", "", {"weight": "n5.weight"}, "Conv 1"),
        ("Conv", "", {"weight": "fc.weight_quantized"}, "fc"),
        ("Conv", "", {}, "Conv 1"),
    ],
)
def test_a_layer_is_named_after_the_first_of_what_it_has(
    op: str, node: str, weights: dict[str, str], expected: str
) -> None:
    (found,) = name_layers([Operator(op, node, ("11",), ("12",), {})], [weights])
    assert (found.name, found.is_generated) == (expected, expected.endswith(" 1"))


def test_what_follows_a_layer_that_has_a_name_has_it_too() -> None:
    ops = ["Conv", "BatchNormalization", "Relu", "MaxPool", "Relu", "Conv", "Relu"]
    operators = [Operator(op, "", (str(place), "w"), ("", str(place + 1)), {}) for place, op in enumerate(ops)]
    weights = [{"weight": "stem.weight"}, {}, {}, {}, {}, {}, {}]
    assert [each.name for each in name_layers(operators, weights)] == [
        "stem",
        "stem_batchnormalization",
        "stem_batchnormalization_relu",
        "MaxPool 1",
        "Relu 2",
        "Conv 1",
        "Relu 3",
    ]


def test_an_id_that_is_taken_is_numbered_and_a_long_one_ends_in_a_hash() -> None:
    assert layer_ids(["a", "a", "a/", "b", "a-2", "a"]) == ["a", "a-2", "a-3", "b", "a-2-2", "a-4"]
    fits, long, other = "x" * MAX_ID, "x" * (MAX_ID + 1), "x" * (MAX_ID + 2)
    ids = layer_ids([fits, long, other])
    assert ids[0] == fits
    assert len(set(ids)) == 3
    for found in ids[1:]:
        assert re.fullmatch(rf"x{{{MAX_ID - 9}}}_[0-9a-f]{{8}}", found)
