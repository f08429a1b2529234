"""The metadata of an ONNX file: what its exporter wrote beside the graph about the input and the labels."""

import json
from collections.abc import Mapping

from app.nets.own.name_lists import read_names
from app.nets.own.stated_facts import (
    NO_FACTS,
    ChannelOrder,
    Fact,
    Facts,
    Rescaling,
    Resizing,
    first_of,
    label_tuple,
    numbers_of,
    size_facts,
    text_fact,
)

# What nearly all fields are read with: https://docs.ultralytics.com/modes/export, https://onnx.ai/onnx/repo-docs/MetadataProps.html
UNIT = Rescaling(1 / 255, (0.0,), (1.0,))
YOLO_MARGIN = 114  # the grey level around a letterboxed image
LABEL_KEYS = ("names", "labels", "classes", "class_names", "class_labels", "id2label")
CHARACTERS = "character"  # of PaddleOCR's readers of text, one a line
LICENCE_KEYS = ("license", "licence", "model_license")
ORIGIN_KEYS = ("source", "url", "docs", "author", "model_author")
PIXEL_FORMATS: Mapping[str, ChannelOrder] = {"rgb8": "RGB", "rgba8": "RGB", "bgr8": "BGR", "bgra8": "BGR"}
PIXEL_RANGES = {
    "nominalrange_0_255": Rescaling(1.0, (0.0,), (1.0,)),
    "normalized_0_1": UNIT,
    "normalized_1_1": Rescaling(1 / 255, (0.5,), (0.5,)),
    "nominalrange_16_235": Rescaling(219 / 255, (-16.0,), (1.0,)),
}


def read_metadata(properties: Mapping[str, str], *, has_vector_output: bool) -> Facts:
    """The facts in `metadata_props`; keys count in any case.

    `has_vector_output` is whether the first output has two axes, as that of a classifier: some exporters of detectors
    write the same fields for both.
    """
    lower = {key.lower(): value for key, value in properties.items()}
    return first_of(
        (_image_facts(lower), _normalisation_facts(lower), _yolo_facts(lower, has_vector_output), _common_facts(lower))
    )


def _image_facts(properties: Mapping[str, str]) -> Facts:
    """ONNX's own metadata of images."""
    order = PIXEL_FORMATS.get(properties.get("image.bitmappixelformat", "").lower())
    levels = PIXEL_RANGES.get(properties.get("image.nominalpixelrange", "").lower())
    return Facts(
        channels=Fact(order, _place("Image.BitmapPixelFormat")) if order else None,
        rescaling=Fact(levels, _place("Image.NominalPixelRange")) if levels else None,
    )


def _normalisation_facts(properties: Mapping[str, str]) -> Facts:
    """`mean` and `std` as timm names them: of numbers from 0 to 1 if they are that small, else of levels."""
    mean, std = (numbers_of(_json(properties.get(key, ""))) for key in ("mean", "std"))
    if not mean or not std:
        return NO_FACTS
    rescaling = Rescaling(1 / 255 if max(*mean, *std) <= 1 else 1.0, mean, std)
    return Facts(rescaling=Fact(rescaling, _place("mean, std")) if rescaling.is_valid else None)


def _yolo_facts(properties: Mapping[str, str], has_vector_output: bool) -> Facts:
    """Those of Ultralytics: a classifier's image is cropped, any other is letterboxed; both are scaled to 0 to 1."""
    if "names" not in properties or "stride" not in properties:
        return NO_FACTS
    task = properties.get("task")
    if task is None and has_vector_output:
        return NO_FACTS  # earlier classifiers are normalised in another way, and don't say so
    source = _place("task, stride, names" if task else "stride, names")
    is_classifier = task == "classify"
    resizing = Resizing("shorter_side") if is_classifier else Resizing("letterbox", margin=YOLO_MARGIN)
    return Facts(channels=Fact("RGB", source), rescaling=Fact(UNIT, source), resizing=Fact(resizing, source))


def _common_facts(properties: Mapping[str, str]) -> Facts:
    size = _json(properties.get("imgsz", ""))
    height_width = (size, size) if isinstance(size, int) else tuple(size) if isinstance(size, list) else ()
    facts = size_facts((height_width[0], height_width[1]), _place("imgsz")) if len(height_width) == 2 else NO_FACTS
    named = {key: read_names(properties[key]) for key in LABEL_KEYS if key in properties}
    if CHARACTERS in properties:
        named[CHARACTERS] = _characters(properties[CHARACTERS])
    key = next((key for key, names in named.items() if names), None)
    labels = Facts(labels=Fact(named[key], _place(key))) if key else NO_FACTS
    return first_of((facts, labels, _texts(properties)))


def _characters(text: str) -> tuple[str, ...]:
    """The classes at each place of a text: none, which is called blank, a character of the list, or a space."""
    lines = text.splitlines()
    return label_tuple(("blank", *lines, "space")) if lines else ()


def _texts(properties: Mapping[str, str]) -> Facts:
    licence = next((key for key in LICENCE_KEYS if properties.get(key)), "")
    origin = next((key for key in ORIGIN_KEYS if properties.get(key)), "")
    return Facts(
        licence=text_fact(properties.get(licence), _place(licence)),
        origin=text_fact(properties.get(origin), _place(origin)),
    )


def _place(key: str) -> str:
    return f"metadata_props: {key}"


def _json(text: str) -> object:
    try:
        return json.loads(text[:1000].replace("(", "[").replace(")", "]"))
    except (ValueError, RecursionError):
        return None
