"""WebP headers: the canvas from the first chunk, the orientation from the EXIF chunk (RFC 9649)."""

import struct

from app.images.formats.exif import orientation
from app.images.formats.header import EncodedImage, broken_picture

EXIF_FLAG = 0x08  # of the extended header; without it, decoders ignore the EXIF chunk
LOSSY_START = b"\x9d\x01\x2a"
LOSSLESS_START = 0x2F
MAX_CHUNKS = 10_000

# The decoder keeps the canvas and the previous frame, returns a copy, and stays in memory until the picture is scaled.
WORKING_BYTES_PER_PIXEL = 16


def read_webp(data: bytes) -> EncodedImage:
    """Canvas and orientation of a WebP; raises BrokenPicture."""
    (riff_bytes,) = struct.unpack_from("<I", data, 4)
    if riff_bytes + 8 > len(data):
        raise broken_picture("WebP", "it is cut off")
    width, height = _size(data)
    exif = _exif(data, riff_bytes + 8) if data[12:16] == b"VP8X" and data[20] & EXIF_FLAG else b""
    working = WORKING_BYTES_PER_PIXEL * width * height
    return EncodedImage("WebP", [data], width, height, orientation(exif), working)


def _exif(data: bytes, end: int) -> bytes:
    """The first EXIF chunk of the file, which counts."""
    start = 12
    for _ in range(MAX_CHUNKS):
        if start + 8 > end:
            break
        name, length = struct.unpack_from("<4sI", data, start)
        if name == b"EXIF":
            return data[start + 8 : min(start + 8 + length, end)]
        start += 8 + length + length % 2
    return b""


def _size(data: bytes) -> tuple[int, int]:
    name = data[12:16]
    if name == b"VP8X":
        low, middle, high, low2, middle2, high2 = struct.unpack_from("6B", data, 24)
        return 1 + (low | middle << 8 | high << 16), 1 + (low2 | middle2 << 8 | high2 << 16)
    if name == b"VP8L" and data[20] == LOSSLESS_START:
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if name == b"VP8 " and data[23:26] == LOSSY_START:
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise broken_picture("WebP", "it does not begin with its size")
