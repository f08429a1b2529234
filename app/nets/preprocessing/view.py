"""The view: a picture as the network receives it, before it is normalised."""

import numpy as np
from PIL import Image

from app.nets.card import InputSpec
from app.nets.preprocessing.digit_view import digit_view, luma
from app.nets.preprocessing.digits import extent_of, ink_of
from app.nets.preprocessing.fit import FILTERS, RGB, Crop, central_crop, resized_size

MAX_RESIZED_PIXELS = 4_000_000  # pixels


def crop_of(picture: RGB, spec: InputSpec) -> Crop:
    """The part of a picture, (H, W, 3) uint8 RGB, that becomes the view.

    With `shorter_side`, the crop follows the resizing of the shorter side to `to`. Its offset is rounded to whole
    pixels of the resized picture, as in torchvision's `CenterCrop`. With `digit`, it is the digit without its margin,
    or the whole picture if there is no digit.
    """
    height, width = picture.shape[:2]
    if spec.resize.rule == "shorter_side":
        return central_crop(width, height, spec)
    extent = extent_of(ink_of(luma(picture))) if spec.resize.rule == "digit" else None
    left, top, right, bottom = extent or (0, 0, width, height)
    return Crop(left, top, right - left, bottom - top)


def view_of(picture: RGB, spec: InputSpec) -> RGB:
    """The picture exactly as the network receives it, before mean and standard deviation.

    Args:
        picture: (H, W, 3) uint8 RGB of any size.
        spec: the network's input.

    Returns:
        (spec.height, spec.width, 3) uint8 RGB; a grey network's view has three equal planes (ITU-R BT.601 luma).
        A digit's view is its ink, white on black; black if there is no digit.
    """
    if spec.resize.rule == "digit":
        return np.stack([digit_view(luma(picture), spec)] * 3, axis=-1)
    image = RULES[spec.resize.rule](picture, spec)
    if spec.channels == "grey":
        image = image.convert("L").convert("RGB")
    return np.asarray(image)


def _squash(picture: RGB, spec: InputSpec) -> Image.Image:
    return Image.fromarray(picture).resize((spec.width, spec.height), FILTERS[spec.resize.interpolation])


def _crop(picture: RGB, spec: InputSpec) -> Image.Image:
    """Resize the whole picture and crop it, bit for bit as networks are trained and tested.

    A very long picture would take too much memory. It is cropped while it is resized, which rounds differently.
    """
    height, width = picture.shape[:2]
    size = resized_size(width, height, spec.resize)
    method = FILTERS[spec.resize.interpolation]
    if size[0] * size[1] > MAX_RESIZED_PIXELS:
        box = central_crop(width, height, spec)
        edges = (box.left, box.top, box.left + box.width, box.top + box.height)
        return Image.fromarray(picture).resize((spec.width, spec.height), method, box=edges)
    left, top = round((size[0] - spec.width) / 2), round((size[1] - spec.height) / 2)
    return Image.fromarray(picture).resize(size, method).crop((left, top, left + spec.width, top + spec.height))


def _letterbox(picture: RGB, spec: InputSpec) -> Image.Image:
    """The whole picture in the middle, surrounded by the mean, which is zero in the input tensor."""
    height, width = picture.shape[:2]
    factor = min(spec.width / width, spec.height / height)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    image = Image.new("RGB", (spec.width, spec.height), _mean_colour(spec))
    whole = Image.fromarray(picture).resize(size, FILTERS[spec.resize.interpolation])
    image.paste(whole, ((spec.width - size[0]) // 2, (spec.height - size[1]) // 2))
    return image


def _mean_colour(spec: InputSpec) -> tuple[int, int, int]:
    levels = [round(min(255, max(0, mean / spec.scale))) for mean in spec.mean]
    red, green, blue = {"RGB": levels, "BGR": levels[::-1], "grey": levels * 3}[spec.channels]
    return red, green, blue


RULES = {"squash": _squash, "letterbox": _letterbox, "shorter_side": _crop}
