"""Inputs of networks and pictures, to try preprocessing on."""

import numpy as np

from app.nets.card import InputSpec
from app.nets.preprocessing.fit import RGB

PLAIN = {"mean": (0.0, 0.0, 0.0), "std": (1.0, 1.0, 1.0)}


def spec(rule: str, to: int | None = None, channels: str = "RGB", width: int = 224, height: int = 224) -> InputSpec:
    values = {"mean": (0.0,), "std": (1.0,)} if channels == "grey" else PLAIN
    resize = {"rule": rule, "to": to, "interpolation": "bicubic"}
    return InputSpec.model_validate(
        {"width": width, "height": height, "channels": channels, "resize": resize, **values}
    )


def blank(width: int, height: int) -> RGB:
    return np.full((height, width, 3), 255, np.uint8)
