"""Any of Pillow's modes to RGB of a given size, in bands of rows, which avoids a second full-size picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.images.cielab import lab_to_rgb
from app.images.formats.header import EncodedImage

BAND_PIXELS = 1 << 18
WHITE_16 = 65535
PREMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}
WHITE = "white"

LevelRange = tuple[float, float]
Band = tuple[int, int, int, int]


class RowSource(Protocol):
    """A decoded picture that gives its rows as RGB, blended with white."""

    def rgb(self, band: Band) -> Image.Image: ...

    def close(self) -> None:
        """Free the memory of the picture."""


@dataclass(frozen=True)
class PlainImage:
    """An image of Pillow, of any of its modes.

    Transparent pixels are blended with white. 16-bit grey is divided by 257 (its full range). CMYK is
    (255 - ink)(255 - black)/255, as browsers show it without a profile. Colour profiles are not applied: every picture
    is taken to be sRGB, as the networks' training pictures were.
    """

    image: Image.Image
    encoded: EncodedImage

    def rgb(self, band: Band) -> Image.Image:
        part = self.image.crop(band)
        if part.mode.startswith("I"):
            rgb = _grey_16_to_rgb(part, self.encoded)
        else:
            rgb = part.convert("RGB") if self.encoded.is_opaque else _rgb(part)
        return rgb if self.encoded.frame is None else _draw_on_canvas(rgb, band[1], self.encoded.frame)

    def close(self) -> None:
        self.image.close()


def to_rgb(image: Image.Image, encoded: EncodedImage, max_side: int) -> npt.NDArray[np.uint8]:
    """`image` as `scale_in_bands` gives it, orientation not yet applied. The image is closed."""
    size = _size_within(image.size, max_side)
    if image.mode == "RGB" and image.size == size and encoded.transparent is None and encoded.frame is None:
        return np.asarray(image)
    if encoded.transparent is not None:
        image.info["transparency"] = encoded.transparent
    return scale_in_bands(image.size, max_side, PlainImage(image, encoded))


def scale_in_bands(size: tuple[int, int], max_side: int, source: RowSource) -> npt.NDArray[np.uint8]:
    """A picture of `size` as (H, W, 3) uint8, read-only, its longer side at most `max_side`. The source is closed.

    Downscaling is Lanczos, first horizontal, band by band, then vertical.
    """
    width, height = _size_within(size, max_side)
    narrow = Image.new("RGB", (width, size[1]))
    for band in bands(size):
        rgb = source.rgb(band)
        narrow.paste(_resize(rgb, (width, rgb.height)), (0, band[1]))
    source.close()
    return np.asarray(_resize(narrow, (width, height)))


def bands(size: tuple[int, int]) -> Iterator[Band]:
    """Left, top, right and bottom of bands of rows, from the top."""
    width, height = size
    rows = max(1, BAND_PIXELS // width)
    for top in range(0, height, rows):
        yield 0, top, width, min(top + rows, height)


def _size_within(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    longer = max(size)
    if longer <= max_side:
        return size
    width, height = (max(1, round(side * max_side / longer)) for side in size)
    return width, height


def _resize(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)


def _rgb(band: Image.Image) -> Image.Image:
    if band.mode in PREMULTIPLIED:
        band = band.convert(PREMULTIPLIED[band.mode])
    if band.mode == "LAB":
        return lab_to_rgb(band)
    if not band.has_transparency_data:
        return band.convert("RGB")
    rgba = band.convert("RGBA")
    white = Image.new("RGB", band.size, WHITE)
    white.paste(rgba, mask=rgba.getchannel("A"))
    return white


def _draw_on_canvas(rgb: Image.Image, top: int, frame: tuple[int, int, int, int]) -> Image.Image:
    """The band with everything outside `frame` white."""
    left, upper, right, lower = frame[0], max(frame[1] - top, 0), frame[2], min(frame[3] - top, rgb.height)
    white = Image.new("RGB", rgb.size, WHITE)
    if lower > upper:
        white.paste(rgb.crop((left, upper, right, lower)), (left, upper))
    return white


def _grey_16_to_rgb(band: Image.Image, encoded: EncodedImage) -> Image.Image:
    values = np.asarray(band).astype(np.float64)
    grey = np.rint(255 * np.clip(values / WHITE_16, 0.0, 1.0)).astype(np.uint8)
    if encoded.transparent is not None:
        grey[values == encoded.transparent] = 255
    return Image.fromarray(grey).convert("RGB")
