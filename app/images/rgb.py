"""Any of Pillow's modes to RGB of a given size, in bands of rows, which avoids a second full-size picture."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.images.cielab import lab_to_rgb
from app.images.formats.header import EncodedImage
from app.images.sixteen_bit import SixteenBitImage

BAND_PIXELS = 1 << 18
DEEP_MODES = {"I", "F", "I;16", "I;16B", "I;16L", "I;16N"}
PREMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}
WHITE = (255, 255, 255)

LevelRange = tuple[float, float]


def to_rgb(
    image: Image.Image, encoded: EncodedImage, max_side: int, sixteen_bit: SixteenBitImage | None = None
) -> npt.NDArray[np.uint8]:
    """`image` as (H, W, 3) uint8, read-only, its longer side at most `max_side`, orientation not yet applied.

    Transparent pixels are blended with white. 16-bit grey is divided by 257 (its full range). 32-bit integers and
    floats are scaled so that their finite range fills 0..255: NaN is black, and where all are equal they are mid-grey.
    CMYK is (255 - ink)(255 - black)/255, as browsers show it without a profile. Colour profiles are not applied: every
    picture is taken to be sRGB, as the networks' training pictures were.
    Downscaling is Lanczos, first horizontal, band by band, then vertical. `sixteen_bit` has the same pixels in full
    precision if they have 16 bits and alpha or black. Both images are closed, to free their memory.
    """
    size = _size_within(image.size, max_side)
    if image.mode == "RGB" and image.size == size and encoded.transparent is None and encoded.frame is None:
        return np.asarray(image)
    if encoded.transparent is not None:
        image.info["transparency"] = encoded.transparent
    levels = _level_range(image, encoded)
    narrow = Image.new("RGB", (size[0], image.height))
    for top, band in _bands(image):
        if sixteen_bit is not None:
            rgb = sixteen_bit.rgb((0, top, band.width, top + band.height))
        else:
            rgb = _deep_to_rgb(band, encoded, levels) if levels else _rgb(band)
        if encoded.frame is not None:
            rgb = _draw_on_canvas(rgb, top, encoded.frame)
        narrow.paste(_resize(rgb, (size[0], rgb.height)), (0, top))
    image.close()
    if sixteen_bit is not None:
        sixteen_bit.close()
    return np.asarray(_resize(narrow, size))


def _size_within(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    longer = max(size)
    if longer <= max_side:
        return size
    width, height = (max(1, round(side * max_side / longer)) for side in size)
    return width, height


def _resize(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)


def _bands(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    rows = max(1, BAND_PIXELS // image.width)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


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


def _level_range(image: Image.Image, encoded: EncodedImage) -> LevelRange | None:
    """The levels that become black and white, for the modes of more than 8 bits."""
    if image.mode not in DEEP_MODES:
        return None
    if image.mode.startswith("I;16"):
        return 0.0, float(encoded.white_level)
    low, high = np.inf, -np.inf
    for _, band in _bands(image):
        values = np.asarray(band)
        finite = values[np.isfinite(values)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    return low, high


def _deep_to_rgb(band: Image.Image, encoded: EncodedImage, levels: LevelRange) -> Image.Image:
    values = np.asarray(band).astype(np.float64)
    low, high = levels
    if low < high:
        fraction = np.clip(np.nan_to_num((values - low) / (high - low), nan=0.0), 0.0, 1.0)
    else:
        fraction = np.full(values.shape, 0.5)
    grey = np.rint(255 * (1 - fraction if encoded.is_inverted else fraction)).astype(np.uint8)
    if encoded.transparent is not None:
        grey[values == encoded.transparent] = 255
    return Image.fromarray(grey).convert("RGB")
