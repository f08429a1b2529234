"""timm's configurations, with the sizes that its own transform computes."""

from typing import Any

import pytest

from app.nets.card import Resize
from app.nets.own.stated_facts import Fact, Facts, Rescaling, Resizing
from app.nets.own.timm_config import read_timm_config

RESNET: dict[str, Any] = {
    "architecture": "resnet50",
    "num_classes": 1000,
    "pretrained_cfg": {
        "tag": "a1_in1k",
        "input_size": [3, 224, 224],
        "interpolation": "bicubic",
        "crop_pct": 0.95,
        "crop_mode": "center",
        "mean": [0.485, 0.456, 0.406],
        "std": [0.229, 0.224, 0.225],
        "license": "apache-2.0",
    },
}


def with_cfg(**fields: Any) -> dict[str, Any]:
    return RESNET | {"pretrained_cfg": RESNET["pretrained_cfg"] | fields}


def test_a_network_states_size_normalisation_and_crop() -> None:
    facts = read_timm_config(RESNET, "config.json")
    assert facts.rescaling
    assert facts.resizing
    assert facts.rescaling.value.mean == (0.485, 0.456, 0.406)
    # timm.data.transforms_factory: floor(224 / 0.95) = 235, then the central 224
    assert facts.resizing.value.fit(224, 224) == Resize(rule="shorter_side", to=235, interpolation="bicubic")
    assert facts.width
    assert facts.width.source == "config.json: pretrained_cfg"


@pytest.mark.parametrize(("crop", "side", "to"), [(0.875, 224, 256), (1.0, 256, 256), (0.9, 300, 333)])
def test_the_shorter_side_is_the_crop_divided_by_its_share(crop: float, side: int, to: int) -> None:
    facts = read_timm_config(with_cfg(crop_pct=crop), "config.json")
    assert facts.resizing
    assert facts.resizing.value.fit(side, side).to == to


def test_label_names_are_the_labels() -> None:
    facts = read_timm_config(RESNET | {"label_names": ["Canis lupus", "Rosa canina"]}, "config.json")
    assert facts.labels
    assert facts.labels.value == ("Canis lupus", "Rosa canina")


@pytest.mark.parametrize("fields", [{"interpolation": "random"}, {"crop_pct": 7}, {"crop_mode": "border"}])
def test_a_resizing_that_is_not_known_is_not_stated(fields: dict[str, Any]) -> None:
    assert read_timm_config(with_cfg(**fields), "config.json").resizing is None


@pytest.mark.parametrize(
    "config", [{}, {"pretrained_cfg": []}, {"pretrained_cfg": {"mean": "x", "input_size": [3, 1]}}]
)
def test_another_file_of_this_name_states_nothing(config: dict[str, Any]) -> None:
    facts = read_timm_config(config, "config.json")
    assert (facts.width, facts.rescaling, facts.labels) == (None, None, None)


def test_each_field_has_its_place() -> None:
    place, mean, std = "c.json: pretrained_cfg", (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    config = with_cfg(input_size=[3, 240, 320], label_names=["a", "b"])
    assert read_timm_config(config, "c.json") == Facts(
        width=Fact(320, place),
        height=Fact(240, place),
        channels=Fact("RGB", place),
        rescaling=Fact(Rescaling(1 / 255, mean, std), place),
        resizing=Fact(Resizing("shorter_side", 0.95, "bicubic"), place),
        labels=Fact(("a", "b"), "c.json: label_names"),
        name=Fact("resnet50", "c.json: architecture"),
        licence=Fact("apache-2.0", place),
    )


@pytest.mark.parametrize(
    ("fields", "resizing"),
    [
        ({"crop_pct": 0.1}, Resizing("shorter_side", 0.1, "bicubic")),
        ({"crop_pct": 1}, Resizing("shorter_side", 1.0, "bicubic")),
        ({"crop_pct": 0.09}, None),
        ({"crop_pct": 1.01}, None),
        ({"crop_pct": None}, Resizing("shorter_side", 0.875, "bicubic")),
        ({"crop_pct": [0.9, 0.9]}, None),
        ({"test_crop_pct": 0.5}, Resizing("shorter_side", 0.5, "bicubic")),
        ({"crop_mode": "squash", "crop_pct": 1.0}, Resizing("squash", 1.0, "bicubic")),
        ({"crop_mode": "squash", "crop_pct": 0.9}, None),
        ({"crop_mode": "border", "crop_pct": 1.0}, Resizing("letterbox", 1.0, "bicubic")),
        ({"crop_mode": "border", "crop_pct": 0.9}, None),
        ({"crop_mode": "other"}, None),
        ({"interpolation": None}, None),
    ],
)
def test_the_mode_of_a_crop_and_its_share(fields: dict[str, Any], resizing: Resizing | None) -> None:
    facts = read_timm_config(with_cfg(**fields), "config.json")
    assert (facts.resizing and facts.resizing.value) == resizing


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ({"test_input_size": [3, 288, 289]}, (288, 289)),
        ({"input_size": [288, 289]}, None),
        ({"input_size": [1, 3, 288, 289]}, None),
        ({"input_size": {"1": 288, "2": 289}}, None),
    ],
)
def test_the_size_of_tests_counts_before_that_of_training(fields: dict[str, Any], size: tuple[int, int] | None) -> None:
    facts = read_timm_config(with_cfg(**fields), "config.json")
    assert (facts.height and facts.height.value, facts.width and facts.width.value) == (size or (None, None))


@pytest.mark.parametrize(("mean", "is_colour"), [([0.5], False), ([0.1, 0.2, 0.3], True), ([], False)])
def test_one_mean_says_nothing_of_colours(mean: list[float], is_colour: bool) -> None:
    facts = read_timm_config(with_cfg(mean=mean), "config.json")
    assert bool(facts.channels) == is_colour
    assert bool(facts.rescaling) == bool(mean)
