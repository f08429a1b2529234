"""From any of Pillow's modes to RGB of a wanted size, band by band, so that there is never a second full picture."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.images.cielab import rgb_of_lab
from app.images.formats.header import Coded
from app.images.sixteen_bit import Wide

BAND_PIXELS = 1 << 18
DEEP_MODES = {"I", "F", "I;16", "I;16B", "I;16L", "I;16N"}
PREMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}
WHITE = (255, 255, 255)

Range = tuple[float, float]


def to_rgb(image: Image.Image, coded: Coded, max_side: int, wide: Wide | None = None) -> npt.NDArray[np.uint8]:
    """`image` as (H, W, 3) uint8, read-only, its longer side at most `max_side`, not yet turned.

    Transparency is laid over white. 16-bit grey is divided by 257 (its full range); 32-bit integers and floats are
    scaled so that their finite range fills 0..255: not-a-number is black, and where all are equal they are mid-grey.
    CMYK is (255 - ink)(255 - black)/255, as browsers show it without a profile. Colour profiles are not applied: every
    picture is taken to be sRGB, which is also how the networks' training pictures were read.
    Downscaling is Lanczos, first across, band by band, then down. `wide` has the same pixels in full where they are of
    16 bits with alpha or black. Both are closed, to make room.
    """
    size = _size_within(image.size, max_side)
    if image.mode == "RGB" and image.size == size and coded.key is None and coded.frame is None:
        return np.asarray(image)
    if coded.key is not None:
        image.info["transparency"] = coded.key
    levels = _levels(image, coded)
    narrow = Image.new("RGB", (size[0], image.height))
    for top, band in _bands(image):
        if wide is not None:
            rgb = wide.rgb((0, top, band.width, top + band.height))
        else:
            rgb = _rgb_of_deep(band, coded, levels) if levels else _rgb(band)
        if coded.frame is not None:
            rgb = _on_canvas(rgb, top, coded.frame)
        narrow.paste(_resized(rgb, (size[0], rgb.height)), (0, top))
    image.close()
    if wide is not None:
        wide.close()
    return np.asarray(_resized(narrow, size))


def _size_within(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    longer = max(size)
    if longer <= max_side:
        return size
    width, height = (max(1, round(side * max_side / longer)) for side in size)
    return width, height


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)


def _bands(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    rows = max(1, BAND_PIXELS // image.width)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def _rgb(band: Image.Image) -> Image.Image:
    if band.mode in PREMULTIPLIED:
        band = band.convert(PREMULTIPLIED[band.mode])
    if band.mode == "LAB":
        return Image.fromarray(rgb_of_lab(np.asarray(band)))
    if not band.has_transparency_data:
        return band.convert("RGB")
    rgba = band.convert("RGBA")
    white = Image.new("RGB", band.size, WHITE)
    white.paste(rgba, mask=rgba.getchannel("A"))
    return white


def _on_canvas(rgb: Image.Image, top: int, frame: tuple[int, int, int, int]) -> Image.Image:
    """A band with all that lies outside `frame` white."""
    left, upper, right, lower = frame[0], max(frame[1] - top, 0), frame[2], min(frame[3] - top, rgb.height)
    white = Image.new("RGB", rgb.size, WHITE)
    if lower > upper:
        white.paste(rgb.crop((left, upper, right, lower)), (left, upper))
    return white


def _levels(image: Image.Image, coded: Coded) -> Range | None:
    """What becomes black and what becomes white, for the modes of more than 8 bits."""
    if image.mode not in DEEP_MODES:
        return None
    if image.mode.startswith("I;16"):
        return 0.0, float(coded.white)
    low, high = np.inf, -np.inf
    for _, band in _bands(image):
        values = np.asarray(band)
        finite = values[np.isfinite(values)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    return low, high


def _rgb_of_deep(band: Image.Image, coded: Coded, levels: Range) -> Image.Image:
    values = np.asarray(band).astype(np.float64)
    low, high = levels
    if low < high:
        share = np.clip(np.nan_to_num((values - low) / (high - low), nan=0.0), 0.0, 1.0)
    else:
        share = np.full(values.shape, 0.5)
    grey = np.rint(255 * (1 - share if coded.inverted else share)).astype(np.uint8)
    if coded.key is not None:
        grey[values == coded.key] = 255
    return Image.fromarray(grey).convert("RGB")
