"""Files beside an ONNX file are recognised by their names."""

import json
from pathlib import Path

import pytest

from app.nets.own.name_lists import MAX_TEXT_BYTES
from app.nets.own.side_files import is_side_file, read_side_files
from app.nets.own.stated_facts import NO_FACTS, first_of


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


def test_files_are_read_in_the_order_of_what_they_are_about(tmp_path: Path) -> None:
    files = write(
        tmp_path,
        **{
            "b.txt": "b",
            "a.csv": "a",
            "z-labels.txt": "z",
            "config.json": {"id2label": ["c"]},
            "categories.json": ["k"],
            "processor_config.json": {"do_resize": True},
            "preprocessor_config.json": {"do_resize": True},
        },
    )
    facts = read_side_files(files)
    assert [each.channels.source for each in facts if each.channels] == [
        "preprocessor_config.json",
        "processor_config.json",
    ]
    assert [each.labels.value[0] for each in facts if each.labels] == ["k", "z", "c", "a", "b"]


@pytest.mark.parametrize("name", ["config.json", "labels.txt", "labels.json", "a.txt"])
def test_a_file_that_is_too_long_or_missing_states_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert read_side_files([path]) == [NO_FACTS]
    text = '{"id2label": ["a"]}' if name == "config.json" else '["a"]'
    path.write_text(text + " " * (MAX_TEXT_BYTES - len(text)))
    assert read_side_files([path])[0].labels
    path.write_text(text + " " * (MAX_TEXT_BYTES + 1 - len(text)))
    assert read_side_files([path]) == [NO_FACTS]


def test_timm_s_part_of_a_configuration_counts_before_hugging_face_s(tmp_path: Path) -> None:
    config = {"pretrained_cfg": {"input_size": [3, 48, 64]}, "image_size": 224}
    (facts,) = read_side_files(write(tmp_path, **{"config.json": config}))
    assert facts.width
    assert (facts.width.value, facts.width.source) == (64, "config.json: pretrained_cfg")


@pytest.mark.parametrize("part", [[], "text", None])
def test_a_processor_whose_part_is_no_object_is_read_as_a_whole(tmp_path: Path, part: object) -> None:
    config = {"do_resize": True, "size": 48, "image_processor": part}
    (facts,) = read_side_files(write(tmp_path, **{"processor_config.json": config}))
    assert facts.width
    assert facts.width.value == 48
