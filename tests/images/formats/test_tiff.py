"""TIFF headers: unknown tags are skipped; what would decode wrongly is refused."""

import io
import struct
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image as PillowImage

from app.errors import BrokenPicture, TooLarge, UnsupportedFormat
from app.images.decode import Limits, decode
from app.images.formats import tiff
from app.images.formats.tiff import COLOUR_MAP, MAX_PIECES, MAX_TAG_BYTES, PIXEL_TAGS, read_tiff
from tests.images.formats.flat import is_flat


def test_unknown_tiff_tags_are_never_read(make: Any) -> None:
    pixels = np.full((24, 40, 3), [0x33, 0x66, 0x99], np.uint8)
    tags = {256: ("H", [40]), 257: ("H", [24]), 258: ("H", [8] * 3), 259: ("H", [1]), 262: ("H", [2])}
    tags |= {277: ("H", [3]), 278: ("H", [24])}
    strange = {number: ("H", [0xFFFF] * 9) for number in range(30_000, 36_000) if number not in PIXEL_TAGS}
    assert is_flat(make.tiff(tags | strange, pixels.tobytes()))


def test_a_tiff_strip_larger_than_memory_is_refused(make: Any) -> None:
    tags = {256: ("H", [8]), 257: ("H", [8]), 258: ("H", [8]), 259: ("H", [5]), 262: ("H", [1]), 277: ("H", [1])}
    tags |= {322: ("I", [60_000]), 323: ("I", [60_000]), 324: ("I", [8]), 325: ("I", [8])}
    with pytest.raises(TooLarge, match="3600 MB"):
        decode(make.tiff(tags, bytes(8)), Limits())


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("missing", [256, 257], ids=["width", "height"])
def test_a_tiff_that_does_not_say_how_large_it_is_has_no_pixels(missing: int, bits: int, make: Any) -> None:
    tags = {256: ("H", [20]), 257: ("H", [30]), 258: ("H", [bits]), 259: ("H", [1]), 262: ("H", [1])}
    del tags[missing]
    with pytest.raises(BrokenPicture, match="it has no pixels"):
        decode(make.tiff(tags, bytes(1200)), Limits())


@pytest.mark.parametrize("kind", [0, 1, 2, 3])
def test_the_preview_that_a_raw_file_begins_with_is_not_taken_for_the_photo(kind: int, make: Any) -> None:
    data = make.tiff(SIZE | {254: ("I", [kind]), 259: ("H", [1])}, bytes(600))
    if kind & 1:
        with pytest.raises(UnsupportedFormat, match="a preview in the raw file of a camera; send JPEG"):
            decode(data, Limits())
    else:
        assert decode(data, Limits()).width == 20


SIZE = {256: ("H", [20]), 257: ("H", [30]), 258: ("H", [8]), 262: ("H", [1])}


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({259: ("H", [1])}, 0),
        ({259: ("H", [5])}, 20 * 30),
        ({259: ("H", [5]), 278: ("H", [7])}, 20 * 7),
        ({259: ("H", [5]), 278: ("H", [99])}, 20 * 30),
        ({259: ("H", [5]), 258: ("H", [8] * 3), 262: ("H", [2]), 277: ("H", [3])}, 20 * 30 * 3),
        ({259: ("H", [5]), 258: ("H", [1]), 278: ("H", [6])}, 20 * 6 // 8),
        ({259: ("H", [7]), 262: ("H", [6]), 278: ("H", [7])}, 20 * 7 * 4),
        ({259: ("H", [5]), 322: ("H", [16]), 323: ("H", [32])}, 16 * 32),
    ],
    ids=["as it is", "whole", "strips", "a long strip", "colours", "bits", "YCbCr", "tiles"],
)
def test_a_compressed_strip_or_tile_is_decoded_as_a_whole(tags: Any, expected: int, make: Any) -> None:
    assert read_tiff(make.tiff(SIZE | tags, bytes(8))).working_bytes == expected


def test_colours_that_are_as_fine_as_the_brightness_stay_so() -> None:
    noise = np.random.default_rng(5).integers(0, 256, (24, 40, 3), np.uint8)
    picture, file = PillowImage.fromarray(noise, "YCbCr"), io.BytesIO()
    picture.save(file, "TIFF", compression="tiff_lzw")  # by default, TIFF has one colour for four pixels
    difference = np.abs(decode(file.getvalue(), Limits()).rgb.astype(int) - np.asarray(picture.convert("RGB")))
    assert difference.mean() < 2


