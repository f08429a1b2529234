"""Pixels to PNG bytes."""

import io
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image

HEADER = slice(12, 29)  # the bytes of the first chunk, IHDR, with its type
COLOUR_TYPE, INDEXED = 25, b"\x03"


def encode_grey(pixels: NDArray[np.uint8]) -> bytes:
    """An 8-bit greyscale PNG of (H, W) uint8."""
    return _encode(Image.fromarray(pixels))


def encode_rgb(pixels: NDArray[np.uint8]) -> bytes:
    """An 8-bit sRGB PNG of (H, W, 3) uint8."""
    return _encode(Image.fromarray(pixels))


def encode_palette(levels: NDArray[np.uint8], table: NDArray[np.uint8]) -> bytes:
    """A PNG that colours (H, W) uint8 levels by a (256, 3) uint8 table.

    It is the greyscale PNG with the levels as indices: Pillow itself does not filter the rows of a picture with a
    palette, which makes that of a map several times as large.
    """
    png = encode_grey(levels)
    header = png[HEADER.start : COLOUR_TYPE] + INDEXED + png[COLOUR_TYPE + 1 : HEADER.stop]
    return png[: HEADER.start - 4] + _chunk(header) + _chunk(b"PLTE" + table.tobytes()) + png[HEADER.stop + 4 :]


def _chunk(content: bytes) -> bytes:
    """A chunk of a PNG, of its type and its data."""
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))


def _encode(image: Image.Image) -> bytes:
    file = io.BytesIO()
    # A map is encoded once and sent once. Run-length encoding takes a tenth of the time of Pillow's default.
    image.save(file, "PNG", compress_level=1, compress_type=zlib.Z_RLE)
    return file.getvalue()
