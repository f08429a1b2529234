"""TIFF headers: the first directory, rewritten with only the tags that describe the pixels (TIFF 6.0)."""

import struct

from app.errors import TooLarge
from app.images.formats.exif import Tag, byte_order, orientation, tags
from app.images.formats.header import EncodedImage, broken_picture
from app.images.formats.signatures import unsupported_format
from app.images.sixteen_bit import BYTES_PER_PIXEL

WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
STRIP_OFFSETS, SAMPLES, ROWS_PER_STRIP, STRIP_BYTES = 273, 277, 278, 279
TILE_WIDTH, TILE_LENGTH, TILE_OFFSETS, TILE_BYTES = 322, 323, 324, 325
FILL_ORDER, PLANAR, T4, T6, PREDICTOR, PALETTE, EXTRA, SAMPLE_FORMAT = 266, 284, 292, 293, 317, 320, 338, 339
JPEG_TABLES, COEFFICIENTS, SUBSAMPLING, POSITIONING, BLACK_WHITE = 347, 529, 530, 531, 532
OFFSETS = {STRIP_OFFSETS, STRIP_BYTES, TILE_OFFSETS, TILE_BYTES}
PIXEL_TAGS = {
    *(WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC, SAMPLES, ROWS_PER_STRIP, TILE_WIDTH, TILE_LENGTH),
    *(FILL_ORDER, PLANAR, T4, T6, PREDICTOR, PALETTE, EXTRA, SAMPLE_FORMAT),
    *(JPEG_TABLES, COEFFICIENTS, SUBSAMPLING, POSITIONING, BLACK_WHITE),
    *OFFSETS,
}
UNCOMPRESSED = 1
CODINGS = {UNCOMPRESSED, 2, 3, 4, 5, 7, 8, 32773, 32946}  # none, CCITT, LZW, JPEG, Deflate, PackBits
WHITE_IS_ZERO, INKS, YCBCR = 0, 5, 6
SIXTEEN_BIT = 16
PLANAR_SEPARATE = 2  # a plane for each colour
GREY_AND_ALPHA = 2
SEPARATE_READ = {(8, 3), (8, 4)}  # bits and samples; of others the decoder makes a wrong picture without an error
MAX_PIECES = 70_000  # a strip for every row of the tallest picture
MAX_TAG_BYTES = 400_000  # a 16-bit palette


def read_tiff(data: bytes) -> EncodedImage:
    """Size, coding and orientation of a TIFF's first page; raises BrokenPicture, UnsupportedFormat or TooLarge."""
    directory = {tag.number: tag for tag in tags(data)}
    pixel_tags = [directory[number] for number in sorted(PIXEL_TAGS & directory.keys())]
    for tag in pixel_tags:
        if tag.count > MAX_PIECES and tag.number in OFFSETS:
            raise TooLarge(f"A TIFF may have {MAX_PIECES:,} strips or tiles.", max_pieces=MAX_PIECES)
        if len(tag.value) > MAX_TAG_BYTES and tag.number not in OFFSETS:
            raise broken_picture("TIFF", "its header is invalid")
    width, height = _number(directory, WIDTH, 0), _number(directory, LENGTH, 0)
    coding = _number(directory, COMPRESSION, UNCOMPRESSED)
    if coding not in CODINGS:
        raise unsupported_format("a TIFF in a compression that is not supported")
    bits, samples = _number(directory, BITS, 1), _number(directory, SAMPLES, 1)
    if _number(directory, PLANAR, 1) == PLANAR_SEPARATE and samples > 1 and (bits, samples) not in SEPARATE_READ:
        raise unsupported_format("a TIFF with separate colour planes")
    needs_low_bytes = bits == SIXTEEN_BIT and (
        EXTRA in directory or _number(directory, PHOTOMETRIC, WHITE_IS_ZERO) == INKS
    )
    if needs_low_bytes and samples == GREY_AND_ALPHA:
        raise unsupported_format("a 16-bit grey TIFF with transparency, which is accepted as a PNG")
    working = 0 if coding == UNCOMPRESSED else _piece_bytes(directory, width, height, bits)
    return EncodedImage(
        "TIFF",
        _rewrite(data, pixel_tags),
        width,
        height,
        orientation(data),
        working + (BYTES_PER_PIXEL * width * height if needs_low_bytes else 0),
        white_level=4095 if bits == 12 else 65535,
        is_inverted=bits > 8 and _number(directory, PHOTOMETRIC, WHITE_IS_ZERO) == WHITE_IS_ZERO,
        needs_low_bytes=needs_low_bytes,
    )


def _number(directory: dict[int, Tag], number: int, default: int) -> int:
    return directory[number].integers()[0] if number in directory else default


def _piece_bytes(directory: dict[int, Tag], width: int, height: int, bits: int) -> int:
    """Bytes of one uncompressed strip or tile, which is decoded as a whole."""
    columns = _number(directory, TILE_WIDTH, width)
    rows = _number(directory, TILE_LENGTH, min(_number(directory, ROWS_PER_STRIP, height), height))
    samples = _number(directory, SAMPLES, 1)
    if _number(directory, PHOTOMETRIC, WHITE_IS_ZERO) == YCBCR:
        return columns * rows * 4
    return columns * rows * samples * bits // 8


def _rewrite(data: bytes, pixel_tags: list[Tag]) -> list[memoryview | bytes]:
    """The parts of the file with a new directory at its end, which has the tags `pixel_tags` and no successor."""
    order = byte_order(data)
    start = len(data) + len(data) % 2
    values_start = start + 2 + 12 * len(pixel_tags) + 4
    entries, values = [], bytearray()
    for tag in pixel_tags:
        inline = len(tag.value) <= 4
        place = bytes(tag.value).ljust(4, b"\0") if inline else struct.pack(f"{order}I", values_start + len(values))
        entries.append(struct.pack(f"{order}HHI", tag.number, tag.type, tag.count) + place)
        if not inline:
            values += tag.value
            values += b"\0" * (len(values) % 2)
    header = data[:4] + struct.pack(f"{order}I", start)
    directory = struct.pack(f"{order}H", len(pixel_tags)) + b"".join(entries) + bytes(4)
    return [header, memoryview(data)[8:], bytes(len(data) % 2) + directory + bytes(values)]
