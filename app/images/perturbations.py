"""Changes of a picture that keep its size: other light, and other angles. Pure functions of (H, W, 3) uint8."""

import numpy as np
import numpy.typing as npt
from PIL import Image

MAX_BRIGHTNESS = 4.0


def brighten(rgb: npt.NDArray[np.uint8], factor: float) -> npt.NDArray[np.uint8]:
    """Every level times a factor from 0 to 4, rounded and cut off at 255.

    Raises:
        ValueError: the factor is outside its range.
    """
    if not 0 <= factor <= MAX_BRIGHTNESS:
        raise ValueError(f"The factor must be from 0 to {MAX_BRIGHTNESS:g}.")
    levels: npt.NDArray[np.float64] = np.clip(np.rint(rgb * factor), 0, 255)
    return levels.astype(np.uint8)


def rotate(rgb: npt.NDArray[np.uint8], degrees: float) -> npt.NDArray[np.uint8]:
    """The picture turned about its centre, counter-clockwise; black comes in at the corners. Bilinear."""
    turned = Image.fromarray(rgb).rotate(degrees, Image.Resampling.BILINEAR)
    return np.asarray(turned)


def shift(rgb: npt.NDArray[np.uint8], columns: int) -> npt.NDArray[np.uint8]:
    """The picture moved to the right by some columns; what comes in on the left repeats the first one.

    Raises:
        ValueError: the columns are fewer than 0 or not fewer than the picture has.
    """
    if not 0 <= columns < rgb.shape[1]:
        raise ValueError(f"The columns must be from 0 to {rgb.shape[1] - 1}.")
    rest = rgb[:, : rgb.shape[1] - columns]
    return np.concatenate([np.repeat(rgb[:, :1], columns, axis=1), rest], axis=1)
