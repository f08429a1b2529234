"""Decoding: untrusted bytes to an upright RGB picture. Every limit is applied before anything is decoded."""

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import IO

import numpy as np
import numpy.typing as npt
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from PIL import Image as PillowImage
from PIL.ImageFile import ImageFile

from app.errors import TooLarge
from app.images.formats.avif import read_avif
from app.images.formats.bmp import read_bmp
from app.images.formats.gif import read_gif
from app.images.formats.header import EncodedImage, SampleLayout, broken_picture, join_parts
from app.images.formats.jpeg import read_jpeg
from app.images.formats.png import read_png
from app.images.formats.signatures import detect_format, unsupported_format
from app.images.formats.tiff import read_tiff
from app.images.formats.webp import read_webp
from app.images.rgb import scale_in_bands, to_rgb
from app.images.samples import samples_to_rgb
from app.images.sixteen_bit import read_sixteen_bit

MAX_SIDE = 65_535

# Pillow's own limit, above ours: where numbers have several bytes, it takes each byte for a pixel.
PillowImage.MAX_IMAGE_PIXELS = 1 << 28
AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # as the other decoders; how many decode at a time is a setting

# 4 for the decoded picture, the rest for its decoder: 160 MB for 25 megapixels.
WORKING_BYTES_PER_PIXEL = 6.4
DECODED_BYTES_PER_PIXEL = 4

# A JPEG is decoded at a half, a quarter or an eighth of its size if that still gives nearly the longest side allowed.
JPEG_SCALES = (1, 2, 4, 8)
NEARLY = 0.9


@dataclass(frozen=True)
class Limits:
    """The limits: bytes of the file, pixels by its header, pixels in memory, longest side of the result."""

    max_bytes: int = 20_000_000
    max_pixels: int = 100_000_000
    max_decoded_pixels: int = 25_000_000
    max_side: int = 2048


@dataclass(frozen=True)
class Picture:
    """An upright picture: `rgb` is (H, W, 3) uint8, C-contiguous, read-only, sRGB.

    `width` and `height` are those of the file, upright; `rgb` may be smaller. `is_cut` says that the file ended before
    the picture did: what was missing is grey, or less sharp.
    """

    rgb: npt.NDArray[np.uint8]
    format: str
    width: int
    height: int
    is_cut: bool = False

    @cached_property
    def id(self) -> str:
        """The picture's name."""
        return picture_id(self.rgb, self.is_cut)


def picture_id(rgb: npt.NDArray[np.uint8], is_cut: bool) -> str:
    """The name of a picture: the first 32 hexadecimal digits of the SHA-256 over shape and pixels.

    A picture whose file was cut off has a name of its own, so that what is said of it belongs to the name.
    """
    shape = "x".join(map(str, rgb.shape))
    digest = hashlib.sha256((f"{shape} cut off" if is_cut else shape).encode())
    digest.update(np.ascontiguousarray(rgb).data)
    return digest.hexdigest()[:32]


@dataclass(frozen=True)
class Codec:
    """How one format is read: our own reader of its header, and the class of Pillow that decodes its pixels."""

    read: Callable[[bytes], EncodedImage]
    open: Callable[[IO[bytes]], ImageFile]


# The classes are called directly, not through Pillow's registry, so that no other parser reads the bytes.
CODECS = {
    "JPEG": Codec(read_jpeg, JpegImagePlugin.JpegImageFile),
    "PNG": Codec(read_png, PngImagePlugin.PngImageFile),
    "WebP": Codec(read_webp, WebPImagePlugin.WebPImageFile),
    "AVIF": Codec(read_avif, AvifImagePlugin.AvifImageFile),
    "GIF": Codec(read_gif, GifImagePlugin.GifImageFile),
    "BMP": Codec(read_bmp, BmpImagePlugin.BmpImageFile),
    "TIFF": Codec(read_tiff, TiffImagePlugin.TiffImageFile),
}


def decode(data: bytes, limits: Limits) -> Picture:
    """The picture in `data`, upright; the first frame or page where there are several.

    Raises EmptyPicture, UnsupportedFormat, TooLarge or BrokenPicture. See `rgb.PlainImage` and
    `samples.samples_to_rgb` for the conversion of each kind of pixel.
    """
    codec, encoded = _read_encoded(data, limits)
    scale = choose_scale(encoded, limits)
    rgb = _turn_upright(_decode_pixels(codec, encoded, scale, limits.max_side), encoded.orientation)
    width, height = (encoded.height, encoded.width) if encoded.orientation >= 5 else (encoded.width, encoded.height)
    return Picture(rgb, encoded.format, width, height, encoded.is_cut)


def decoding_bytes(data: bytes, limits: Limits) -> int:
    """What decoding the picture in `data` takes in memory, by its header; raises as `decode` does."""
    _, encoded = _read_encoded(data, limits)
    return _memory_of(encoded, choose_scale(encoded, limits))


def _read_encoded(data: bytes, limits: Limits) -> tuple[Codec, EncodedImage]:
    check_bytes(data, limits)
    name = detect_format(data)
    if name not in CODECS:
        raise unsupported_format(name)
    return CODECS[name], _read_header(CODECS[name], data)


