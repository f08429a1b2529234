"""What is discovered of whole files: a detector, a classifier with its files, one that normalises by itself."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from app.errors import NetworkError
from app.nets.own.discovery import Discovery, discover
from app.nets.own.incoming import UploadedFile
from app.nets.reading.model_file import read_model_file
from tests.nets.onnx_text import parse_network

LAYERS = "r = Relu (c)  g = GlobalAveragePool (r)  y = Flatten (g)"


def discover_in(folder: Path, model: onnx.ModelProto, **files: object) -> Discovery:
    path = folder / "network.onnx"
    path.write_bytes(model.SerializeToString())
    for name, content in files.items():
        (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return discover(read_model_file(path), [folder / name for name in files])


def network(x: str, before: str = "", **constants: float) -> onnx.ModelProto:
    model = parse_network(f"{before}  c = Conv ({'n' if before else 'x'}, w)  {LAYERS}", x=x)
    arrays = {"w": np.ones((2, 3, 3, 3), np.float32)} | {
        name: np.full((1, 3, 1, 1), value, np.float32) for name, value in constants.items()
    }
    model.graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in arrays.items())
    return model


def test_a_classifier_of_hugging_face_is_known_in_every_field(tmp_path: Path) -> None:
    processor = {
        "crop_size": {"height": 224, "width": 224},
        "do_center_crop": True,
        "do_normalize": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": [0.485, 0.456, 0.406],
        "image_std": [0.229, 0.224, 0.225],
        "resample": 2,
        "size": {"shortest_edge": 256},
    }
    config = {"id2label": {"0": "cat", "1": "dog"}, "_name_or_path": "lab/cats-and-dogs"}
    files = {"preprocessor_config.json": processor, "config.json": config}
    discovery = discover_in(tmp_path, network("float[N, 3, H, W]"), **files)
    card = discovery.card(UploadedFile(Path("upload.onnx"), 1, "0" * 64))
    assert card.assumed == ()
    assert (card.input.width, card.input.resize.to, card.input.mean) == (224, 256, (0.485, 0.456, 0.406))
    assert {finding.source for finding in card.findings} == {"preprocessor_config.json"}
    assert card.name == "lab/cats-and-dogs"
    assert [labels.value for labels in discovery.labels] == [("cat", "dog")]


def test_a_file_that_says_nothing_is_named_after_itself_and_assumed(tmp_path: Path) -> None:
    card = discover_in(tmp_path, network("float[1, 3, 32, 32]")).card(UploadedFile(Path("my net.onnx"), 1, "0" * 64))
    assert card.name == "my net"
    assert card.assumed == ("channels", "scale", "mean", "std", "resize")
    assert [(finding.field, finding.value) for finding in card.findings] == [("width", "32"), ("height", "32")]


def test_a_detector_states_its_preparation_in_its_metadata(tmp_path: Path) -> None:
    model = network("float[1, 3, 416, 416]")
    model.graph.output[0].CopyFrom(helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1, 84, 8400]))
    names = "{0: 'person', 1: 'bicycle'}"
    helper.set_model_props(model, {"stride": "32", "task": "detect", "imgsz": "[640, 640]", "names": names})
    card = discover_in(tmp_path, model).card(UploadedFile(Path("yolo.onnx"), 1, "0" * 64))
    assert card.assumed == ()
    assert (card.input.width, card.input.resize.rule, card.input.resize.margin) == (416, "letterbox", 114)
    assert "metadata_props: imgsz states 640" in card.findings[0].source


def test_a_graph_that_normalises_takes_levels(tmp_path: Path) -> None:
    model = network("float[1, 3, 32, 32]", "d = Sub (x, mean)  n = Div (d, std)", mean=127.5, std=127.5)
    spec = discover_in(tmp_path, model).proposal.spec
    assert (spec.scale, spec.mean, spec.std) == (1.0, (0.0,) * 3, (1.0,) * 3)


def test_a_file_of_whole_numbers_leaves_the_order_of_channels_and_the_resizing(tmp_path: Path) -> None:
    proposal = discover_in(tmp_path, network("uint8[1, 3, 32, 32]", "n = Cast <to = 1> (x)")).proposal
    assert proposal.assumed == ("channels", "resize")
    assert {finding.source for finding in proposal.findings if finding.field == "scale"} == {"graph: input type uint8"}


def test_an_image_larger_than_any_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="at most 4096"):
        discover_in(tmp_path, network("float[1, 3, 5000, 32]"))


@pytest.mark.parametrize(
    ("lengths", "rule"),
    [
        ([1, 84], "shorter_side"),
        ([1, 84, 1, 1], "shorter_side"),
        ([1, 84, 1, 2], "letterbox"),
        ([1, 84, 4], "letterbox"),
    ],
)
def test_an_output_without_places_is_that_of_a_classifier(tmp_path: Path, lengths: list[int], rule: str) -> None:
    model = network("float[1, 3, 416, 416]")
    model.graph.output[0].CopyFrom(helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, lengths))
    assert discover_in(tmp_path, model).proposal.spec.resize.rule == rule


def test_the_metadata_counts_after_the_files(tmp_path: Path) -> None:
    model = network("float[N, 3, H, W]")
    helper.set_model_props(model, {"imgsz": "64", "names": "['a']", "license": "mit", "url": "https://example.org"})
    discovery = discover_in(tmp_path, model, **{"config.json": {"image_size": 48, "id2label": ["b"]}})
    card = discovery.card(UploadedFile(Path("upload.onnx"), 7, "1" * 64))
    assert (card.input.width, card.licence, card.source) == (48, "mit", "https://example.org")
    assert (card.bytes, card.sha256, card.id) == (7, "1" * 64, "own")
    assert [labels.value for labels in discovery.labels] == [("b",), ("a",)]


@pytest.mark.parametrize(("name", "expected"), [("a b.onnx", "a b"), (" .onnx", "own"), ("a\nb.onnx", "a b")])
def test_a_network_is_named_after_its_file(tmp_path: Path, name: str, expected: str) -> None:
    assert (
        discover_in(tmp_path, network("float[1, 3, 8, 8]")).card(UploadedFile(Path(name), 1, "0" * 64)).name == expected
    )


@pytest.mark.parametrize("size", ["4097, 8", "8, 4097"])
def test_a_side_may_be_as_long_as_4096_pixels(tmp_path: Path, size: str) -> None:
    with pytest.raises(NetworkError) as refusal:
        discover_in(tmp_path, network(f"float[1, 3, {size}]"))
    width, height = reversed(size.split(", "))
    assert refusal.value.message == (
        f"The network takes images of {width} x {height} pixels; at most 4096 are possible."
    )
    longest = size.replace("4097", "4096")
    assert discover_in(tmp_path, network(f"float[1, 3, {longest}]")).proposal.spec.width == int(longest.split(", ")[1])
