"""From the bytes a stranger sent to an upright RGB picture, with every limit applied before any decoding."""

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import IO

import numpy as np
import numpy.typing as npt
from PIL import BmpImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin
from PIL.ImageFile import ImageFile

from app.errors import TooLarge
from app.images.formats.bmp import read_bmp
from app.images.formats.gif import read_gif
from app.images.formats.header import Coded, broken
from app.images.formats.jpeg import read_jpeg
from app.images.formats.png import read_png
from app.images.formats.signatures import sniff
from app.images.formats.tiff import read_tiff
from app.images.formats.webp import read_webp
from app.images.rgb import to_rgb
from app.images.sixteen_bit import read_wide

MAX_SIDE = 65_535

# The decoded picture takes 4; the rest is for its decoder. 160 MB for 25 megapixels.
WORKING_BYTES_PER_PIXEL = 6.4
DECODED_BYTES_PER_PIXEL = 4

# A JPEG is decoded at a half, a quarter or an eighth when that still gives nearly the longest side wanted.
JPEG_SCALES = (1, 2, 4, 8)
NEARLY = 0.9


@dataclass(frozen=True)
class Limits:
    """What is accepted: bytes of the file, pixels by its header, pixels in memory, longest side of the result."""

    max_bytes: int = 20_000_000
    max_pixels: int = 100_000_000
    max_decoded_pixels: int = 25_000_000
    max_side: int = 2048


@dataclass(frozen=True)
class Picture:
    """An upright picture: `rgb` is (H, W, 3) uint8, C-contiguous, read-only, sRGB.

    `width` and `height` are those of the file, upright; `rgb` may be smaller.
    """

    rgb: npt.NDArray[np.uint8]
    format: str
    width: int
    height: int

    @cached_property
    def id(self) -> str:
        """The picture's name: the first 32 hexadecimal digits of the SHA-256 over shape and pixels."""
        digest = hashlib.sha256("x".join(map(str, self.rgb.shape)).encode())
        digest.update(np.ascontiguousarray(self.rgb).data)
        return digest.hexdigest()[:32]


@dataclass(frozen=True)
class Codec:
    """How one format is read: our own reader of its header, and the one class of Pillow that decodes its pixels."""

    read: Callable[[bytes], Coded]
    open: Callable[[IO[bytes]], ImageFile]


# The classes are called by name, past Pillow's registry: no other parser ever sees the bytes.
CODECS = {
    "JPEG": Codec(read_jpeg, JpegImagePlugin.JpegImageFile),
    "PNG": Codec(read_png, PngImagePlugin.PngImageFile),
    "WebP": Codec(read_webp, WebPImagePlugin.WebPImageFile),
    "GIF": Codec(read_gif, GifImagePlugin.GifImageFile),
    "BMP": Codec(read_bmp, BmpImagePlugin.BmpImageFile),
    "TIFF": Codec(read_tiff, TiffImagePlugin.TiffImageFile),
}


def decode(data: bytes, limits: Limits) -> Picture:
    """The picture in `data`, upright; the first frame or page where there are several.

    Raises EmptyPicture, UnsupportedFormat, TooLarge or BrokenPicture. See `pixels.to_rgb` for what becomes of
    each kind of pixel.
    """
    if len(data) > limits.max_bytes:
        raise TooLarge(
            f"The file has {len(data) / 1e6:.1f} MB; at most {limits.max_bytes / 1e6:g} MB are accepted.",
            bytes=len(data),
            max_bytes=limits.max_bytes,
        )
    codec = CODECS[sniff(data)]
    coded = _header(codec, data)
    _check_header(coded, limits)
    scale = _scale(coded, limits)
    rgb = _turned(_pixels(codec, coded, scale, limits.max_side), coded.orientation)
    width, height = (coded.height, coded.width) if coded.orientation >= 5 else (coded.width, coded.height)
    return Picture(rgb, coded.format, width, height)


def _header(codec: Codec, data: bytes) -> Coded:
    try:
        return codec.read(data)
    except (struct.error, IndexError, ValueError):  # what reading past the end raises
        raise broken(sniff(data), "it ends in its header") from None


def _check_header(coded: Coded, limits: Limits) -> None:
    pixels = coded.width * coded.height
    if not pixels:
        raise broken(coded.format, "it has no pixels")
    if pixels > limits.max_pixels or max(coded.width, coded.height) > MAX_SIDE:
        raise TooLarge(
            f"The {coded.format} has {coded.width} × {coded.height} pixels; at most {limits.max_pixels / 1e6:g} "
            f"megapixels and {MAX_SIDE} on a side are accepted.",
            width=coded.width,
            height=coded.height,
            max_pixels=limits.max_pixels,
            max_side=MAX_SIDE,
        )


def _scale(coded: Coded, limits: Limits) -> int:
    """The divisor at which to decode: always 1 but for JPEG; raises TooLarge if none keeps within the memory."""
    longer = max(coded.width, coded.height)
    scales = JPEG_SCALES if coded.format == "JPEG" else (1,)
    enough = [scale for scale in scales if longer / scale >= NEARLY * limits.max_side] or [1]
    for scale in (scale for scale in scales if scale >= enough[-1]):
        pixels = -(-coded.width // scale) * -(-coded.height // scale)
        memory = DECODED_BYTES_PER_PIXEL * pixels + coded.working_bytes
        if pixels <= limits.max_decoded_pixels and memory <= _working_bytes(limits):
            return scale
    raise _too_costly(coded, limits)


def _too_costly(coded: Coded, limits: Limits) -> TooLarge:
    megabytes = (DECODED_BYTES_PER_PIXEL * coded.width * coded.height + coded.working_bytes) / 1e6
    return TooLarge(
        f"Decoding this {coded.format} of {coded.width} × {coded.height} pixels would take {megabytes:.0f} MB; at most "
        f"{limits.max_decoded_pixels / 1e6:g} megapixels and {_working_bytes(limits) / 1e6:.0f} MB are allowed. "
        f"Send it smaller, or as a baseline JPEG, which may have {limits.max_pixels / 1e6:g} megapixels.",
        width=coded.width,
        height=coded.height,
        max_decoded_pixels=limits.max_decoded_pixels,
    )


def _working_bytes(limits: Limits) -> int:
    return int(WORKING_BYTES_PER_PIXEL * limits.max_decoded_pixels)


def _pixels(codec: Codec, coded: Coded, scale: int, max_side: int) -> npt.NDArray[np.uint8]:
    try:
        image = codec.open(coded.opened())
        if image.size != (coded.width, coded.height):
            raise ValueError("two readers of one header disagree")
        if scale > 1:
            image.draft(None, (max(1, coded.width // scale), max(1, coded.height // scale)))
        wide = read_wide(lambda: codec.open(coded.opened())) if coded.wide else None
        image.load()
        return to_rgb(image, coded, max_side, wide)
    except Exception as error:  # Pillow documents no set of exceptions for damaged files, and its words name addresses
        raise broken(coded.format, "its pixels can't be decoded, or are of a rare kind") from error


def _turned(rgb: npt.NDArray[np.uint8], orientation: int) -> npt.NDArray[np.uint8]:
    """`rgb` made upright (EXIF 2.32, tag 0x0112): orientations from 5 on exchange rows and columns."""
    if orientation >= 5:
        rgb = rgb.transpose(1, 0, 2)
    rows = slice(None, None, -1 if orientation in (3, 4, 7, 8) else 1)
    columns = slice(None, None, -1 if orientation in (2, 3, 6, 7) else 1)
    upright = np.ascontiguousarray(rgb[rows, columns])
    upright.flags.writeable = False
    return upright
