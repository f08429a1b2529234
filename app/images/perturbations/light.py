"""Other light and other colours: changes of every pixel by itself."""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageEnhance

RGB = npt.NDArray[np.uint8]
LEVELS = 255
HUE_STEPS = 1024  # in a sixth of the circle: fine enough for every level
HUES = 6 * HUE_STEPS


def brighten(rgb: RGB, factor: float) -> RGB:
    """Every level times a factor, rounded and cut off at 255."""
    return _look_up(rgb, np.arange(LEVELS + 1) * factor)


def contrast(rgb: RGB, factor: float) -> RGB:
    """The distance of every level to the picture's mean grey (ITU-R BT.601) times a factor, cut off at 0 and 255."""
    return np.asarray(ImageEnhance.Contrast(Image.fromarray(rgb)).enhance(factor))


def correct_gamma(rgb: RGB, exponent: float) -> RGB:
    """Every level, as a share of 255, to the power of an exponent: above 1 it gets darker."""
    return _look_up(rgb, (np.arange(LEVELS + 1) / LEVELS) ** exponent * LEVELS)


def saturate(rgb: RGB, factor: float) -> RGB:
    """The distance of every colour to its own grey (ITU-R BT.601) times a factor; 0 leaves the grey alone."""
    return np.asarray(ImageEnhance.Color(Image.fromarray(rgb)).enhance(factor))


def grey(rgb: RGB, percent: float) -> RGB:
    """A mixture of the picture and its grey, which has this share in it."""
    return saturate(rgb, 1 - percent / 100)


def turn_hue(rgb: RGB, degrees: float) -> RGB:
    """The hue of every colour turned on the circle of HSV: by 120 degrees red gets green. Value and saturation stay."""
    planes = np.ascontiguousarray(rgb.transpose(2, 0, 1)).astype(np.int16)
    value, chroma = planes.max(axis=0), np.ptp(planes, axis=0)
    hue = _hue(planes, value, chroma)
    sixths = np.arange(HUES) / HUE_STEPS + degrees / 60
    turned = np.empty_like(rgb)
    for channel, offset in enumerate((5, 3, 1)):
        place = (sixths + offset) % 6
        share = np.clip(np.minimum(place, 4 - place), 0, 1).astype(np.float32)  # of the chroma that is missing
        turned[:, :, channel] = np.rint(value - chroma * share[hue])
    return turned


def _hue(
    planes: npt.NDArray[np.int16], value: npt.NDArray[np.int16], chroma: npt.NDArray[np.int16]
) -> npt.NDArray[np.int16]:
    """The hue of HSV in steps, from 0 to HUES - 1; 0 where there is no colour."""
    red, green, blue = planes
    difference = np.where(value == red, green - blue, np.where(value == green, blue - red, red - green))
    start = np.where(value == red, np.int16(0), np.where(value == green, np.int16(2), np.int16(4))) * HUE_STEPS
    steps = np.rint(difference * np.float32(HUE_STEPS) / np.maximum(chroma, 1))
    hue: npt.NDArray[np.int16] = start + steps.astype(np.int16)
    hue[hue < 0] += HUES
    return hue


def _look_up(rgb: RGB, levels: npt.NDArray[np.floating]) -> RGB:
    """Each level replaced by the entry of a table, rounded and cut off."""
    table: RGB = np.clip(np.rint(levels), 0, LEVELS).astype(np.uint8)
    return table[rgb]
