"""Less detail: blur, noise, compression, large pixels. Lengths are percentages of the picture's shorter side."""

import io

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter, JpegImagePlugin

RGB = npt.NDArray[np.uint8]
UNCOMPRESSED = 100


def blur(rgb: RGB, percent: float) -> RGB:
    """A Gaussian blur with this standard deviation, by three box blurs of each direction."""
    radius = min(rgb.shape[:2]) * percent / 100
    return np.asarray(Image.fromarray(rgb).filter(ImageFilter.GaussianBlur(radius)))


def add_noise(rgb: RGB, deviation: float, seed: float) -> RGB:
    """Normally distributed noise on every level of every channel, the same for the same seed; cut off at 0 and 255."""
    noise = np.random.default_rng(int(seed)).standard_normal(rgb.shape, np.float32)
    return np.clip(np.rint(rgb + noise * np.float32(deviation)), 0, 255).astype(np.uint8)


def compress(rgb: RGB, quality: float) -> RGB:
    """The picture as it comes back from a JPEG file of this quality, with half as many colours as pixels a side."""
    if quality == UNCOMPRESSED:
        return rgb
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=round(quality))
    file.seek(0)
    return np.asarray(JpegImagePlugin.JpegImageFile(file))


def pixelate(rgb: RGB, percent: float) -> RGB:
    """Square blocks of this side, from the upper left corner, each in its mean colour."""
    height, width = rgb.shape[:2]
    side = max(1, round(min(height, width) * percent / 100))
    blocks = np.asarray(Image.fromarray(rgb).reduce(side))
    return np.ascontiguousarray(blocks.repeat(side, axis=0)[:height].repeat(side, axis=1)[:, :width])
