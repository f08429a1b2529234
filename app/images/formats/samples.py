"""TIFFs of numbers other than plain bytes: the type and the layout of their samples (TIFF 6.0, supplement 3).

The compressions of a TIFF work on bytes, whatever the numbers are. So each plane is rewritten as a grey picture of
bytes, which any decoder reads, and `app.images.samples` takes the numbers from the bytes.
"""

import struct
from dataclasses import replace

from app.images.formats.exif import LONG, UNIT_BYTES, Directory, Tag, replace_directory
from app.images.formats.header import WHOLE_BYTES, Alpha, Kind, SampleLayout, SampleType, broken_picture
from app.images.formats.signatures import unsupported_format

WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER = 256, 257, 258, 259, 262, 266
SAMPLES, ROWS_PER_STRIP, PLANAR, PREDICTOR, EXTRA, SAMPLE_FORMAT = 277, 278, 284, 317, 338, 339
STRIP_OFFSETS, STRIP_BYTES, TILE_WIDTH, TILE_LENGTH, TILE_OFFSETS, TILE_BYTES = 273, 279, 322, 323, 324, 325
OFFSETS = (STRIP_OFFSETS, STRIP_BYTES, TILE_OFFSETS, TILE_BYTES)

UNCOMPRESSED, LZW, DEFLATE, PACKBITS, OLD_DEFLATE = 1, 5, 8, 32773, 32946
BYTE_CODINGS = {UNCOMPRESSED, LZW, DEFLATE, PACKBITS, OLD_DEFLATE}
PREDICTED = {LZW, DEFLATE, OLD_DEFLATE}  # the compressions that a predictor can precede
NO_PREDICTOR, DIFFERENCES, FLOAT_DIFFERENCES = 1, 2, 3

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, INKS, YCBCR, CIELAB = 0, 1, 2, 3, 5, 6, 8
COLOURS = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3, INKS: 4}
COLOUR_NAMES = {PALETTE: "palette", YCBCR: "YCbCr", CIELAB: "CIELab"}
SEPARATE = 2  # a plane for each sample

KINDS: dict[int, Kind] = {1: "unsigned", 2: "signed", 3: "floating-point", 4: "unsigned"}  # 4: not said
BIT_COUNTS: dict[Kind, set[int]] = {
    "unsigned": {*range(1, 17), 32, 64},
    "signed": WHOLE_BYTES,
    "floating-point": {16, 32, 64},
}
ALPHAS: dict[int, Alpha] = {1: "premultiplied", 2: "straight", 999: "straight"}  # 999: Corel Draw


def read_layout(data: bytes, directory: Directory) -> SampleLayout | None:
    """The layout of the samples; None for plain bytes, palettes and few bits, which Pillow reads right.

    Raises:
        UnsupportedFormat: what the samples are is named.
        BrokenPicture: the numbers of samples contradict each other.
    """
    samples = directory.integer(SAMPLES, 1)
    number = _sample_type(directory)
    photometric = directory.integer(PHOTOMETRIC, WHITE_IS_ZERO)
    is_separate = directory.integer(PLANAR, 1) == SEPARATE and samples > 1
    if _is_plain(number, photometric, samples, is_separate):
        return None
    words = f"a TIFF of {number.bits}-bit {number.kind} numbers"
    if number.bits not in BIT_COUNTS[number.kind]:
        raise unsupported_format(words)
    coding = directory.integer(COMPRESSION, UNCOMPRESSED)
    if coding not in BYTE_CODINGS:
        raise unsupported_format(f"{words} in a compression that is supported for bytes only")
    colours = COLOURS.get(photometric)
    if colours is None or (colours == COLOURS[INKS] and (number.kind != "unsigned" or number.bits > 16)):
        raise unsupported_format(f"{words} that are {COLOUR_NAMES.get(photometric, 'unusual')} colours")
    if samples < colours:
        raise broken_picture("TIFF", "it has fewer samples than colours")
    width = directory.integer(WIDTH, 0)
    tile_columns = max(directory.integer(TILE_WIDTH, width), 1)
    layout = SampleLayout(
        type=number,
        colours=colours,
        alpha=_alpha(directory, samples, colours),
        is_inverted=photometric == WHITE_IS_ZERO,
        interleaved=1 if is_separate else samples,
        tiles=-(-width // tile_columns),
        tile_columns=tile_columns,
        predictor=_predictor(directory, coding, number),
    )
    used = colours + (layout.alpha is not None) if is_separate else 1
    planes = [_byte_plane(data, directory, layout, (plane, samples if is_separate else 1)) for plane in range(used)]
    return replace(layout, planes=planes)


def _sample_type(directory: Directory) -> SampleType:
    bits, formats = directory.integers(BITS, (1,)), directory.integers(SAMPLE_FORMAT, (1,))
    if len(set(bits)) > 1 or len(set(formats)) > 1:
        raise unsupported_format("a TIFF whose samples are of different types")
    kind = KINDS.get(formats[0])
    if kind is None:
        raise unsupported_format("a TIFF of complex numbers" if formats[0] in (5, 6) else "a TIFF of unknown numbers")
    return SampleType(kind, bits[0], directory.order)


def _is_plain(number: SampleType, photometric: int, samples: int, is_separate: bool) -> bool:
    """Whether Pillow reads the picture right: bytes of known colours side by side, or one sample of up to 4 bits."""
    if number.kind != "unsigned":
        return False
    if number.bits in (1, 2, 4):
        return samples == 1
    if is_separate:
        return number.bits == 8 and (photometric not in COLOURS or samples == COLOURS[photometric])
    limits = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 2, RGB: 4, INKS: 4}
    return number.bits == 8 and samples <= limits.get(photometric, samples)


