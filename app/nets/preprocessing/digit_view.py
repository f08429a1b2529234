"""The view of a digit: found in the picture, cropped, centred and inverted as MNIST is."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.nets.card import InputSpec, Resize
from app.nets.preprocessing.digits import Plane, extent_of, ink_of
from app.nets.preprocessing.fit import FILTERS, RGB

MOST_PIECES = 2  # that a digit is written in


def _luma(picture: RGB) -> npt.NDArray[np.uint8]:
    return np.asarray(Image.fromarray(picture).convert("L"))


def _digit_view(grey: npt.NDArray[np.uint8], spec: InputSpec) -> npt.NDArray[np.uint8]:
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
