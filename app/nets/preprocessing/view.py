"""The view: a picture as the network receives it, before it is normalised."""

import numpy as np
from PIL import Image

from app.nets.card import InputSpec
from app.nets.preprocessing.digit_view import digit_view, luma
from app.nets.preprocessing.digits import extent_of, ink_of
from app.nets.preprocessing.fit import FILTERS, RGB, Crop, central_crop, margin_colour, placement_of


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
    height, width = picture.shape[:2]
    placement = placement_of(width, height, spec)
    resized = Image.fromarray(picture).resize(placement.size, FILTERS[spec.resize.interpolation], placement.box)
    image = Image.new("RGB", (spec.width, spec.height), margin_colour(spec))
    image.paste(resized, (-placement.left, -placement.top))
    if spec.channels == "grey":
        image = image.convert("L").convert("RGB")
    return np.asarray(image)


def picture_of_view(view: RGB, picture: RGB, spec: InputSpec) -> RGB:
    """A picture that has `view` as its view. With `shorter_side` it has a margin, which is cropped: that of `picture`.

    By the rule `digit` there is none: the view itself, in which a digit will be looked for again.
    """
    if spec.resize.rule != "shorter_side":
        return view
    side, to = min(picture.shape[:2]), spec.resize.to or 0
    top, left = ((length - side) // 2 for length in picture.shape[:2])
    square = Image.fromarray(picture[top : top + side, left : left + side])
    whole = np.array(square.resize((to, to), FILTERS[spec.resize.interpolation]))
    row, column = round((to - spec.height) / 2), round((to - spec.width) / 2)
    whole[row : row + spec.height, column : column + spec.width] = view
    return whole
