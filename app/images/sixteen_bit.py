"""16-bit PNGs with transparency. Pillow keeps the high byte of each number; the low bytes are read separately.

The high byte alone is off by up to one level of 255. Colour times alpha would be off by up to three, and a colour that
stands for transparent would take 16 million others with it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image
from PIL.ImageFile import ImageFile

GREY_BYTES = "RGBA"  # a 16-bit grey level and its alpha, read as four numbers of a byte
BYTES_PER_PIXEL = 12  # at most, for the high, the low and the separated bytes


@dataclass(frozen=True)
class SixteenBitImage:
    """The high and the low bytes of the same pixels, each red, green, blue and alpha, or a colour that is clear."""

    high: Image.Image
    low: Image.Image
    clear: int | tuple[int, int, int] | None = None

    def rgb(self, box: tuple[int, int, int, int]) -> Image.Image:
        """The part within left, top, right, bottom, blended with white."""
        high, low = (np.asarray(each.crop(box)).astype(np.float32) for each in (self.high, self.low))
        numbers = 256 * high + low
        if self.clear is None:
            alpha = numbers[..., 3:] / 65535
        else:
            alpha = (numbers != self.clear).any(axis=2, keepdims=True).astype(np.float32)
        return Image.fromarray(np.rint(255 - (255 - numbers[..., :3] / 257) * alpha).astype(np.uint8))

    def close(self) -> None:
        for image in (self.high, self.low):
            image.close()


def read_sixteen_bit(
    open_image: Callable[[], ImageFile], clear: int | tuple[int, int, int] | None = None
) -> SixteenBitImage:
    """The picture, which has 16-bit numbers with alpha or a `clear` colour. Each `open_image()` opens it once more."""
    if open_image().tile[0].args == "LA;16B":
        grey_high, grey_low, alpha_high, alpha_low = _read_as(open_image, GREY_BYTES).split()
        return SixteenBitImage(_rgba(grey_high, alpha_high), _rgba(grey_low, alpha_low))
    # Read in the other byte order, a number has its low byte in the high one's place.
    colours = "RGBA" if clear is None else "RGB"
    high, low = (_read_as(open_image, f"{colours};16{order}") for order in "BL")
    return SixteenBitImage(high, low, clear)


def _rgba(grey: Image.Image, alpha: Image.Image) -> Image.Image:
    return Image.merge("RGBA", (grey, grey, grey, alpha))


def _read_as(open_image: Callable[[], ImageFile], raw_mode: str) -> Image.Image:
    image = open_image()
    image.tile = [tile._replace(args=raw_mode) for tile in image.tile]
    image.load()
    return image
