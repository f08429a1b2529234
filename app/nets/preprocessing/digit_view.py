"""The view of a handwritten digit: detected in the picture, cropped, centred and inverted as in MNIST."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.nets.card import InputSpec, Resize
from app.nets.preprocessing.digits import GreyPlane, extent_of, ink_of, ink_of_digit, is_like_strokes, pieces_of
from app.nets.preprocessing.fit import FILTERS, RGB

MAX_PIECES = 2  # of the ink of one digit


def luma(picture: RGB) -> npt.NDArray[np.uint8]:
    """The ITU-R BT.601 luma of a picture, (H, W)."""
    return np.asarray(Image.fromarray(picture).convert("L"))


@dataclass(frozen=True, slots=True, eq=False)
class DigitPlacement:
    """A digit that was detected, and where it comes to lie in the view.

    `ink` is that of the digit, without its margin, from pixel (`left`, `top`) of the picture on; `resized` is the ink
    at the size of the view, with its first pixel at (`view_left`, `view_top`) there.
    """

    ink: GreyPlane
    left: int
    top: int
    resized: GreyPlane
    view_left: int
    view_top: int

    @property
    def strongest(self) -> float:
        """The strongest ink at the size of the view, which becomes white."""
        return float(self.resized.max())


def place_digit(grey: npt.NDArray[np.uint8], spec: InputSpec) -> DigitPlacement | None:
    """Where the digit comes to lie; None if there is none.

    The longer side is resized to `to`. The centre of mass moves to the middle: to the pixel below and right of it, as
    no pixel is exactly in the middle.
    """
    ink = ink_of(grey)
    extent = extent_of(ink)
    if extent is None:
        return None
    ink = ink_of_digit(ink)
    left, top, right, bottom = extent
    digit = _resize_digit(ink, extent, spec.resize)
    height, width = digit.shape
    weight = digit.sum(dtype=np.float64)
    down = spec.height // 2 - round(float(digit.sum(axis=1) @ np.arange(height) / weight))
    across = spec.width // 2 - round(float(digit.sum(axis=0) @ np.arange(width) / weight))
    view_top, view_left = min(max(down, 0), spec.height - height), min(max(across, 0), spec.width - width)
    return DigitPlacement(ink[top:bottom, left:right], left, top, digit, view_left, view_top)


def digit_view(grey: npt.NDArray[np.uint8], spec: InputSpec) -> npt.NDArray[np.uint8]:
    """The digit, (height, width), white on black as in MNIST (LeCun et al. 1998, section III.A).

    The longer side is resized to `to`, the strongest ink becomes white, and the digit is centred.
    """
    view = np.zeros((spec.height, spec.width), np.uint8)
    placement = place_digit(grey, spec)
    if placement is not None:
        height, width = placement.resized.shape
        rows = slice(placement.view_top, placement.view_top + height)
        columns = slice(placement.view_left, placement.view_left + width)
        view[rows, columns] = np.rint(placement.resized * (255 / placement.resized.max()))
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
