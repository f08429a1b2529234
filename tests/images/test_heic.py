"""HEIC: every kind of pixel as it was encoded, upright once, and refused where libheif would leave parts out."""

import io
import struct
from typing import Any

import numpy as np
import numpy.typing as npt
import pillow_heif
import pytest
from PIL import Image

from app.errors import BrokenPicture, TooLarge
from app.images.decode import Limits
from app.images.heic import decode_heic, is_cut
from tests.images.heif import heic, with_size
from tests.images.orientations import UPRIGHT

ROWS, COLUMNS = np.mgrid[0:96, 0:160]
GREY = (ROWS * 255 // 95).astype(np.uint8)
BLUE, ALPHA = (ROWS * 37 + COLUMNS * 11) % 256, (ROWS * 13 + COLUMNS * 29 + 7) % 256
COLOURS = np.stack([GREY, COLUMNS * 255 // 159, BLUE], axis=-1).astype(np.uint8)
TRANSPARENT = np.dstack([COLOURS, ALPHA]).astype(np.uint8)
ON_WHITE = np.rint((COLOURS * (ALPHA[..., None] / 255)) + (255 - ALPHA[..., None]))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (heic(COLOURS), COLOURS),
        (heic(GREY), np.dstack([GREY] * 3)),
        (heic(COLOURS.astype(np.uint16) * 257), COLOURS),
        (heic(TRANSPARENT), ON_WHITE),
        (heic(TRANSPARENT.astype(np.uint16) * 257), ON_WHITE),
        (heic(COLOURS, tile_size=64), COLOURS),
    ],
    ids=["8 bits", "grey", "10 bits", "alpha", "10 bits and alpha", "tiles"],
)
def test_the_pixels_are_those_that_were_encoded(data: bytes, expected: npt.NDArray[Any]) -> None:
    picture = decode_heic(data, Limits())
    assert (picture.format, picture.width, picture.height) == ("HEIC", 160, 96)
    np.testing.assert_allclose(picture.rgb, expected, atol=1)
    assert picture.rgb.flags.c_contiguous
    assert not picture.rgb.flags.writeable


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_a_photo_that_says_its_orientation_twice_is_turned_once(orientation: int) -> None:
    data = heic(COLOURS, orientation)
    exif = Image.Exif()
    exif.load(pillow_heif.open_heif(data).info["exif"])
    assert exif[0x0112] == orientation
    picture = decode_heic(data, Limits())
    np.testing.assert_array_equal(picture.rgb, UPRIGHT[orientation](COLOURS))
    assert (picture.height, picture.width) == picture.rgb.shape[:2]


def test_the_primary_picture_counts() -> None:
    file = pillow_heif.from_pillow(Image.fromarray(255 - COLOURS))
    file.add_from_pillow(Image.fromarray(COLOURS))
    stream = io.BytesIO()
    file.save(stream, primary_index=1, quality=-1, chroma=444, matrix_coefficients=0)
    np.testing.assert_array_equal(decode_heic(stream.getvalue(), Limits()).rgb, COLOURS)


def test_a_large_photo_is_reduced_as_pillow_does_it() -> None:
    small = Image.fromarray(COLOURS).resize((50, 30), Image.Resampling.LANCZOS)
    picture = decode_heic(heic(COLOURS), Limits(max_side=50))
    assert (picture.width, picture.height) == (160, 96)
    np.testing.assert_allclose(picture.rgb, np.asarray(small), atol=1)


@pytest.mark.parametrize("tile_size", [0, 64])
def test_a_file_that_was_cut_off_is_refused(tile_size: int) -> None:
    """libheif itself decodes what is there of the tiles, and says nothing of the others."""
    whole = heic(COLOURS, tile_size=tile_size)
    for end in np.linspace(0, len(whole) - 1, 20, dtype=int):
        with pytest.raises(BrokenPicture):
            decode_heic(whole[:end], Limits())


@pytest.mark.parametrize("long", [False, True], ids=["32 bits", "64 bits"])
def test_a_file_is_cut_where_a_box_of_it_is(long: bool) -> None:
    size = struct.pack(">I4sQ", 1, b"mdat", 16 + 40) if long else struct.pack(">I4s", 8 + 40, b"mdat")
    data = struct.pack(">I4s", 12, b"ftyp") + b"heic" + size + bytes(40)
    cut = [is_cut(data[:end]) for end in range(len(data) + 1)]
    assert cut == [False] * 8 + [True] * 4 + [False] * len(size) + [True] * 40 + [False]
    for ending in (b"\0\0\0\x09free?", b"\0\0\0\7mdat", b"\0\0\1\0none", b"1234567", b"\0\0\0\0free"):
        assert not is_cut(data + ending)
    assert is_cut(data + b"\0\0\0\x08free" + b"\0\0\0\x0afree?")


def test_what_follows_the_picture_is_ignored() -> None:
    data = heic(COLOURS) + b"\0\0\xff\xffmpvd, a video of some phones"
    np.testing.assert_array_equal(decode_heic(data, Limits()).rgb, COLOURS)


@pytest.mark.parametrize(
    ("size", "words"),
    [((20_000, 20_000), "100 megapixels"), ((65_536, 1), "65535 on a side"), ((5001, 5000), "at most 25")],
)
def test_pixels_are_limited_by_the_header(size: tuple[int, int], words: str) -> None:
    with pytest.raises(TooLarge, match=words):
        decode_heic(with_size(heic(COLOURS), *size), Limits())


def test_deep_pixels_need_more_memory() -> None:
    flat = np.zeros((96, 160, 3), np.uint16)
    limits = Limits(max_decoded_pixels=96 * 160)
    assert decode_heic(heic(flat.astype(np.uint8), chroma=420), limits).width == 160
    with pytest.raises(TooLarge, match="would take"):
        decode_heic(heic(flat, chroma=420), limits)


@pytest.mark.parametrize("size", [(80, 48), (161, 96), (96, 160), (0, 0)])
def test_a_header_with_another_size_than_the_picture_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(BrokenPicture):
        decode_heic(with_size(heic(COLOURS), *size), Limits())


def test_bytes_are_limited() -> None:
    with pytest.raises(TooLarge, match=r"at most 0\.001 MB"):
        decode_heic(heic(COLOURS), Limits(max_bytes=1000))
