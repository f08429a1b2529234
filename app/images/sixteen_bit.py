"""16-bit pictures with alpha or black: Pillow keeps the high byte of each number, so the low one is read on its own.

Without the low bytes a number is off by less than one level; two that are multiplied would be off by two.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image
from PIL.ImageFile import ImageFile

NATIVE = "L" if sys.byteorder == "little" else "B"
OTHER = {"B": "L", "L": "B"}  # numbers read in the wrong order of bytes have their low byte where the high one is
RAW_KINDS = {"RGBA": "RGBA", "RGBa": "RGBA", "CMYK": "CMYK"}  # what the bytes are read as: nothing is multiplied yet
GREY_BYTES = "RGBA"  # a 16-bit grey level and its alpha, read as four numbers of a byte
BYTES_PER_PIXEL = 12  # that the high, the low and the separated bytes take at most


@dataclass(frozen=True)
class Wide:
    """The high and the low bytes of the same pixels of four numbers.

    `kind` is RGBA, RGBa if the colours hold their share of alpha already, or CMYK.
    """

    high: Image.Image
    low: Image.Image
    kind: str

    def rgb(self, box: tuple[int, int, int, int]) -> Image.Image:
        """The part of the picture within left, top, right, bottom, laid over white."""
        high, low = (np.asarray(each.crop(box)).astype(np.float32) for each in (self.high, self.low))
        levels = (256 * high + low) / 257
        colour, share = levels[..., :3], levels[..., 3:] / 255
        match self.kind:
            case "RGBA":
                seen = 255 - (255 - colour) * share
            case "RGBa":
                seen = colour + 255 * (1 - share)
            case _:
                seen = (255 - colour) * (1 - share)
        return Image.fromarray(np.rint(seen.clip(0, 255)).astype(np.uint8))

    def close(self) -> None:
        for image in (self.high, self.low):
            image.close()


def read_wide(opened: Callable[[], ImageFile]) -> Wide | None:
    """The picture, if its pixels are 16-bit numbers with alpha or black; `opened` opens it anew each time."""
    kind, _, order = _raw_mode(opened()).partition(";16")
    order = NATIVE if order == "N" else order
    if kind == "LA" and order == "B":
        grey_high, grey_low, alpha_high, alpha_low = _read_as(opened, GREY_BYTES).split()
        return Wide(_rgba(grey_high, alpha_high), _rgba(grey_low, alpha_low), "RGBA")
    if kind not in RAW_KINDS or order not in OTHER:
        return None
    raw = RAW_KINDS[kind]
    return Wide(_read_as(opened, f"{raw};16{order}"), _read_as(opened, f"{raw};16{OTHER[order]}"), kind)


def _rgba(grey: Image.Image, alpha: Image.Image) -> Image.Image:
    return Image.merge("RGBA", (grey, grey, grey, alpha))


def _raw_mode(image: ImageFile) -> str:
    """How Pillow says the coded pixels lie; a tile has it alone or as the first of its decoder's arguments."""
    if not image.tile or image.tile[0].args is None:
        return ""
    args = image.tile[0].args
    return str(args if isinstance(args, str) else args[0])


def _read_as(opened: Callable[[], ImageFile], raw_mode: str) -> Image.Image:
    image = opened()
    image.tile = [
        tile._replace(args=raw_mode if isinstance(tile.args, str) else (raw_mode, *(tile.args or ())[1:]))
        for tile in image.tile
    ]
    image.load()
    return image
