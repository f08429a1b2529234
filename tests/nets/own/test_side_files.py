"""Files beside an ONNX file are recognised by their names."""

import json
from pathlib import Path

import pytest

from app.nets.own.name_lists import MAX_TEXT_BYTES
from app.nets.own.side_files import is_side_file, read_side_files
from app.nets.own.stated_facts import first_of


def write(folder: Path, **files: object) -> list[Path]:
    paths = []
    for name, content in files.items():
        path = folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        paths.append(path)
    return paths


@pytest.mark.parametrize(
    "name", ["labels.txt", "synset.txt", "imagenet_classes.txt", "coco.names", "class_names.txt", "Labels.TXT"]
)
def test_a_list_of_labels_has_one_in_its_name(tmp_path: Path, name: str) -> None:
    (facts,) = read_side_files(write(tmp_path, **{name: "cat\ndog\n"}))
    assert facts.labels
    assert facts.labels.value == ("cat", "dog")
    assert facts.labels.source == name


def test_labels_may_be_json(tmp_path: Path) -> None:
    (facts,) = read_side_files(write(tmp_path, **{"labels.json": ["cat", "dog"]}))
    assert facts.labels
    assert facts.labels.value == ("cat", "dog")


def test_the_preprocessor_s_size_counts_before_the_network_s(tmp_path: Path) -> None:
    processor = {"do_resize": True, "size": {"height": 384, "width": 384}}
    files = write(tmp_path, **{"config.json": {"image_size": 224}, "preprocessor_config.json": processor})
    facts = first_of(read_side_files(files))
    assert facts.width
    assert facts.width.value == 384


def test_a_processor_may_have_the_preparation_of_images_as_a_part(tmp_path: Path) -> None:
    part = {"do_resize": True, "size": {"height": 384, "width": 384}}
    (facts,) = read_side_files(write(tmp_path, **{"processor_config.json": {"image_processor": part}}))
    assert facts.width
    assert facts.width.value == 384


def test_other_files_are_not_opened(tmp_path: Path) -> None:
    assert read_side_files([tmp_path / "weights.bin", tmp_path / "tokenizer.json"]) == []


def test_any_text_may_be_a_list_of_labels_after_those_that_are_called_so(tmp_path: Path) -> None:
    files = write(tmp_path, **{"animals.txt": "cat\ndog", "zoo-labels.txt": "hen\nfox"})
    assert [facts.labels.value for facts in read_side_files(files) if facts.labels] == [("hen", "fox"), ("cat", "dog")]


@pytest.mark.parametrize("content", ["[" * 100_000, "{", "\x00\x01", "[1, 2]", '{"image_size": {"a": []}}'])
def test_a_configuration_that_can_t_be_read_states_nothing(tmp_path: Path, content: str) -> None:
    (facts,) = read_side_files(write(tmp_path, **{"config.json": content}))
    assert (facts.width, facts.labels, facts.rescaling) == (None, None, None)


@pytest.mark.parametrize(
    ("name", "size", "is_read"),
    [
        ("config.json", 9, True),
        ("labels.json", MAX_TEXT_BYTES, True),
        ("anything.txt", MAX_TEXT_BYTES, True),
        ("labels.txt", MAX_TEXT_BYTES + 1, False),
        ("weights.bin", 9, False),
        ("other.json", 9, False),
    ],
)
def test_what_is_read_is_of_a_known_kind_and_not_too_long(name: str, size: int, is_read: bool) -> None:
    assert is_side_file(name, size) == is_read
