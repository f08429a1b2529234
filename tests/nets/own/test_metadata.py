"""The metadata that exporters write into ONNX files."""

from typing import TypeVar

import pytest

from app.nets.own.metadata import LABEL_KEYS, LICENCE_KEYS, ORIGIN_KEYS, read_metadata
from app.nets.own.stated_facts import NO_FACTS, Fact, Facts, Rescaling, Resizing

T = TypeVar("T")

YOLOV8 = {
    "description": "Ultralytics YOLOv8n model trained on coco.yaml",
    "author": "Ultralytics",
    "date": "2024-01-30T12:00:00",
    "version": "8.1.8",
    "license": "AGPL-3.0 License (https://ultralytics.com/license)",
    "docs": "https://docs.ultralytics.com",
    "stride": "32",
    "task": "detect",
    "batch": "1",
    "imgsz": "[480, 640]",
    "names": "{0: 'person', 1: 'bicycle'}",
}


def value(fact: Fact[T] | None) -> T:
    assert fact is not None
    return fact.value


def test_a_detector_of_ultralytics_is_letterboxed_on_grey() -> None:
    facts = read_metadata(YOLOV8, has_vector_output=False)
    assert (value(facts.width), value(facts.height)) == (640, 480)  # imgsz is height, width
    assert value(facts.resizing) == Resizing("letterbox", margin=114)
    assert value(facts.rescaling) == Rescaling(1 / 255, (0.0,), (1.0,))
    assert value(facts.channels) == "RGB"
    assert value(facts.labels) == ("person", "bicycle")
    assert value(facts.licence).startswith("AGPL-3.0")
    assert facts.width is not None
    assert facts.width.source == "metadata_props: imgsz"


def test_a_classifier_of_ultralytics_is_cropped() -> None:
    facts = read_metadata(YOLOV8 | {"task": "classify", "imgsz": "[224, 224]"}, has_vector_output=True)
    assert value(facts.resizing) == Resizing("shorter_side")


def test_a_classifier_that_does_not_say_so_states_no_preparation() -> None:
    """YOLOv5's exporter writes the same two fields for detectors and for classifiers, which it normalises otherwise."""
    yolov5 = {"stride": "32", "names": "{0: 'cat', 1: 'dog'}"}
    assert read_metadata(yolov5, has_vector_output=True).rescaling is None
    assert read_metadata(yolov5, has_vector_output=False).rescaling is not None


@pytest.mark.parametrize(
    ("pixels", "black", "white"),
    [
        ("NominalRange_0_255", 0, 255),
        ("Normalized_0_1", 0, 1),
        ("Normalized_1_1", -1, 1),
        ("NominalRange_16_235", 16, 235),
    ],
)
def test_onnx_s_own_metadata_names_the_range_of_pixels(pixels: str, black: float, white: float) -> None:
    rescaling = value(read_metadata({"Image.NominalPixelRange": pixels}, has_vector_output=True).rescaling)
    levels = [(level * rescaling.scale - rescaling.mean[0]) / rescaling.std[0] for level in (0, 255)]
    assert levels == pytest.approx([black, white])


def test_onnx_s_own_metadata_names_the_order_of_channels_in_any_case() -> None:
    facts = read_metadata({"image.bitmappixelformat": "BGR8"}, has_vector_output=True)
    assert value(facts.channels) == "BGR"
    assert read_metadata({"Image.BitmapPixelFormat": "Gray8"}, has_vector_output=True).channels is None


