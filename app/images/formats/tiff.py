"""TIFF headers: the first directory, rewritten with only the tags that describe the pixels (TIFF 6.0)."""

from app.errors import TooLarge
from app.images.formats.exif import Directory, orientation, read_directory, replace_directory
from app.images.formats.header import EncodedImage, broken_picture
from app.images.formats.samples import (
    BITS,
    COMPRESSION,
    EXTRA,
    FILL_ORDER,
    LENGTH,
    OFFSETS,
    PHOTOMETRIC,
    PLANAR,
    PREDICTOR,
    ROWS_PER_STRIP,
    SAMPLE_FORMAT,
    SAMPLES,
    TILE_LENGTH,
    TILE_WIDTH,
    UNCOMPRESSED,
    WHITE_IS_ZERO,
    WIDTH,
    YCBCR,
    read_layout,
)
from app.images.formats.signatures import unsupported_format

T4, T6, COLOUR_MAP, JPEG_TABLES = 292, 293, 320, 347
COEFFICIENTS, SUBSAMPLING, POSITIONING, BLACK_WHITE = 529, 530, 531, 532
PIXEL_TAGS = {
    *(WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC, SAMPLES, ROWS_PER_STRIP, TILE_WIDTH, TILE_LENGTH),
    *(FILL_ORDER, PLANAR, T4, T6, PREDICTOR, COLOUR_MAP, EXTRA, SAMPLE_FORMAT),
    *(JPEG_TABLES, COEFFICIENTS, SUBSAMPLING, POSITIONING, BLACK_WHITE),
    *OFFSETS,
}
KIND, REDUCED = 254, 1  # a page that is a small version of another one
CODINGS = {UNCOMPRESSED, 2, 3, 4, 5, 7, 8, 32773, 32946}  # none, CCITT, LZW, JPEG, Deflate, PackBits
MAX_PIECES = 70_000  # a strip for every row of the tallest picture
MAX_TAG_BYTES = 400_000  # a 16-bit palette


def read_tiff(data: bytes) -> EncodedImage:
    """Size, coding and orientation of a TIFF's first page; raises BrokenPicture, UnsupportedFormat or TooLarge."""
    directory = read_directory(data)
    if directory.integer(KIND, 0) & REDUCED:
        raise unsupported_format("a preview in the raw file of a camera")
    pixel_tags = [directory.tags[number] for number in sorted(PIXEL_TAGS & directory.tags.keys())]
    for tag in pixel_tags:
        if tag.count > MAX_PIECES and tag.number in OFFSETS:
            raise TooLarge(f"A TIFF may have {MAX_PIECES:,} strips or tiles.", max_pieces=MAX_PIECES)
        if len(tag.value) > MAX_TAG_BYTES and tag.number not in OFFSETS:
            raise broken_picture("TIFF", "its header is invalid")
    width, height = directory.integer(WIDTH, 0), directory.integer(LENGTH, 0)
    coding = directory.integer(COMPRESSION, UNCOMPRESSED)
    if coding not in CODINGS:
        raise unsupported_format("a TIFF in a compression that is not supported")
    samples = read_layout(data, directory)
    is_ycbcr = directory.integer(PHOTOMETRIC, WHITE_IS_ZERO) == YCBCR
    if is_ycbcr and coding == UNCOMPRESSED and directory.integers(SUBSAMPLING, (2, 2)) != (1, 1):
        raise unsupported_format("a TIFF of subsampled YCbCr without compression")
    working = 0 if coding == UNCOMPRESSED else _piece_bytes(directory, width, height)
    if samples is not None:
        working += len(samples.planes) * samples.row_bytes * height
    parts = replace_directory(data, pixel_tags)
    return EncodedImage("TIFF", parts, width, height, orientation(data), working, samples=samples)


def _piece_bytes(directory: Directory, width: int, height: int) -> int:
    """Bytes of one uncompressed strip or tile, which is decoded as a whole."""
    columns = directory.integer(TILE_WIDTH, width)
    rows = directory.integer(TILE_LENGTH, min(directory.integer(ROWS_PER_STRIP, height), height))
    if directory.integer(PHOTOMETRIC, WHITE_IS_ZERO) == YCBCR:
        return columns * rows * 4
    return columns * rows * directory.integer(SAMPLES, 1) * directory.integer(BITS, 1) // 8
