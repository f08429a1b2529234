"""A network's file is compared with its card and its labels; the error has both numbers."""

from pathlib import Path

import pytest

from app.errors import NetworkError
from app.nets.card import read_card
from app.nets.consistency import check_consistency, check_hash, check_size
from app.nets.graph import read_graph
from tests.nets.models_folder import CLASSIFIER, place
from tests.nets.onnx_text import parse_network

GREY = {"channels": "grey", "mean": [0.5], "std": [0.25]}
MAPS = "y = Relu(x)"
UNIT = """
    g = ReduceMean<axes = [1, 2, 3], keepdims = 0>(x)
    shape = Constant<value = int64[2] {-1, 1}>()
    y = Reshape(g, shape)
"""
SCALAR = "y = ReduceMean<keepdims = 0>(x)"


def check(folder: Path, body: str, labels: list[str], **input_spec: object) -> None:
    model = parse_network(body)
    card = read_card(place(folder, "small", model, labels, **input_spec).with_suffix(".json"))
    check_consistency(card, labels, read_graph(model, (8, 8)))


@pytest.mark.parametrize(
    ("body", "labels"), [(CLASSIFIER, ["a", "b", "c"]), (UNIT, ["positive"]), (UNIT, ["negative", "positive"])]
)
def test_a_label_for_each_score_fits_and_so_do_both_answers_of_one_unit(
    tmp_path: Path, body: str, labels: list[str]
) -> None:
    check(tmp_path, body, labels)


@pytest.mark.parametrize(
    ("body", "labels", "message"),
    [
        (CLASSIFIER, ["a", "b"], "The file gives 3 scores, the labels small name 2 classes."),
        (CLASSIFIER, ["a", "b", "c", "d"], "The file gives 3 scores, the labels small name 4 classes."),
        (SCALAR, ["a", "b", "c"], "The file gives 1 scores, the labels small name 3 classes."),
        (MAPS, ["a", "b"], "The file gives 3 x 8 x 8 = 192 values, the labels small name 2 classes."),
    ],
)
def test_other_labels_are_an_error(tmp_path: Path, body: str, labels: list[str], message: str) -> None:
    with pytest.raises(NetworkError) as refused:
        check(tmp_path, body, labels)
    assert refused.value.message == message


@pytest.mark.parametrize("body", [CLASSIFIER, UNIT, MAPS])
def test_without_labels_every_output_fits(tmp_path: Path, body: str) -> None:
    check(tmp_path, body, [])


def test_other_channels_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="different numbers of channels: 3 and 1"):
        check(tmp_path, CLASSIFIER, ["a", "b", "c"], **GREY)


@pytest.mark.parametrize(
    ("dtype", "message"),
    [("int8", "numbers of the type int8"), ("bool", "does not take numbers"), ("complex64", "does not take numbers")],
)
def test_a_type_that_holds_no_image_is_an_error(tmp_path: Path, dtype: str, message: str) -> None:
    model = parse_network("f = Cast<to = 1>(x) g = GlobalAveragePool(f) y = Flatten(g)", x=f"{dtype}[N, 3, 8, 8]")
    card = read_card(place(tmp_path, "small", model, ["a", "b", "c"]).with_suffix(".json"))
    with pytest.raises(NetworkError, match=message):
        check_consistency(card, ["a", "b", "c"], read_graph(model, (8, 8)))


def test_another_size_or_content_of_the_file_is_an_error(tmp_path: Path) -> None:
    path = place(tmp_path, "small", parse_network(CLASSIFIER), ["a", "b", "c"])
    card, content = read_card(path.with_suffix(".json")), path.read_bytes()
    check_size(card, path)
    check_hash(card, path)
    path.write_bytes(content.replace(b"Flatten", b"flatten"))
    check_size(card, path)
    with pytest.raises(NetworkError, match="not the one that its card describes"):
        check_hash(card, path)
    path.write_bytes(content[:-1])
    with pytest.raises(NetworkError, match=f"has {len(content) - 1} bytes, its card describes one of {len(content)}"):
        check_size(card, path)
