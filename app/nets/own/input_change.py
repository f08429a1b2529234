"""A change of a network's input: what follows from the fields that are given."""

from collections.abc import Mapping
from typing import Any, get_args

from app.nets.card import InputSpec
from app.nets.preprocessing.usual_inputs import Channels

COLOURS = 3
MAX_SIDE = 1 << 16


def fields_that_follow(spec: InputSpec, change: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the input, as JSON has them, that depend on those of `change`.

    Means and deviations stay with their colours when the order of the channels changes, and the shorter side of a
    picture grows with the size of its crop.
    """
    return _reordered(spec, change.get("channels")) | _resized(spec, change)


def _reordered(spec: InputSpec, channels: object) -> dict[str, Any]:
    """Means and deviations in the order of other channels."""
    if channels == spec.channels or channels not in get_args(Channels):
        return {}
    mean, std = spec.mean, spec.std
    if channels == "grey":
        return {"mean": [sum(mean) / len(mean)], "std": [sum(std) / len(std)]}
    if spec.channels == "grey":
        return {"mean": mean * COLOURS, "std": std * COLOURS}
    return {"mean": mean[::-1], "std": std[::-1]}


def _resized(spec: InputSpec, change: Mapping[str, Any]) -> dict[str, Any]:
    """The rule of resizing for another size."""
    sides = [change.get(name, getattr(spec, name)) for name in ("width", "height")]
    if spec.resize.to is None or not {"width", "height"} & {*change}:
        return {}
    if not all(isinstance(side, int) and 0 < side <= MAX_SIDE for side in sides):
        return {}
    to = round(spec.resize.to * max(sides) / max(spec.width, spec.height))
    return {"resize": spec.resize.model_dump() | {"to": to}}
