"""From any RGB picture to the view a network sees, and from the view to the tensor it is fed."""

import numpy as np
from PIL import Image

from app.nets.card import InputSpec
from app.nets.preprocessing.digit_view import MOST_PIECES, _digit_view, _luma
from app.nets.preprocessing.digits import extent_of, ink_of, is_like_strokes, pieces_of
from app.nets.preprocessing.fit import FILTERS, RGB, Crop, _central_box, _resized

MOST_RESIZED = 4_000_000  # pixels


def crop_of(picture: RGB, spec: InputSpec) -> Crop:
    """The part of a picture, (H, W, 3) uint8 RGB, that becomes the view.

    With `shorter_side`, the crop is taken after the shorter side was resized to `to`, offset rounded to whole pixels of
    that resized picture as torchvision's `CenterCrop` does. With `digit`, it is what is written, without its margin;
    the whole picture if nothing is.
    """
    height, width = picture.shape[:2]
    if spec.resize.rule == "shorter_side":
        return _central_box(width, height, spec)
    extent = extent_of(ink_of(_luma(picture))) if spec.resize.rule == "digit" else None
    left, top, right, bottom = extent or (0, 0, width, height)
    return Crop(left, top, right - left, bottom - top)


def view_of(picture: RGB, spec: InputSpec) -> RGB:
    """The picture exactly as the network sees it, before mean and standard deviation.

    Args:
        picture: (H, W, 3) uint8 RGB of any size.
        spec: the network's input.

    Returns:
        (spec.height, spec.width, 3) uint8 RGB; a grey network's view has three equal planes (ITU-R BT.601 luma).
        A digit's view is its ink, white on black; black if nothing is written.
    """
    if spec.resize.rule == "digit":
        return np.stack([_digit_view(_luma(picture), spec)] * 3, axis=-1)
    image = MAKERS[spec.resize.rule](picture, spec)
    if spec.channels == "grey":
        image = image.convert("L").convert("RGB")
    return np.asarray(image)


def _squashed(picture: RGB, spec: InputSpec) -> Image.Image:
    return Image.fromarray(picture).resize((spec.width, spec.height), FILTERS[spec.resize.interpolation])


def _cropped(picture: RGB, spec: InputSpec) -> Image.Image:
    """The whole picture resized and then cropped, to the last bit as networks are trained and tested.

    A picture so long that this would take much memory is cropped while it is resized, which rounds differently.
    """
    height, width = picture.shape[:2]
    size = _resized(width, height, spec.resize)
    method = FILTERS[spec.resize.interpolation]
    if size[0] * size[1] > MOST_RESIZED:
        box = _central_box(width, height, spec)
        edges = (box.left, box.top, box.left + box.width, box.top + box.height)
        return Image.fromarray(picture).resize((spec.width, spec.height), method, box=edges)
    left, top = round((size[0] - spec.width) / 2), round((size[1] - spec.height) / 2)
    return Image.fromarray(picture).resize(size, method).crop((left, top, left + spec.width, top + spec.height))


def _letterboxed(picture: RGB, spec: InputSpec) -> Image.Image:
    """The whole picture in the middle, and around it the mean, which the network is fed as zero."""
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


MAKERS = {"squash": _squashed, "letterbox": _letterboxed, "shorter_side": _cropped}


def note_of(picture: RGB, spec: InputSpec) -> str | None:
    """What whoever reads the answer must know of how the picture was prepared: that nothing like a digit was found."""
    if spec.resize.rule != "digit":
        return None
    grey = _luma(picture)
    ink = ink_of(grey)
    pieces = pieces_of(ink)
    if pieces == 0:
        return "No digit was found in this picture: the network was shown an empty field."
    if pieces > MOST_PIECES:
        return f"What was found here is in {pieces} pieces, and a digit is in one or two: there may be none."
    if not is_like_strokes(grey, ink):
        return "What was found here is not like the strokes of a pen: there may be no digit."
    return None
