"""The metadata that exporters write into ONNX files."""

from typing import TypeVar

import pytest

from app.nets.own.metadata import read_metadata
from app.nets.own.stated_facts import Fact, Rescaling, Resizing

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