def check_bytes(data: bytes, limits: Limits) -> None:
    """Raise TooLarge if the file has more bytes than allowed."""
    if len(data) > limits.max_bytes:
        raise TooLarge(
            f"The file has {len(data) / 1e6:.1f} MB; at most {limits.max_bytes / 1e6:g} MB are accepted.",
            bytes=len(data),
            max_bytes=limits.max_bytes,
        )


def _read_header(codec: Codec, data: bytes) -> EncodedImage:
    try:
        return codec.read(data)
    except (struct.error, IndexError, ValueError):  # raised by reading past the end
        raise broken_picture(detect_format(data), "it ends in its header") from None


def choose_scale(encoded: EncodedImage, limits: Limits) -> int:
    """The divisor to decode at: 1 except for JPEG.

    Raises BrokenPicture without pixels, and TooLarge with too many of them, or if no scale stays within the memory
    limit.
    """
    _check_header(encoded, limits)
    longer = max(encoded.width, encoded.height)
    scales = JPEG_SCALES if encoded.format == "JPEG" else (1,)
    enough = [scale for scale in scales if scale == 1 or longer / scale >= NEARLY * limits.max_side]
    for scale in (scale for scale in scales if scale >= enough[-1]):
        is_small = _decoded_pixels(encoded, scale) <= limits.max_decoded_pixels
        if is_small and _memory_of(encoded, scale) <= working_bytes(limits):
            return scale
    raise _too_costly(encoded, limits)


def _decoded_pixels(encoded: EncodedImage, scale: int) -> int:
    return -(-encoded.width // scale) * -(-encoded.height // scale)


def _memory_of(encoded: EncodedImage, scale: int) -> int:
    return DECODED_BYTES_PER_PIXEL * _decoded_pixels(encoded, scale) + encoded.working_bytes


def _check_header(encoded: EncodedImage, limits: Limits) -> None:
    pixels = encoded.width * encoded.height
    if not pixels:
        raise broken_picture(encoded.format, "it has no pixels")
    if pixels > limits.max_pixels or max(encoded.width, encoded.height) > MAX_SIDE:
        raise TooLarge(
            f"The {encoded.format} has {encoded.width} × {encoded.height} pixels; at most {limits.max_pixels / 1e6:g} "
            f"megapixels and {MAX_SIDE} on a side are accepted.",
            width=encoded.width,
            height=encoded.height,
            max_pixels=limits.max_pixels,
            max_side=MAX_SIDE,
        )


def _too_costly(encoded: EncodedImage, limits: Limits) -> TooLarge:
    megabytes = (DECODED_BYTES_PER_PIXEL * encoded.width * encoded.height + encoded.working_bytes) / 1e6
    return TooLarge(
        f"Decoding this {encoded.format} of {encoded.width} × {encoded.height} pixels would take {megabytes:.0f} MB; "
        f"at most {limits.max_decoded_pixels / 1e6:g} megapixels and {working_bytes(limits) / 1e6:.0f} MB are allowed."
        f" Send it smaller, or as a baseline JPEG, which may have {limits.max_pixels / 1e6:g} megapixels.",
        width=encoded.width,
        height=encoded.height,
        max_decoded_pixels=limits.max_decoded_pixels,
    )


def working_bytes(limits: Limits) -> int:
    """What decoding one picture may take in memory."""
    return int(WORKING_BYTES_PER_PIXEL * limits.max_decoded_pixels)


def _decode_pixels(codec: Codec, encoded: EncodedImage, scale: int, max_side: int) -> npt.NDArray[np.uint8]:
    try:
        if encoded.samples is not None:
            return _decode_samples(codec, encoded, encoded.samples, max_side)
        image = codec.open(encoded.open())
        if image.size != (encoded.width, encoded.height):
            raise ValueError("the two header readers disagree")
        image.draft(None, (max(1, encoded.width // scale), max(1, encoded.height // scale)))  # nothing but of a JPEG
        if encoded.needs_low_bytes:
            numbers = read_sixteen_bit(lambda: codec.open(encoded.open()), encoded.transparent)
            return scale_in_bands(image.size, max_side, numbers)
        image.load()
        return to_rgb(image, encoded, max_side)
    except (
        Exception
    ) as error:  # Pillow documents no set of exceptions for damaged files, and its messages have memory addresses
        raise broken_picture(encoded.format, "its pixels can't be decoded, or are of an unsupported kind") from error


def _decode_samples(codec: Codec, encoded: EncodedImage, layout: SampleLayout, max_side: int) -> npt.NDArray[np.uint8]:
    planes = []
    for parts in layout.planes:
        plane = codec.open(join_parts(parts))
        plane.load()
        planes.append(plane)
    return samples_to_rgb(layout, planes, (encoded.width, encoded.height), max_side)


def _turn_upright(rgb: npt.NDArray[np.uint8], orientation: int) -> npt.NDArray[np.uint8]:
    """`rgb` turned upright (EXIF 2.32, tag 0x0112). Orientations from 5 on exchange rows and columns."""
    if orientation >= 5:
        rgb = rgb.transpose(1, 0, 2)
    rows = slice(None, None, -1 if orientation in (3, 4, 7, 8) else 1)
    columns = slice(None, None, -1 if orientation in (2, 3, 6, 7) else 1)
    upright = np.ascontiguousarray(rgb[rows, columns])
    upright.flags.writeable = False
    return upright