def _alpha(directory: Directory, samples: int, colours: int) -> Alpha | None:
    """What follows the colours. RGB and one more without a word is RGBA, as in libtiff; other numbers are ignored."""
    extra = samples - colours
    kinds = directory.integers(EXTRA, (2,) if (colours, extra) == (COLOURS[RGB], 1) else (0,))
    alpha = ALPHAS.get(kinds[0]) if extra else None
    if colours == 1 and extra > 1 and alpha is None:
        raise unsupported_format(f"a TIFF of {samples} channels that are not colours")
    return alpha


def _predictor(directory: Directory, coding: int, number: SampleType) -> int:
    predictor = directory.integer(PREDICTOR, NO_PREDICTOR) if coding in PREDICTED else NO_PREDICTOR
    is_known = predictor in (NO_PREDICTOR, DIFFERENCES, FLOAT_DIFFERENCES)
    is_wrong = predictor == FLOAT_DIFFERENCES and number.kind != "floating-point"
    if not is_known or is_wrong or (predictor != NO_PREDICTOR and number.is_packed):
        raise unsupported_format("a TIFF with a predictor that is not supported")
    return predictor


def _byte_plane(
    data: bytes, directory: Directory, layout: SampleLayout, part: tuple[int, int]
) -> list[memoryview | bytes]:
    """The file with a directory that describes one plane, the first of `part` out of the second, as grey bytes."""
    numbers = {
        WIDTH: layout.row_bytes,
        BITS: 8,
        COMPRESSION: directory.integer(COMPRESSION, UNCOMPRESSED),
        PHOTOMETRIC: BLACK_IS_ZERO,
        SAMPLES: 1,
    }
    copied = (LENGTH, ROWS_PER_STRIP, TILE_LENGTH, FILL_ORDER)
    numbers |= {tag: directory.integers(tag, ())[0] for tag in copied if tag in directory}
    if TILE_WIDTH in directory:
        numbers[TILE_WIDTH] = layout.tile_bytes
    order = directory.order
    tags = [Tag(tag, LONG, 1, memoryview(struct.pack(f"{order}I", value)), order) for tag, value in numbers.items()]
    tags += [_share(directory.tags[number], *part) for number in OFFSETS if number in directory]
    return replace_directory(data, sorted(tags, key=lambda tag: tag.number))


def _share(tag: Tag, plane: int, planes: int) -> Tag:
    """The places of one plane among those of all."""
    count, rest = divmod(tag.count, planes)
    if rest or not count:
        raise broken_picture("TIFF", "its planes have no places of their own")
    size = count * UNIT_BYTES[tag.type]
    return Tag(tag.number, tag.type, count, tag.value[plane * size : (plane + 1) * size], tag.order)
