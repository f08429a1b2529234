"""The fit of a picture into the network's input: crop, squash or letterbox."""

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
    """A rectangle of the picture in its own pixels, with fractions of pixels."""

    left: float
    top: float
    width: float
    height: float


def change_fit(spec: InputSpec, fit: Fit | None) -> InputSpec:
    """The same input with another fit; None keeps the network's own.

    `crop` is the largest centred rectangle of the input's shape, without the usual margin of tests.
    """
    if fit is None:
        return spec
    to = max(spec.width, spec.height) if fit == "crop" else None
    rule = "shorter_side" if fit == "crop" else fit
    return spec.model_copy(update={"resize": Resize(rule=rule, to=to, interpolation=spec.resize.interpolation)})


def other_fits(spec: InputSpec) -> tuple[Fit, ...]:
    """The fits other than the network's own."""
    fits: tuple[Fit, ...] = get_args(Fit)
    return tuple(fit for fit in fits if change_fit(spec, fit).resize != spec.resize)


def central_crop(width: int, height: int, spec: InputSpec) -> Crop:
    """The part of a picture that remains when its shorter side is resized and the centre cropped."""
    resized_width, resized_height = resized_size(width, height, spec.resize)
    left = round((resized_width - spec.width) / 2)
    top = round((resized_height - spec.height) / 2)
    across, down = width / resized_width, height / resized_height
    return Crop(left * across, top * down, spec.width * across, spec.height * down)


def resized_size(width: int, height: int, resize: Resize) -> tuple[int, int]:
    """Width and height after the shorter side is resized to `resize.to`; the longer is truncated as in torchvision."""
    to = resize.to or 0
    if width <= height:
        return to, max(to, int(to * height / width))
    return max(to, int(to * width / height)), to
