"""From any RGB picture to the view a network sees, and from the view to the tensor it is fed."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.nets.card import Input, Resize
from app.nets.digits import Plane, extent_of, ink_of, is_like_strokes, pieces_of

RGB = npt.NDArray[np.uint8]
MOST_PIECES = 2  # that a digit is written in
MOST_RESIZED = 4_000_000  # pixels
Fit = Literal["crop", "squash", "letterbox"]
FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the picture in its own pixels: left, top, width, height. Fractions of a pixel are real."""

    left: float
    top: float
    width: float
    height: float


def fitted(spec: Input, fit: Fit | None) -> Input:
    """The same input for pictures that are made to fit in another way than the network's own; None for its own.

    `crop` is the largest centred part of the view's shape, without the margin that networks are often tested with.
    """
    if fit is None:
        return spec
    to = max(spec.width, spec.height) if fit == "crop" else None
    rule = "shorter_side" if fit == "crop" else fit
    return spec.model_copy(update={"resize": Resize(rule=rule, to=to, interpolation=spec.resize.interpolation)})


def other_fits(spec: Input) -> tuple[Fit, ...]:
    """The ways to make a picture fit that are not the network's own."""
    fits: tuple[Fit, ...] = get_args(Fit)
    return tuple(fit for fit in fits if fitted(spec, fit).resize != spec.resize)


def crop_box(picture: RGB, spec: Input) -> Box:
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
    return Box(left, top, right - left, bottom - top)


def _central_box(width: int, height: int, spec: Input) -> Box:
    resized_width, resized_height = _resized(width, height, spec.resize)
    left = round((resized_width - spec.width) / 2)
    top = round((resized_height - spec.height) / 2)
    across, down = width / resized_width, height / resized_height
    return Box(left * across, top * down, spec.width * across, spec.height * down)


def _resized(width: int, height: int, resize: Resize) -> tuple[int, int]:
    """Width and height after the shorter side became `resize.to`, the longer one truncated as torchvision does."""
    to = resize.to or 0
    if width <= height:
        return to, max(to, int(to * height / width))
    return max(to, int(to * width / height)), to


def view_of(picture: RGB, spec: Input) -> RGB:
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


def _squashed(picture: RGB, spec: Input) -> Image.Image:
    return Image.fromarray(picture).resize((spec.width, spec.height), FILTERS[spec.resize.interpolation])


def _cropped(picture: RGB, spec: Input) -> Image.Image:
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


def _letterboxed(picture: RGB, spec: Input) -> Image.Image:
    """The whole picture in the middle, and around it the mean, which the network is fed as zero."""
    height, width = picture.shape[:2]
    factor = min(spec.width / width, spec.height / height)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    image = Image.new("RGB", (spec.width, spec.height), _mean_colour(spec))
    whole = Image.fromarray(picture).resize(size, FILTERS[spec.resize.interpolation])
    image.paste(whole, ((spec.width - size[0]) // 2, (spec.height - size[1]) // 2))
    return image


def _mean_colour(spec: Input) -> tuple[int, int, int]:
    levels = [round(min(255, max(0, mean / spec.scale))) for mean in spec.mean]
    red, green, blue = {"RGB": levels, "BGR": levels[::-1], "grey": levels * 3}[spec.channels]
    return red, green, blue


MAKERS = {"squash": _squashed, "letterbox": _letterboxed, "shorter_side": _cropped}


def note_of(picture: RGB, spec: Input) -> str | None:
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


def _luma(picture: RGB) -> npt.NDArray[np.uint8]:
    return np.asarray(Image.fromarray(picture).convert("L"))


def _digit_view(grey: npt.NDArray[np.uint8], spec: Input) -> npt.NDArray[np.uint8]:
    """What is written, white on black, as MNIST has it (LeCun et al. 1998, section III.A), (height, width).

    The longer side is resized to `to`, the strongest ink is made white, the centre of mass put in the middle: on the
    pixel below and right of it, there being no middle one.
    """
    view = np.zeros((spec.height, spec.width), np.uint8)
    ink = ink_of(grey)
    extent = extent_of(ink)
    if extent is None:
        return view
    digit = _resized_digit(ink, extent, spec.resize)
    digit *= 255 / digit.max()
    height, width = digit.shape
    weight = digit.sum(dtype=np.float64)
    top = spec.height // 2 - round(float(digit.sum(axis=1) @ np.arange(height) / weight))
    left = spec.width // 2 - round(float(digit.sum(axis=0) @ np.arange(width) / weight))
    top, left = min(max(top, 0), spec.height - height), min(max(left, 0), spec.width - width)
    view[top : top + height, left : left + width] = np.rint(digit)
    return view


def _resized_digit(ink: Plane, extent: tuple[int, int, int, int], resize: Resize) -> Plane:
    left, top, right, bottom = extent
    factor = (resize.to or 0) / max(right - left, bottom - top)
    size = (max(1, round((right - left) * factor)), max(1, round((bottom - top) * factor)))
    written = Image.fromarray(ink[top:bottom, left:right])
    resized = np.asarray(written.resize(size, FILTERS[resize.interpolation]), dtype=np.float32)
    return resized.clip(0)  # a bicubic filter overshoots, and there is no ink below none


def tensor_of(view: RGB, spec: Input) -> npt.NDArray[np.float32]:
    """The view as the network is fed: (1, C, H, W) float32, `(view * scale - mean) / std`, channels in its order."""
    planes = {"RGB": view, "BGR": view[..., ::-1], "grey": view[..., :1]}[spec.channels].transpose(2, 0, 1)
    column = (-1, 1, 1)
    factor = (np.float64(spec.scale) / np.asarray(spec.std)).astype(np.float32).reshape(column)
    shift = (np.asarray(spec.mean) / np.asarray(spec.std)).astype(np.float32).reshape(column)
    # In the order it is fed before it is counted with: in the view's order that takes eight times as long.
    tensor = planes.astype(np.float32, order="C")
    tensor *= factor
    tensor -= shift
    return tensor[np.newaxis]