def test_the_parts_of_a_header_may_be_as_large_as_allowed(make: Any) -> None:
    plain = SIZE | {259: ("H", [1])}
    strips = make.tiff(plain, bytes(600 + MAX_PIECES), planes=MAX_PIECES)
    assert read_tiff(strips).width == 20
    with pytest.raises(TooLarge, match="70,000 strips"):
        read_tiff(make.tiff(plain, bytes(MAX_PIECES + 1), planes=MAX_PIECES + 1))
    for tag, size, refusal in (
        (COLOUR_MAP, MAX_TAG_BYTES, nullcontext()),
        (COLOUR_MAP, MAX_TAG_BYTES + 1, pytest.raises(BrokenPicture, match="its header is invalid")),
        (700, MAX_TAG_BYTES + 1, nullcontext()),  # of no use for the pixels
    ):
        with refusal:
            assert read_tiff(make.tiff(plain | {tag: ("B", [0] * size)}, bytes(600))).width == 20


def test_planes_of_numbers_take_memory_beside_the_picture(make: Any) -> None:
    numbers = SIZE | {258: ("H", [16] * 3), 262: ("H", [2]), 277: ("H", [3]), 259: ("H", [1])}
    assert read_tiff(make.tiff(numbers, bytes(3600))).working_bytes == 20 * 30 * 6
    apart = read_tiff(make.tiff(numbers | {284: ("H", [2])}, bytes(3600), planes=3))
    assert apart.working_bytes == 20 * 30 * 6
    tiles = {259: ("H", [8]), 322: ("I", [16]), 323: ("I", [16])}  # two, side by side, and one more at a time
    assert read_tiff(make.tiff(numbers | tiles, bytes(3600))).working_bytes == 32 * 30 * 6 + 16 * 16 * 6


@pytest.mark.parametrize("subsampling", [None, [2, 2], [2, 1], [1, 2], [1, 1]], ids=str)
def test_colours_that_are_coarser_than_the_brightness_are_not_read_without_a_compression(
    subsampling: list[int] | None, make: Any
) -> None:
    """Another page, or whatever follows in the file, would be taken for the rest of the pixels."""
    tags = SIZE | {258: ("H", [8] * 3), 259: ("H", [1]), 262: ("H", [6]), 277: ("H", [3])}
    data = make.tiff(tags | ({530: ("H", subsampling)} if subsampling else {}), bytes([128]) * 1800)
    if subsampling == [1, 1]:
        assert (decode(data, Limits()).rgb == 128).all()
    else:
        with pytest.raises(UnsupportedFormat, match="subsampled YCbCr without compression"):
            decode(data, Limits())


def test_numbers_of_tags_and_of_compressions_are_those_of_tifffile() -> None:
    names = {
        "T4Options": tiff.T4, "T6Options": tiff.T6, "ColorMap": tiff.COLOUR_MAP, "JPEGTables": tiff.JPEG_TABLES,
        "YCbCrCoefficients": tiff.COEFFICIENTS, "YCbCrSubSampling": tiff.SUBSAMPLING,
        "YCbCrPositioning": tiff.POSITIONING, "ReferenceBlackWhite": tiff.BLACK_WHITE, "NewSubfileType": tiff.KIND,
    }  # fmt: skip
    assert {name: tifffile.TIFF.TAGS[name] for name in names} == names
    codings = "NONE CCITTRLE CCITTFAX3 CCITTFAX4 LZW JPEG ADOBE_DEFLATE PACKBITS DEFLATE"
    assert {tifffile.COMPRESSION[name] for name in codings.split()} == tiff.CODINGS
    assert tifffile.FILETYPE.REDUCEDIMAGE == tiff.REDUCED


@pytest.mark.parametrize("compression", [6, 34712, 34925, 50000, 50001])
def test_rare_tiff_compressions_are_refused(compression: int, make: Any) -> None:
    tags = {256: ("H", [8]), 257: ("H", [8]), 259: ("H", [compression])}
    with pytest.raises(UnsupportedFormat, match="compression"):
        decode(make.tiff(tags, bytes(8)), Limits())


def test_a_tiff_directory_that_leads_to_itself(make: Any) -> None:
    tiff = make.tiff_of(np.zeros((4, 4), np.uint8), 1)
    (start,) = struct.unpack_from("<I", tiff, 4)
    (count,) = struct.unpack_from("<H", tiff, start)
    at = start + 2 + 12 * count
    loop = tiff[:at] + struct.pack("<I", start) + tiff[at + 4 :]
    assert (decode(loop, Limits()).rgb == 0).all()
