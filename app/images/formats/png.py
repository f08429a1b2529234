"""PNG headers: size, transparency and orientation from the chunks. Only chunks with pixels are kept."""

import struct
import zlib

from app.images.formats.exif import orientation
from app.images.formats.header import EncodedImage, broken_picture
from app.images.sixteen_bit import BYTES_PER_PIXEL

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, TRUECOLOUR = 0, 2
WITH_ALPHA = {4, 6}
SIXTEEN_BIT = 16
RAW_PROFILE = {b"tEXt": b"Raw profile type exif\0", b"zTXt": b"Raw profile type exif\0\0"}
MAX_PROFILE_BYTES = 200_000  # of hexadecimal digits; an EXIF block has at most 65,533 bytes
MAX_CHUNKS = 20_000  # a 20 MB picture in the common pieces of 4 KB has 5,000


def read_png(data: bytes) -> EncodedImage:
    """Size, transparent colour and orientation of a PNG; raises BrokenPicture.

    Of an animated PNG, the still picture is read.
    """
    if not data.startswith(SIGNATURE):
        raise broken_picture("PNG", "its first bytes were altered in a transfer")
    parts: list[bytes | memoryview] = [SIGNATURE]
    view = memoryview(data)
    width, height, depth, colour = _header(data)
    transparent: int | tuple[int, int, int] | None = None
    exif: bytes | None = None
    profile = b""
    for name, start, end in _chunks(data):
        body = view[start + 8 : end - 4]
        if name == b"tRNS" and colour in (GREY, TRUECOLOUR):
            transparent = _transparent_level(bytes(body), depth, colour)
        elif name == b"eXIf" and exif is None:  # the first block counts
            exif = bytes(body)
        elif name in RAW_PROFILE and not profile:
            profile = _raw_profile(bytes(body), name)
        elif name in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"):
            parts.append(view[start:end])
    has_alpha = colour in WITH_ALPHA or isinstance(transparent, tuple)
    needs_low_bytes = depth == SIXTEEN_BIT and has_alpha
    working = BYTES_PER_PIXEL * width * height if needs_low_bytes else 0
    return EncodedImage(
        "PNG",
        parts,
        width,
        height,
        orientation(profile if exif is None else exif),
        working,
        transparent=transparent,
        needs_low_bytes=needs_low_bytes,
    )


def _header(data: bytes) -> tuple[int, int, int, int]:
    length, name, width, height, depth, colour = struct.unpack_from(">I4sIIBB", data, 8)
    if name != b"IHDR" or length != 13:
        raise broken_picture("PNG", "it does not begin with its size")
    return width, height, depth, colour


def _chunks(data: bytes) -> list[tuple[bytes, int, int]]:
    """Name, start and end of every chunk as far as the file reaches."""
    chunks: list[tuple[bytes, int, int]] = []
    start = len(SIGNATURE)
    while start + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, start)
        chunks.append((name, start, min(start + 12 + length, len(data))))
        start += 12 + length
        if name == b"IEND":
            break
        if len(chunks) > MAX_CHUNKS:
            raise broken_picture("PNG", f"it has more than {MAX_CHUNKS:,} parts")
    return chunks


def _raw_profile(body: bytes, name: bytes) -> bytes:
    """The EXIF block that ImageMagick writes as text: an empty line, its name, its length, hexadecimal digits."""
    if not body.startswith(RAW_PROFILE[name]):
        return b""
    text = body[len(RAW_PROFILE[name]) :]
    try:
        if name == b"zTXt":
            text = zlib.decompressobj().decompress(text, MAX_PROFILE_BYTES)
        return bytes.fromhex(b"".join(text[:MAX_PROFILE_BYTES].split(b"\n")[3:]).decode("ascii"))
    except (ValueError, zlib.error):
        return b""  # unreadable metadata must not make the picture unusable


def _transparent_level(body: bytes, depth: int, colour: int) -> int | tuple[int, int, int] | None:
    """The transparent colour in the levels of the decoded picture."""
    most = (1 << depth) - 1
    if colour == TRUECOLOUR:
        red, green, blue = struct.unpack_from(">3H", body)
        return (red & most, green & most, blue & most)
    (grey,) = struct.unpack_from(">H", body)
    if grey > most:
        return None  # no pixel can have this level
    return int(grey) * {1: 255, 2: 85, 4: 17}.get(depth, 1)
