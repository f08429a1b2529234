"""The view of a handwritten digit: detected in the picture, cropped, centred and inverted as in MNIST."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.nets.card import InputSpec, Resize
from app.nets.preprocessing.digits import GreyPlane, extent_of, ink_of, is_like_strokes, pieces_of
from app.nets.preprocessing.fit import FILTERS, RGB

MAX_PIECES = 2  # of the ink of one digit


def luma(picture: RGB) -> npt.NDArray[np.uint8]:
    """The ITU-R BT.601 luma of a picture, (H, W)."""
    return np.asarray(Image.fromarray(picture).convert("L"))


def digit_view(grey: npt.NDArray[np.uint8], spec: InputSpec) -> npt.NDArray[np.uint8]:
    """The digit, (height, width), white on black as in MNIST (LeCun et al. 1998, section III.A).

    The longer side is resized to `to` and the strongest ink becomes white. The centre of mass moves to the middle: to
    the pixel below and right of it, as no pixel is exactly in the middle.
    """
    view = np.zeros((spec.height, spec.width), np.uint8)
    ink = ink_of(grey)
    extent = extent_of(ink)
    if extent is None:
        return view
    digit = _resize_digit(ink, extent, spec.resize)
    digit *= 255 / digit.max()
    height, width = digit.shape
    weight = digit.sum(dtype=np.float64)
    top = spec.height // 2 - round(float(digit.sum(axis=1) @ np.arange(height) / weight))
    left = spec.width // 2 - round(float(digit.sum(axis=0) @ np.arange(width) / weight))
    top, left = min(max(top, 0), spec.height - height), min(max(left, 0), spec.width - width)
    view[top : top + height, left : left + width] = np.rint(digit)
    return view


def _resize_digit(ink: GreyPlane, extent: tuple[int, int, int, int], resize: Resize) -> GreyPlane:
    left, top, right, bottom = extent
    factor = (resize.to or 0) / max(right - left, bottom - top)
    size = (max(1, round((right - left) * factor)), max(1, round((bottom - top) * factor)))
    digit = Image.fromarray(ink[top:bottom, left:right])
    resized = np.asarray(digit.resize(size, FILTERS[resize.interpolation]), dtype=np.float32)
    return resized.clip(0)  # a bicubic filter overshoots below 0


def digit_note(picture: RGB, spec: InputSpec) -> str | None:
    """A note for the reader of the prediction if no digit was detected; None if one was, or none is looked for."""
    if spec.resize.rule != "digit":
        return None
    grey = luma(picture)
    ink = ink_of(grey)
    pieces = pieces_of(ink)
    if pieces == 0:
        return "No digit was detected in this picture: the input of the network is empty."
    if pieces > MAX_PIECES:
        return f"The ink in this picture has {pieces} pieces, and a digit has one or two: there may be no digit."
    if not is_like_strokes(grey, ink):
        return "The ink in this picture does not look like the strokes of a pen: there may be no digit."
    return None
