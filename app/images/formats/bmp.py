"""BMP headers: size and coding from the information header, OS/2 1 to Windows 5."""

import struct

from app.errors import TooLarge
from app.images.formats.header import EncodedImage, broken_picture
from app.images.formats.signatures import unsupported_format

CORE_HEADER = 12
INFO_HEADERS = (40, 52, 56, 64, 108, 124)
RAW, RLE8, RLE4, BITFIELDS = range(4)
MAX_PALETTE_BITS = 8
MASKS_WITH_ALPHA = 56  # bytes of the shortest header that has a mask of alpha
ALPHA_BYTES = {0xFF << 8 * place: place for place in range(4)}  # by its mask, where it is among the bytes of a pixel
BYTES_PER_COLOUR = 4
MAX_RUN_LENGTH_BYTES = 2_000_000  # run lengths are decoded in Python: about half a second for these


def read_bmp(data: bytes) -> EncodedImage:
    """Size and coding of a BMP; raises BrokenPicture, UnsupportedFormat or TooLarge (run lengths)."""
    (header,) = struct.unpack_from("<I", data, 14)
    if header == CORE_HEADER:
        width, height = struct.unpack_from("<HH", data, 18)
        return EncodedImage("BMP", [data], width, height)
    if header not in INFO_HEADERS:
        raise unsupported_format(None)
    width, height, _, bits, coding = struct.unpack_from("<iiHHI", data, 18)
    if width < 0:
        raise broken_picture("BMP", "its width is negative")
    if coding not in (RAW, RLE8, RLE4, BITFIELDS):
        raise unsupported_format("a BMP that contains another format")
    run_lengths = coding in (RLE8, RLE4)
    if run_lengths and len(data) > MAX_RUN_LENGTH_BYTES:
        raise TooLarge(
            f"A run-length coded BMP may have {MAX_RUN_LENGTH_BYTES // 10**6} MB; save it as PNG.",
            max_bytes=MAX_RUN_LENGTH_BYTES,
        )
    parts = _with_full_palette(data, header, bits)
    working = 2 * width * abs(height) if run_lengths else 0
    is_opaque = coding == BITFIELDS and header >= MASKS_WITH_ALPHA and _is_alpha_empty(data, width * abs(height))
    return EncodedImage("BMP", parts, width, abs(height), working_bytes=working, is_opaque=is_opaque)


def _is_alpha_empty(data: bytes, count: int) -> bool:
    """Whether the alpha of all pixels is 0, as programs leave it that write none; browsers show such pixels."""
    (start,) = struct.unpack_from("<I", data, 10)
    (mask,) = struct.unpack_from("<I", data, 66)
    place = ALPHA_BYTES.get(mask)
    return place is not None and not data[start + place : start + 4 * count : 4].strip(b"\0")


def _with_full_palette(data: bytes, header: int, bits: int) -> list[bytes | memoryview]:
    """The file with a palette of all colours that its bits can name, or with none in true colour.

    The number of colours in the header is often wrong: of true colour it was a hint for old displays, and of a palette
    it may be more than there can be. Decoders limit it. Pillow reads a palette of two greys as one bit a pixel.
    """
    if bits > MAX_PALETTE_BITS:
        return [data[:46], bytes(4), memoryview(data)[50:]]
    (pixels,) = struct.unpack_from("<I", data, 10)
    (used,) = struct.unpack_from("<I", data, 46)
    palette_start, colours = 14 + header, 1 << bits
    stored = BYTES_PER_COLOUR * min(used or colours, colours)
    if pixels in (0, palette_start):  # the offset does not count the palette
        pixels = palette_start + BYTES_PER_COLOUR * (used or colours)
    palette_end = min(palette_start + stored, max(pixels, palette_start), len(data))
    palette = data[palette_start:palette_end].ljust(BYTES_PER_COLOUR * colours, b"\0")
    head = data[:10] + struct.pack("<I", palette_start + len(palette)) + data[14:46] + bytes(4)
    return [head, data[50:palette_start], palette, memoryview(data)[pixels:]]
