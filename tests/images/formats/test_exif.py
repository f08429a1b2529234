"""EXIF blocks: no value but the orientation is read, and the first block counts, as in Pillow and in browsers."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from app.images.decode import Limits, decode
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
    for orientation in reversed(blocks):
        jpeg = make.jpeg_with(jpeg, 0xE1, EXIF + make.exif(orientation))
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


def test_what_follows_the_container_of_a_webp_is_no_exif(make: Any) -> None:
    exif = make.exif(6)
    chunk = struct.pack("<4sI", b"EXIF", len(exif)) + exif
    assert_as_in_pillow(webp_with([], 8, make, padding=chunk))
    simple = make.saved(HALVES, "WebP", lossless=True)
    assert_as_in_pillow(simple + chunk)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_of_a_tiff(orientation: int, make: Any) -> None:
    assert_as_in_pillow(make.saved(HALVES, "TIFF", tiffinfo={0x0112: orientation}))
