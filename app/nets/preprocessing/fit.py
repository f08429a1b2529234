"""The fit of a picture into the network's input: crop, squash or letterbox."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.nets.card import InputSpec, Interpolation, Resize

RGB = npt.NDArray[np.uint8]

Fit = Literal["crop", "squash", "letterbox"]
MAX_RESIZED_PIXELS = 4_000_000  # pixels
FILTERS = {name: Image.Resampling[name.upper()] for name in get_args(Interpolation)}


@dataclass(frozen=True, slots=True)
class Crop:
    """A rectangle of the picture in its own pixels, with fractions of pixels."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class ViewPlacement:
    """How a picture becomes the view: its part in `box` is resized to `size`, and the view lies on that.

    `box` is left, top, right and bottom in the picture's pixels, `size` is (width, height). The view's first pixel is
    `left` pixels from the left and `top` from the top of the resized picture: negative where the view has a margin.
    """

    box: tuple[float, float, float, float]
    size: tuple[int, int]
    left: int
    top: int


def placement_of(width: int, height: int, spec: InputSpec) -> ViewPlacement:
    """How a picture of this size becomes the view, by any rule but `digit`.

    The shorter side: the whole picture is resized and cropped, bit for bit as networks are trained and tested. A very
    long picture would take too much memory. It is cropped while it is resized, which rounds differently.
    """
    whole, target = (0.0, 0.0, float(width), float(height)), (spec.width, spec.height)
    match spec.resize.rule:
        case "shorter_side":
            size = resized_size(width, height, spec.resize)
            if size[0] * size[1] > MAX_RESIZED_PIXELS:
                crop = central_crop(width, height, spec)
                box = (crop.left, crop.top, crop.left + crop.width, crop.top + crop.height)
                return ViewPlacement(box, target, 0, 0)
            return ViewPlacement(whole, size, round((size[0] - spec.width) / 2), round((size[1] - spec.height) / 2))
        case "letterbox":
            factor = min(spec.width / width, spec.height / height)
            size = (max(1, round(width * factor)), max(1, round(height * factor)))
            return ViewPlacement(whole, size, -((spec.width - size[0]) // 2), -((spec.height - size[1]) // 2))
    return ViewPlacement(whole, target, 0, 0)


def margin_colour(spec: InputSpec) -> tuple[int, int, int]:
    """The colour of a letterbox's margin: its grey level, or the mean, which is zero in the input tensor."""
    if spec.resize.margin is not None:
        return (spec.resize.margin,) * 3
    levels = [round(min(255, max(0, mean / spec.scale))) for mean in spec.mean]
    red, green, blue = {"RGB": levels, "BGR": levels[::-1], "grey": levels * 3}[spec.channels]
    return red, green, blue


def change_fit(spec: InputSpec, fit: Fit | None) -> InputSpec:
    """The same input with another fit; None keeps the network's own.

    `crop` is the largest centred rectangle of the input's shape, without the usual margin of tests.
    """
    if fit is None:
        return spec
    to = max(spec.width, spec.height) if fit == "crop" else None
    rule, margin = "shorter_side" if fit == "crop" else fit, spec.resize.margin if fit == "letterbox" else None
    resize = Resize(rule=rule, to=to, interpolation=spec.resize.interpolation, margin=margin)
    return spec.model_copy(update={"resize": resize})


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
