"""The `config.json` of timm: `pretrained_cfg` says how an image is prepared, `label_names` what the classes are."""

from collections.abc import Mapping
from typing import Any, get_args

from app.nets.card import Interpolation
from app.nets.own.name_lists import names_of
from app.nets.own.stated_facts import (
    NO_FACTS,
    Fact,
    Facts,
    Rescaling,
    Resizing,
    numbers_of,
    size_facts,
    text_fact,
)

FILTERS: Mapping[object, Interpolation] = {name: name for name in get_args(Interpolation)}
DEFAULT_CROP = 0.875


def read_timm_config(config: Mapping[str, Any], source: str) -> Facts:
    """The facts in a configuration with a `pretrained_cfg`; `source` is the file's name."""
    prepared = config.get("pretrained_cfg")
    if not isinstance(prepared, Mapping):
        return NO_FACTS
    place = f"{source}: pretrained_cfg"
    mean, std = numbers_of(prepared.get("mean")), numbers_of(prepared.get("std"))
    rescaling, resizing = Rescaling(1 / 255, mean, std), _resizing(prepared)
    size = prepared.get("test_input_size") or prepared.get("input_size")
    sides = size_facts((size[1], size[2]), place) if isinstance(size, list) and len(size) == 3 else NO_FACTS
    labels = names_of(config.get("label_names") or prepared.get("label_names"))
    return Facts(
        width=sides.width,
        height=sides.height,
        channels=Fact("RGB", place) if rescaling.is_valid and len(mean) != 1 else None,
        rescaling=Fact(rescaling, place) if rescaling.is_valid else None,
        resizing=Fact(resizing, place) if resizing else None,
        labels=Fact(labels, f"{source}: label_names") if labels else None,
        name=text_fact(config.get("architecture"), f"{source}: architecture"),
        licence=text_fact(prepared.get("license"), place),
    )


def _resizing(prepared: Mapping[str, Any]) -> Resizing | None:
    """The whole image's shorter side, of which `crop_pct` remains; None if it is resized in a way not known here."""
    interpolation = FILTERS.get(str(prepared.get("interpolation")))
    crop = numbers_of(prepared.get("test_crop_pct") or prepared.get("crop_pct") or DEFAULT_CROP)
    share = crop[0] if len(crop) == 1 else 0.0
    if interpolation is None or not 0.1 <= share <= 1:
        return None
    match prepared.get("crop_mode", "center"):
        case "center":
            return Resizing("shorter_side", share, interpolation)
        case "squash" if share == 1:
            return Resizing("squash", 1.0, interpolation)
        case "border":
            return Resizing("letterbox", 1.0, interpolation) if share == 1 else None
    return None
