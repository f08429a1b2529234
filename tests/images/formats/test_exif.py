"""EXIF blocks: no value but the orientation is read, and the first block counts, as in Pillow and in browsers."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageOps

from app.images.decode import Limits, decode
from app.images.formats.exif import (
    BYTE,
    LONG,
    SHORT,
    UNIT_BYTES,
    Directory,
    Tag,
    orientation,
    read_directory,
    replace_directory,
)
from tests.images.formats.flat import FLAT, is_flat


def test_overlapping_exif_values_are_never_read(make: Any) -> None:
    """5,000 tags that all claim the same 60 KB would be 300 MB for a reader that keeps each."""
    entries = b"".join(struct.pack("<HHII", number, 7, 60_000, 8) for number in range(1000, 6000))
    block = b"II*\0" + struct.pack("<IH", 8, 5000) + entries
    assert is_flat(make.jpeg_with(make.saved(FLAT, "JPEG"), 0xE1, b"Exif\0\0" + block))


HALVES = np.zeros((40, 64, 3), np.uint8)  # upper left red, lower left green, right black: no two orientations are equal
HALVES[:20, :32, 0] = HALVES[20:, :32, 1] = 255

EXIF = b"Exif\0\0"


def assert_as_in_pillow(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as image:
        image.load()  # what follows the pixels is read too
        upright = np.asarray(ImageOps.exif_transpose(image).convert("RGB")).astype(int)
    picture = decode(data, Limits())
    assert (picture.height, picture.width) == picture.rgb.shape[:2] == upright.shape[:2]
    assert np.abs(picture.rgb - upright).max() <= 2


@pytest.mark.parametrize("blocks", [(6, 1), (1, 6), (8, 3, 5), (0, 6), (9, 6), (2,)], ids=str)
def test_the_first_exif_block_of_a_jpeg_counts(blocks: tuple[int, ...], make: Any) -> None:
    jpeg = make.saved(HALVES, "JPEG", quality=95, subsampling=0)
    for value in reversed(blocks):
        jpeg = make.jpeg_with(jpeg, 0xE1, EXIF + make.exif(value))
    assert_as_in_pillow(jpeg)


@pytest.mark.parametrize("prefix", [b"", EXIF], ids=["bare", "marked"])
@pytest.mark.parametrize("place", ["before the pixels", "after the pixels"])
def test_the_exif_chunk_of_a_png(place: str, prefix: bytes, make: Any) -> None:
    png = make.saved(HALVES, "PNG")
    at = png.index(b"IDAT" if place == "before the pixels" else b"IEND") - 4
    assert_as_in_pillow(png[:at] + make.chunk(b"eXIf", prefix + make.exif(6)) + png[at:])


def test_the_first_exif_chunk_of_a_png_counts(make: Any) -> None:
    rows = [row.tobytes() for row in HALVES]
    once = decode(make.png((64, 40), 8, 2, rows, eXIf=make.exif(6)), Limits())
    twice = decode(make.png((64, 40), 8, 2, rows, eXIf=[make.exif(6), make.exif(3)]), Limits())
    assert np.array_equal(once.rgb, twice.rgb)


@pytest.mark.parametrize("with_chunk", [False, True], ids=["alone", "with an eXIf chunk"])
@pytest.mark.parametrize("name", ["tEXt", "zTXt"])
def test_the_exif_text_that_imagemagick_writes_into_a_png(name: str, with_chunk: bool, make: Any) -> None:
    block = EXIF + make.exif(6)
    text = b"\nexif\n%8d\n" % len(block) + block.hex().encode() + b"\n"
    body = b"Raw profile type exif\0" + (b"\0" + zlib.compress(text) if name == "zTXt" else text)
    chunks = {"eXIf": make.exif(3)} if with_chunk else {}
    assert_as_in_pillow(make.png((64, 40), 8, 2, [row.tobytes() for row in HALVES], **{name: body}, **chunks))


@pytest.mark.parametrize("text", [b"", b"\nexif\n 8\nxyz", b"\nexif\n 3\nabc", b"\xff\n\n\n\xff"], ids=repr)
def test_a_damaged_exif_text_is_ignored(text: bytes, make: Any) -> None:
    rows = [row.tobytes() for row in HALVES]
    for body in (b"Raw profile type exif\0" + text, b"Raw profile type exif\0\0" + text):
        data = make.png((64, 40), 8, 2, rows, tEXt=body, zTXt=body)
        assert np.array_equal(decode(data, Limits()).rgb, HALVES)


def orientations(kind: int, count: int, value: int, order: str) -> bytes:
    """A block whose first tag of the orientation has this type and count."""
    sizes = {1: "B", 3: "H", 4: "I", 9: "i"}
    entry = struct.pack(f"{order}HHI", 0x0112, kind, count) + struct.pack(f"{order}{sizes[kind]}", value).ljust(
        4, b"\0"
    )
    header = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}I", 10) + b"??"
    return header + struct.pack(f"{order}H", 1) + entry + bytes(4)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("kind", "count", "value", "expected"),
    [(3, 1, value, value if 1 <= value <= 8 else 1) for value in range(11)]
    + [(4, 1, 6, 6), (4, 1, 1 << 31, 1), (1, 1, 6, 1), (9, 1, 6, 1), (3, 2, 6, 1), (3, 0, 6, 1)],
)
def test_an_orientation_is_one_small_number(kind: int, count: int, value: int, expected: int, order: str) -> None:
    block = orientations(kind, count, value, order)
    assert orientation(block) == orientation(EXIF + block) == orientation(EXIF * 2 + block) == expected


def test_of_two_orientations_the_first_counts_that_can_be_read() -> None:
    bytes_first, short = orientations(1, 1, 3, "<")[12:24], orientations(3, 1, 6, "<")[12:24]
    other = orientations(3, 1, 8, "<")[12:24]
    block = b"II*\0\x08\0\0\0\3\0" + bytes_first + short + other
    assert orientation(block) == 6
    assert orientation(block[:29]) == 1, "the second entry is cut off"


@pytest.mark.parametrize("length", [8, 9])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_directory_that_replaces_another_has_the_same_tags(order: str, length: int) -> None:
    data = {"<": b"II*\0", ">": b"MM\0*"}[order] + bytes(length - 4)
    random = np.random.default_rng(1)
    values = {(kind, count): random.bytes(count * UNIT_BYTES[kind]) for kind in UNIT_BYTES for count in range(1, 10)}
    written = [
        Tag(number, *kind_and_count, memoryview(value), order)
        for number, (kind_and_count, value) in enumerate(values.items())
    ]
    whole = b"".join(replace_directory(data, written))
    assert read_directory(whole) == Directory({tag.number: tag for tag in written}, order)
    places = [struct.unpack_from(f"{order}I", whole, 4)[0]]
    for number, tag in enumerate(written):
        (place,) = struct.unpack_from(f"{order}I", whole, places[0] + 2 + 12 * number + 8)
        places += [place] * (len(tag.value) > 4)
    assert all(place % 2 == 0 for place in places), "each begins on a whole word (TIFF 6.0, section 2)"


def test_a_tag_without_values_or_of_an_unknown_type_is_left_out() -> None:
    entries = [struct.pack("<HHII", number, *entry) for number, entry in enumerate([(3, 0, 0), (99, 1, 0), (3, 1, 7)])]
    directory = read_directory(b"II*\0\x08\0\0\0\3\0" + b"".join(entries))
    assert [number in directory for number in range(3)] == [False, False, True]
    assert (directory.integer(0, 5), directory.integer(2, 5)) == (5, 7)


def test_a_value_ends_within_the_file() -> None:
    entry = struct.pack("<HHII", 7, 3, 5, 22)  # five numbers right behind the directory
    whole = b"II*\0\x08\0\0\0\1\0" + entry + struct.pack("<5H", *range(5))
    assert read_directory(whole).integers(7, ()) == (0, 1, 2, 3, 4)
    assert 7 not in read_directory(whole[:-1])


def test_the_types_of_values_take_as_many_bytes_as_their_numbers() -> None:
    codes = {1: "B", 2: "c", 3: "H", 4: "I", 5: "II", 6: "b", 7: "B", 8: "h", 9: "i", 10: "ii", 11: "f", 12: "d"}
    assert {kind: struct.calcsize(f"={code}") for kind, code in codes.items()} == UNIT_BYTES
    assert [tifffile.DATATYPE[name] for name in ("BYTE", "SHORT", "LONG")] == [BYTE, SHORT, LONG]


def webp_with(chunks: list[bytes], flags: int, make: Any, padding: bytes = b"") -> bytes:
    """A lossless WebP in the extended format with `flags` and chunks of EXIF; `padding` follows the RIFF container."""
    simple: bytes = make.saved(HALVES, "WebP", lossless=True)
    extended = struct.pack("<4sIB3x", b"VP8X", 10, flags) + (63).to_bytes(3, "little") + (39).to_bytes(3, "little")
    exif = b"".join(struct.pack("<4sI", b"EXIF", len(body)) + body + b"\0" * (len(body) % 2) for body in chunks)
    body = b"WEBP" + extended + simple[12:] + exif
    return b"RIFF" + struct.pack("<I", len(body)) + body + padding


@pytest.mark.parametrize("flags", [8, 0], ids=["announced", "not announced"])
@pytest.mark.parametrize("blocks", [(6,), (6, 1), (1, 6), (3, 5, 7)], ids=str)
def test_the_first_exif_chunk_of_a_webp_counts(blocks: tuple[int, ...], flags: int, make: Any) -> None:
    assert_as_in_pillow(webp_with([make.exif(orientation) for orientation in blocks], flags, make))
    assert_as_in_pillow(webp_with([EXIF + make.exif(orientation) for orientation in blocks], flags, make))


def test_a_chunk_of_odd_length_has_one_more_byte(make: Any) -> None:
    """Before the EXIF chunk stands one of a single byte, which is padded."""
    data = webp_with([make.exif(6)], 8, make)
    place = data.rindex(b"EXIF")
    longer = data[:place] + b"ODD " + struct.pack("<I", 1) + b"x\0" + data[place:]
    assert_as_in_pillow(longer[:4] + struct.pack("<I", len(longer) - 8) + longer[8:])


def test_what_follows_the_container_of_a_webp_is_no_exif(make: Any) -> None:
    exif = make.exif(6)
    chunk = struct.pack("<4sI", b"EXIF", len(exif)) + exif
    assert_as_in_pillow(webp_with([], 8, make, padding=chunk))
    simple = make.saved(HALVES, "WebP", lossless=True)
    assert_as_in_pillow(simple + chunk)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_of_a_tiff(orientation: int, make: Any) -> None:
    assert_as_in_pillow(make.saved(HALVES, "TIFF", tiffinfo={0x0112: orientation}))
