"""The configurations of Hugging Face, as their image processors write them."""

from typing import Any, get_args

import pytest
from PIL import Image

from app.nets.card import Interpolation, Resize
from app.nets.own.hugging_face import read_network_config, read_preprocessor_config
from app.nets.own.stated_facts import NO_FACTS, Fact, Facts, Rescaling, Resizing

NAME = "preprocessor_config.json"
VIT = {
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "image_mean": [0.5, 0.5, 0.5],
    "image_processor_type": "ViTImageProcessor",
    "image_std": [0.5, 0.5, 0.5],
    "resample": 2,
    "rescale_factor": 0.00392156862745098,
    "size": {"height": 224, "width": 224},
}
MOBILENET = VIT | {"crop_size": {"height": 224, "width": 224}, "do_center_crop": True, "size": {"shortest_edge": 256}}
CONVNEXT = VIT | {"crop_pct": 0.875, "resample": 3, "size": {"shortest_edge": 224}}
OLD_VIT = {key: VIT[key] for key in ("do_normalize", "do_resize", "image_mean", "image_std", "resample")} | {
    "size": 224
}
OLD_CLIP = OLD_VIT | {"crop_size": 224, "do_center_crop": True, "resample": 3}
EFFICIENTNET = VIT | {"rescale_offset": True, "size": {"height": 346, "width": 346}}


def resize(facts: Facts) -> Resize | None:
    assert facts.width
    assert facts.height
    return facts.resizing.value.fit(facts.width.value, facts.height.value) if facts.resizing else None


@pytest.mark.parametrize(
    ("config", "side", "expected"),
    [
        (VIT, 224, Resize(rule="squash")),
        (MOBILENET, 224, Resize(rule="shorter_side", to=256)),
        (CONVNEXT, 224, Resize(rule="shorter_side", to=256, interpolation="bicubic")),
        (CONVNEXT | {"size": {"shortest_edge": 384}}, 384, Resize(rule="squash", interpolation="bicubic")),
        (OLD_VIT, 224, Resize(rule="squash")),
        (OLD_CLIP, 224, Resize(rule="shorter_side", to=224, interpolation="bicubic")),
        (VIT | {"resample": 0}, 224, Resize(rule="squash", interpolation="nearest")),  # as EfficientNet's
        (VIT | {"resample": 1}, 224, Resize(rule="squash", interpolation="lanczos")),
        (MOBILENET | {"size": {"shortest_edge": 2240}}, 224, Resize(rule="shorter_side", to=2240)),
        (MOBILENET | {"size": {"shortest_edge": 2241}}, 224, None),
        (MOBILENET | {"size": {"shortest_edge": 10**400}}, 224, None),
        (VIT | {"resample": 9}, 224, None),
        (VIT | {"do_resize": False}, 224, None),
    ],
)
def test_a_processor_states_size_and_resizing(config: dict[str, Any], side: int, expected: Resize | None) -> None:
    facts = read_preprocessor_config(config, NAME)
    assert facts.width
    assert facts.width.value == side
    assert resize(facts) == expected


@pytest.mark.parametrize(
    ("config", "black", "white"),
    [
        (VIT, -1, 1),
        (VIT | {"do_normalize": False}, 0, 1),
        (VIT | {"do_rescale": False, "do_normalize": False}, 0, 255),
        (OLD_VIT, -1, 1),
        (EFFICIENTNET | {"do_normalize": False, "rescale_factor": 1 / 127.5}, -1, 1),
    ],
)
def test_a_processor_states_what_levels_become(config: dict[str, Any], black: float, white: float) -> None:
    facts = read_preprocessor_config(config, NAME)
    assert facts.rescaling
    rescaling = facts.rescaling.value
    levels = [(level * rescaling.scale - rescaling.mean[0]) / rescaling.std[0] for level in (0, 255)]
    assert levels == pytest.approx([black, white])


def test_a_processor_may_flip_the_channels() -> None:
    facts = read_preprocessor_config(VIT | {"do_flip_channel_order": True}, NAME)
    assert facts.channels
    assert facts.channels.value == "BGR"


