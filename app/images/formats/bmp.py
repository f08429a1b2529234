"""BMP headers: size and coding from the information header, OS/2 1 to Windows 5."""

import struct

from app.errors import TooLarge
from app.images.formats.header import EncodedImage, broken_picture
from app.images.formats.signatures import unsupported_format

CORE_HEADER = 12
INFO_HEADERS = (40, 52, 56, 64, 108, 124)
RAW, RLE8, RLE4, BITFIELDS = range(4)
MAX_RUN_LENGTH_BYTES = 2_000_000  # run lengths are decoded in Python: about half a second for these


def read_bmp(data: bytes) -> EncodedImage:
    """Size and coding of a BMP; raises BrokenPicture, UnsupportedFormat or TooLarge (run lengths)."""
    (header,) = struct.unpack_from("<I", data, 14)
    if header == CORE_HEADER:
        width, height = struct.unpack_from("<HH", data, 18)
        return EncodedImage("BMP", [data], width, height)
    if header not in INFO_HEADERS:
        raise unsupported_format(None)
    width, height, _, _, coding = struct.unpack_from("<iiHHI", data, 18)
    (colours,) = struct.unpack_from("<I", data, 46)
    if width < 0 or colours > 256:
        raise broken_picture("BMP", "its header is invalid")
    if coding not in (RAW, RLE8, RLE4, BITFIELDS):
        raise unsupported_format("a BMP that contains another format")
    run_lengths = coding in (RLE8, RLE4)
    if run_lengths and len(data) > MAX_RUN_LENGTH_BYTES:
        raise TooLarge(
            f"A run-length coded BMP may have {MAX_RUN_LENGTH_BYTES // 10**6} MB; save it as PNG.",
            max_bytes=MAX_RUN_LENGTH_BYTES,
        )
    return EncodedImage("BMP", [data], width, abs(height), working_bytes=2 * width * abs(height) if run_lengths else 0)
