"""16-bit pictures with alpha or black. Pillow keeps the high byte of each number; the low bytes are read separately.

The high byte alone is off by up to one level of 255. Colour times alpha or black would be off by up to three.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image
from PIL.ImageFile import ImageFile

NATIVE = "L" if sys.byteorder == "little" else "B"
OTHER = {"B": "L", "L": "B"}  # read in the other byte order, a number has its low byte in the high one's place
RAW_MODES = {"RGBA": "RGBA", "RGBa": "RGBA", "CMYK": "CMYK"}  # as what the bytes are read: nothing is multiplied yet
GREY_BYTES = "RGBA"  # a 16-bit grey level and its alpha, read as four numbers of a byte
BYTES_PER_PIXEL = 12  # at most, for the high, the low and the separated bytes


@dataclass(frozen=True)
class SixteenBitImage:
    """The high and the low bytes of the same pixels, four numbers each.

    `mode` is RGBA, RGBa if the colours are premultiplied by alpha, or CMYK.
    """

    high: Image.Image
    low: Image.Image
    mode: str

    def rgb(self, box: tuple[int, int, int, int]) -> Image.Image:
        """The part within left, top, right, bottom, blended with white."""
        high, low = (np.asarray(each.crop(box)).astype(np.float32) for each in (self.high, self.low))
        levels = (256 * high + low) / 257
        colour, alpha = levels[..., :3], levels[..., 3:] / 255
        match self.mode:
            case "RGBA":
                blended = 255 - (255 - colour) * alpha
            case "RGBa":
                blended = colour + 255 * (1 - alpha)
            case _:
                blended = (255 - colour) * (1 - alpha)
        return Image.fromarray(np.rint(blended.clip(0, 255)).astype(np.uint8))

    def close(self) -> None:
        for image in (self.high, self.low):
            image.close()


def read_sixteen_bit(open_image: Callable[[], ImageFile]) -> SixteenBitImage | None:
    """The picture, if it has 16-bit numbers with alpha or black. `open_image` opens it once more on each call."""
    mode, _, order = _raw_mode(open_image()).partition(";16")
    order = NATIVE if order == "N" else order
    if mode == "LA" and order == "B":
        grey_high, grey_low, alpha_high, alpha_low = _read_as(open_image, GREY_BYTES).split()
        return SixteenBitImage(_rgba(grey_high, alpha_high), _rgba(grey_low, alpha_low), "RGBA")
    if mode not in RAW_MODES or order not in OTHER:
        return None
    raw = RAW_MODES[mode]
    return SixteenBitImage(
        _read_as(open_image, f"{raw};16{order}"), _read_as(open_image, f"{raw};16{OTHER[order]}"), mode
    )


def _rgba(grey: Image.Image, alpha: Image.Image) -> Image.Image:
    return Image.merge("RGBA", (grey, grey, grey, alpha))


def _raw_mode(image: ImageFile) -> str:
    """Pillow's name for the layout of the encoded pixels: a tile's arguments, or the first of them."""
    if not image.tile or image.tile[0].args is None:
        return ""
    args = image.tile[0].args
    return str(args if isinstance(args, str) else args[0])


def _read_as(open_image: Callable[[], ImageFile], raw_mode: str) -> Image.Image:
    image = open_image()
    image.tile = [
        tile._replace(args=raw_mode if isinstance(tile.args, str) else (raw_mode, *(tile.args or ())[1:]))
        for tile in image.tile
    ]
    image.load()
    return image
