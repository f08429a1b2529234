"""timm's configurations, with the sizes that its own transform computes."""

from typing import Any

import pytest

from app.nets.card import Resize
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