def test_means_above_1_are_those_of_levels() -> None:
    small = read_metadata({"mean": "[0.485, 0.456, 0.406]", "std": "(0.229, 0.224, 0.225)"}, has_vector_output=True)
    assert value(small.rescaling) == Rescaling(1 / 255, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    large = read_metadata({"mean": "[127.5]", "std": "[128]"}, has_vector_output=True)
    assert value(large.rescaling) == Rescaling(1.0, (127.5,), (128.0,))


@pytest.mark.parametrize(
    "properties",
    [
        {"imgsz": "[0, 640]"},
        {"imgsz": "[1e9, 640]"},
        {"imgsz": "640x640"},
        {"imgsz": "[640, 640, 640]"},
        {"imgsz": "[" * 5000},
        {"mean": "[0, 0, 0]", "std": "[1, 0, 1]"},
        {"mean": "[NaN]", "std": "[Infinity]"},
        {"names": "{0: person}"},
    ],
)
def test_a_field_that_can_t_be_read_states_nothing(properties: dict[str, str]) -> None:
    facts = read_metadata(properties, has_vector_output=True)
    assert (facts.width, facts.rescaling, facts.labels) == (None, None, None)


def test_a_reader_of_text_lists_its_characters_between_blank_and_space() -> None:
    facts = read_metadata({"character": "a\n'\n疗\n"}, has_vector_output=False)
    assert value(facts.labels) == ("blank", "a", "'", "疗", "space")
    assert facts.labels is not None
    assert facts.labels.source == "metadata_props: character"


def test_what_ultralytics_writes_is_read_field_by_field() -> None:
    place = "metadata_props: task, stride, names"
    facts = read_metadata(YOLOV8, has_vector_output=False)
    assert facts == Facts(
        width=Fact(640, "metadata_props: imgsz"),
        height=Fact(480, "metadata_props: imgsz"),
        channels=Fact("RGB", place),
        rescaling=Fact(Rescaling(1 / 255, (0.0,), (1.0,)), place),
        resizing=Fact(Resizing("letterbox", margin=114), place),
        labels=Fact(("person", "bicycle"), "metadata_props: names"),
        licence=Fact(YOLOV8["license"], "metadata_props: license"),
        origin=Fact("https://docs.ultralytics.com", "metadata_props: docs"),
    )
    old = read_metadata({"names": "['a']", "stride": "32"}, has_vector_output=False)
    assert old.resizing
    assert old.resizing.source == "metadata_props: stride, names"


@pytest.mark.parametrize("left_out", ["names", "stride"])
def test_one_of_the_fields_of_ultralytics_alone_states_no_preparation(left_out: str) -> None:
    rest = {name: text for name, text in YOLOV8.items() if name != left_out}
    facts = read_metadata(rest, has_vector_output=False)
    assert (facts.channels, facts.rescaling, facts.resizing) == (None, None, None)


@pytest.mark.parametrize(
    ("mean", "std", "scale"),
    [("[1]", "[1]", 1 / 255), ("[0.5]", "[1.01]", 1.0), ("[1.01]", "[0.5]", 1.0), ("[0.1, 0.2, 2]", "1", 1.0)],
)
def test_a_mean_or_a_deviation_above_1_is_one_of_levels(mean: str, std: str, scale: float) -> None:
    facts = read_metadata({"Mean": mean, "STD": std}, has_vector_output=True)
    assert value(facts.rescaling).scale == scale
    assert facts.rescaling
    assert facts.rescaling.source == "metadata_props: mean, std"


@pytest.mark.parametrize("properties", [{"mean": "[1]"}, {"std": "[1]"}, {"mean": "[1]", "std": "[0]"}, {}])
def test_a_mean_without_a_deviation_is_no_normalisation(properties: dict[str, str]) -> None:
    assert read_metadata(properties, has_vector_output=True) == NO_FACTS


@pytest.mark.parametrize(
    ("text", "size"),
    [("640", (640, 640)), ("(480, 640)", (480, 640)), ("[480]", None), ("[3, 480, 640]", None), ("6.4", None)],
)
def test_a_size_is_one_side_or_two(text: str, size: tuple[int, int] | None) -> None:
    facts = read_metadata({"imgsz": text}, has_vector_output=True)
    assert (facts.height and facts.height.value, facts.width and facts.width.value) == (size or (None, None))


@pytest.mark.parametrize("key", LABEL_KEYS)
def test_labels_are_those_of_the_first_list_that_can_be_read(key: str) -> None:
    properties = dict.fromkeys(LABEL_KEYS, "no list") | {key: "['a', 'b']", "character": "c"}
    assert read_metadata(properties, has_vector_output=True) == Facts(labels=Fact(("a", "b"), f"metadata_props: {key}"))


@pytest.mark.parametrize(("keys", "field"), [(LICENCE_KEYS, "licence"), (ORIGIN_KEYS, "origin")])
def test_a_licence_and_an_origin_are_those_of_the_first_field_that_is_filled(keys: tuple[str, ...], field: str) -> None:
    for place, key in enumerate(keys):
        properties = dict.fromkeys(keys[:place], "") | dict.fromkeys(keys[place:], "text") | {key: "the first"}
        fact = {field: Fact("the first", f"metadata_props: {key}")}
        expected = Facts(**fact)  # type: ignore[arg-type]  # a field by its name
        assert read_metadata(properties, has_vector_output=True) == expected


def test_a_list_of_characters_that_is_empty_states_nothing() -> None:
    assert read_metadata({"character": ""}, has_vector_output=False) == NO_FACTS