def test_an_input_whose_longer_side_follows_the_picture_has_no_stated_resizing() -> None:
    detr = VIT | {"size": {"shortest_edge": 800, "longest_edge": 1333}}
    assert read_preprocessor_config(detr, NAME).resizing is None


@pytest.mark.parametrize("config", [{}, {"size": 224}, {"size": "x", "image_mean": {}, "do_normalize": True}])
def test_a_file_of_another_kind_states_no_size_and_no_normalisation(config: dict[str, Any]) -> None:
    facts = read_preprocessor_config(config, NAME)
    assert (facts.width, facts.rescaling) == (None, None)


def test_a_configuration_states_labels_size_and_name() -> None:
    config = {
        "_name_or_path": "google/vit-base-patch16-224",
        "id2label": {"0": "tench, Tinca tinca", "1": "goldfish, Carassius auratus"},
        "image_size": 224,
        "num_channels": 3,
    }
    facts = read_network_config(config, "config.json")
    assert facts.labels
    assert facts.name
    assert facts.width
    assert facts.labels.value == ("tench, Tinca tinca", "goldfish, Carassius auratus")
    assert facts.labels.source == "config.json: id2label"
    assert facts.name.value == "google/vit-base-patch16-224"
    assert facts.width.value == 224


def test_a_processor_states_each_field_of_the_input() -> None:
    half = (0.5,) * 3
    assert read_preprocessor_config(VIT, NAME) == Facts(
        width=Fact(224, NAME),
        height=Fact(224, NAME),
        channels=Fact("RGB", NAME),
        rescaling=Fact(Rescaling(1 / 255, half, half), NAME),
        resizing=Fact(Resizing("squash"), NAME),
    )
    assert read_preprocessor_config({"size": 224}, NAME) == NO_FACTS
    assert read_preprocessor_config({"do_rescale": True, "size": 224}, NAME).resizing == Fact(Resizing("squash"), NAME)


@pytest.mark.parametrize("name", get_args(Interpolation))
def test_a_filter_has_pillow_s_name_or_number(name: str) -> None:
    for stated in (name, int(Image.Resampling[name.upper()])):
        facts = read_preprocessor_config(VIT | {"resample": stated}, NAME)
        assert facts.resizing
        assert facts.resizing.value.interpolation == name


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ({"size": [48, 64]}, (48, 64)),
        ({"size": {"height": 48, "width": 64}}, (48, 64)),
        ({"size": {"shortest_edge": 48}}, (48, 48)),
        ({"size": {"shortest_edge": 48, "width": 64}}, (48, 64)),
        ({"size": {"shortest_edge": 64, "height": 48}}, (48, 64)),
        ({"size": 48}, (48, 48)),
        ({"size": [48]}, None),
        ({"size": [48, 64, 3]}, None),
        ({"size": 50, "crop_size": [48, 64]}, (50, 50)),
        ({"size": 50, "crop_size": [48, 64], "do_center_crop": True}, (48, 64)),
        ({"size": 50, "do_center_crop": True}, (50, 50)),
        ({"size": None}, None),
    ],
)
def test_the_size_is_that_of_the_crop_or_of_the_resized_picture(
    fields: dict[str, Any], size: tuple[int, int] | None
) -> None:
    facts = read_preprocessor_config(VIT | fields, NAME)
    assert (facts.height and facts.height.value, facts.width and facts.width.value) == (size or (None, None))


