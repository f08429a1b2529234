"""The files of Hugging Face: `config.json` is about the network, `preprocessor_config.json` about its images."""

from collections.abc import Mapping
from typing import Any

from app.nets.card import Interpolation
from app.nets.own.name_lists import names_of
from app.nets.own.stated_facts import (
    NO_FACTS,
    ChannelOrder,
    Fact,
    Facts,
    Rescaling,
    Resizing,
    numbers_of,
    size_facts,
    text_fact,
)

# As Pillow numbers its filters; newer files have their names.
FILTERS: tuple[Interpolation, ...] = ("nearest", "lanczos", "bilinear", "bicubic", "box", "hamming")
STEPS = {"do_resize", "do_center_crop", "do_rescale", "do_normalize", "image_mean"}
BILINEAR = 2  # the default
CONVNEXT_WHOLE = 384  # from this size on, ConvNeXt's images are resized without a crop
CONVNEXT_CROP = 224 / 256
MOST_OF_CROP = 10  # times its side: less of a picture than a tenth is no crop of its centre


def read_network_config(config: Mapping[str, Any], source: str) -> Facts:
    """The facts in `config.json`: the size, the labels and the name."""
    size = config.get("image_size")
    sides = size if isinstance(size, list) else [size, size]
    facts = size_facts((sides[0], sides[1]), f"{source}: image_size") if len(sides) == 2 else NO_FACTS
    labels = names_of(config.get("id2label"))
    return Facts(
        width=facts.width,
        height=facts.height,
        labels=Fact(labels, f"{source}: id2label") if labels else None,
        name=text_fact(config.get("_name_or_path"), f"{source}: _name_or_path"),
        licence=text_fact(config.get("license"), f"{source}: license"),
    )


def read_preprocessor_config(config: Mapping[str, Any], source: str) -> Facts:
    """The facts in `preprocessor_config.json`, none without a step of it; `source` is the file's name."""
    if STEPS.isdisjoint(config):
        return NO_FACTS
    rescaling, resizing = _rescaling(config), _resizing(config)
    order: ChannelOrder = "BGR" if config.get("do_flip_channel_order") is True else "RGB"
    size = size_facts(_size(config), source)
    return Facts(
        width=size.width,
        height=size.height,
        channels=Fact(order, source),
        rescaling=Fact(rescaling, source) if rescaling and rescaling.is_valid else None,
        resizing=Fact(resizing, source) if resizing else None,
    )


def _rescaling(config: Mapping[str, Any]) -> Rescaling | None:
    """Levels times `rescale_factor`, then normalised, each unless it is switched off."""
    factor = numbers_of(config.get("rescale_factor", 1 / 255)) if config.get("do_rescale", True) else (1.0,)
    offset = 1.0 if config.get("rescale_offset") is True and config.get("do_rescale", True) else 0.0
    mean, std = (numbers_of(config.get(name)) for name in ("image_mean", "image_std"))
    if not config.get("do_normalize", bool(mean and std)):
        mean, std = (0.0,), (1.0,)
    if len(factor) != 1 or not mean or not std:
        return None
    return Rescaling(factor[0], tuple(value + offset for value in mean), std)


def _size(config: Mapping[str, Any]) -> tuple[Any, Any]:
    """(height, width) of the network's input; of a single number both."""
    size = (config.get("crop_size") if config.get("do_center_crop") else None) or config.get("size")
    if isinstance(size, Mapping):
        side = size.get("shortest_edge")
        return (size.get("height", side), size.get("width", side))
    return (size[0], size[1]) if isinstance(size, list) and len(size) == 2 else (size, size)


def _resizing(config: Mapping[str, Any]) -> Resizing | None:
    """None if the picture is not resized, or in a way that is not known here."""
    size, filter_name = config.get("size"), _filter(config.get("resample", BILINEAR))
    if filter_name is None or not config.get("do_resize", True):
        return None
    shortest = size.get("shortest_edge") if isinstance(size, Mapping) else size if isinstance(size, int) else None
    if "crop_pct" in config:
        return _convnext_resizing(config, shortest, filter_name)
    if config.get("do_center_crop"):
        crop = _size(config)[0]
        if isinstance(shortest, int) and isinstance(crop, int) and 0 < crop <= shortest <= MOST_OF_CROP * crop:
            return Resizing("shorter_side", crop / shortest, filter_name)
        return None
    if isinstance(size, Mapping) and "shortest_edge" in size:
        return None  # the longer side follows the picture: the input has no one size
    return Resizing("squash", 1.0, filter_name)


def _filter(stated: object) -> Interpolation | None:
    """The filter of a name, or of Pillow's number for it."""
    return next((name for number, name in enumerate(FILTERS) if stated in (number, name)), None)


def _convnext_resizing(config: Mapping[str, Any], side: object, filter_name: Interpolation) -> Resizing | None:
    crop = numbers_of(config["crop_pct"] if config["crop_pct"] is not None else CONVNEXT_CROP)
    if not isinstance(side, int) or len(crop) != 1 or not 0.1 <= crop[0] <= 1:
        return None
    return (
        Resizing("squash", 1.0, filter_name) if side >= CONVNEXT_WHOLE else Resizing("shorter_side", *crop, filter_name)
    )
