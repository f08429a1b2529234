"""How a picture is made to fit the network's input: resized, cropped, squeezed."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.nets.card import InputSpec, Resize

RGB = npt.NDArray[np.uint8]

Fit = Literal["crop", "squash", "letterbox"]
FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle of the picture in its own pixels: left, top, width, height. Fractions of a pixel are real."""

    left: float
    top: float
    width: float
    height: float


def change_fit(spec: InputSpec, fit: Fit | None) -> InputSpec:
    """The same input for pictures that are made to fit in another way than the network's own; None for its own.

    `crop` is the largest centred part of the view's shape, without the margin that networks are often tested with.
    """
    if fit is None:
        return spec
    to = max(spec.width, spec.height) if fit == "crop" else None
    rule = "shorter_side" if fit == "crop" else fit
    return spec.model_copy(update={"resize": Resize(rule=rule, to=to, interpolation=spec.resize.interpolation)})


def other_fits(spec: InputSpec) -> tuple[Fit, ...]:
    """The ways to make a picture fit that are not the network's own."""
    fits: tuple[Fit, ...] = get_args(Fit)
    return tuple(fit for fit in fits if change_fit(spec, fit).resize != spec.resize)


def _central_box(width: int, height: int, spec: InputSpec) -> Crop:
    resized_width, resized_height = _resized(width, height, spec.resize)
    left = round((resized_width - spec.width) / 2)
    top = round((resized_height - spec.height) / 2)
    across, down = width / resized_width, height / resized_height
    return Crop(left * across, top * down, spec.width * across, spec.height * down)


def _resized(width: int, height: int, resize: Resize) -> tuple[int, int]:
    """Width and height after the shorter side became `resize.to`, the longer one truncated as torchvision does."""
    to = resize.to or 0
    if width <= height:
        return to, max(to, int(to * height / width))
    return max(to, int(to * width / height)), to