@pytest.mark.parametrize(
    ("fields", "rescaling"),
    [
        ({}, Rescaling(1 / 255, (0.25,), (0.5,))),
        ({"rescale_factor": 0.5}, Rescaling(0.5, (0.25,), (0.5,))),
        ({"rescale_factor": 0.5, "do_rescale": False}, Rescaling(1.0, (0.25,), (0.5,))),
        ({"rescale_offset": True}, Rescaling(1 / 255, (1.25,), (0.5,))),
        ({"rescale_offset": 1}, Rescaling(1 / 255, (0.25,), (0.5,))),
        ({"rescale_offset": True, "do_rescale": False}, Rescaling(1.0, (0.25,), (0.5,))),
        ({"rescale_factor": [0.5, 0.5]}, None),
        ({"rescale_factor": "half"}, None),
        ({"do_normalize": False}, Rescaling(1 / 255, (0.0,), (1.0,))),
        ({"image_std": None}, Rescaling(1 / 255, (0.0,), (1.0,))),
        ({"image_mean": None}, Rescaling(1 / 255, (0.0,), (1.0,))),
        ({"image_std": None, "do_normalize": True}, None),
        ({"image_mean": None, "do_normalize": True}, None),
        ({"image_std": [0.0]}, None),
    ],
)
def test_levels_are_rescaled_and_then_normalised(fields: dict[str, Any], rescaling: Rescaling | None) -> None:
    config = {"image_mean": [0.25], "image_std": 0.5}
    assert read_preprocessor_config(config | fields, NAME).rescaling == (rescaling and Fact(rescaling, NAME))


@pytest.mark.parametrize(
    ("fields", "resizing"),
    [
        ({"size": [48, 64]}, Resizing("squash")),
        ({"size": 64}, Resizing("squash")),
        ({"size": {"height": 48, "width": 64}}, Resizing("squash")),
        ({"size": {"shortest_edge": 64}}, None),
        ({"size": 64, "do_resize": False}, None),
        ({"size": 64, "crop_size": 48, "do_center_crop": True}, Resizing("shorter_side", 0.75)),
        ({"size": 64, "crop_size": [48, 60], "do_center_crop": True}, Resizing("shorter_side", 0.75)),
        ({"size": 48, "crop_size": 48, "do_center_crop": True}, Resizing("shorter_side", 1.0)),
        ({"size": 47, "crop_size": 48, "do_center_crop": True}, None),
        ({"size": 48, "crop_size": 0, "do_center_crop": True}, Resizing("shorter_side", 1.0)),
        ({"size": 48, "crop_size": -1, "do_center_crop": True}, None),
        ({"size": [64, 64], "crop_size": 48, "do_center_crop": True}, None),
        ({"size": 64, "crop_size": {"width": 48}, "do_center_crop": True}, None),
        ({"size": {"shortest_edge": 383}, "crop_pct": 0.9}, Resizing("shorter_side", 0.9)),
        ({"size": {"shortest_edge": 383}, "crop_pct": None}, Resizing("shorter_side", 224 / 256)),
        ({"size": {"shortest_edge": 384}, "crop_pct": 0.9}, Resizing("squash")),
        ({"size": {"shortest_edge": 224}, "crop_pct": 0.1}, Resizing("shorter_side", 0.1)),
        ({"size": {"shortest_edge": 224}, "crop_pct": 1}, Resizing("shorter_side", 1.0)),
        ({"size": {"shortest_edge": 224}, "crop_pct": 0.09}, None),
        ({"size": {"shortest_edge": 224}, "crop_pct": 1.01}, None),
        ({"size": {"shortest_edge": 224}, "crop_pct": [0.9, 0.9]}, None),
        ({"size": [224, 224], "crop_pct": 0.9}, None),
    ],
)
def test_a_picture_is_resized_or_its_centre_cropped(fields: dict[str, Any], resizing: Resizing | None) -> None:
    facts = read_preprocessor_config({"do_resize": True} | fields, NAME)
    assert facts.resizing == (resizing and Fact(resizing, NAME))


@pytest.mark.parametrize(("size", "sides"), [(64, (64, 64)), ([48, 64], (48, 64)), ([64], None), ([3, 48, 64], None)])
def test_a_configuration_states_one_side_or_both(size: object, sides: tuple[int, int] | None) -> None:
    facts = read_network_config({"image_size": size, "license": "mit"}, "c.json")
    place = "c.json: image_size"
    height, width = (Fact(side, place) for side in sides) if sides else (None, None)
    assert facts == Facts(height=height, width=width, licence=Fact("mit", "c.json: license"))
