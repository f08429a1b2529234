"""JPEG headers: bombs and oddities are refused or skipped before a decoder reads them."""

import struct
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.errors import BrokenPicture, TooLarge, UnsupportedFormat
from app.images.decode import Limits, decode
from app.images.formats.jpeg import Frame, read_jpeg
from tests.images.formats.flat import FLAT, is_flat


def test_a_jpeg_of_a_thousand_scans_is_refused(make: Any) -> None:
    jpeg = make.saved(FLAT, "JPEG", progressive=True)
    end = jpeg.rindex(b"\xff\xda")
    with pytest.raises(TooLarge, match="more than 32 scans"):
        decode(jpeg[:end] + jpeg[end:-2] * 1000 + b"\xff\xd9", Limits())


def test_a_motion_photo_is_no_scan_bomb(make: Any) -> None:
    """A film after the picture holds any bytes, those of a scan's marker among them."""
    assert is_flat(make.saved(FLAT, "JPEG", progressive=True) + b"\xff\xda\0\x08" * 1000)


def test_a_jpeg_of_endless_segments_is_refused(make: Any) -> None:
    with pytest.raises(BrokenPicture, match="no end to its header"):
        decode(b"\xff\xd8" + b"\xff\xfe\0\2" * 100_000 + make.saved(FLAT, "JPEG")[2:], Limits())


def test_padding_and_junk_between_segments_is_skipped(make: Any) -> None:
    jpeg = make.saved(FLAT, "JPEG")
    assert is_flat(jpeg[:2] + b"\xff" * 1_000_000 + jpeg[3:])
    assert is_flat(jpeg[:2] + b"junk" * 1000 + jpeg[2:])


@pytest.mark.parametrize("process", range(0xC0, 0xD0))
def test_rare_jpeg_processes_are_refused(process: int, make: Any) -> None:
    jpeg = make.saved(FLAT, "JPEG").replace(b"\xff\xc0", bytes([0xFF, process]), 1)
    if process in (0xC0, 0xC1, 0xC2):
        assert read_jpeg(jpeg).width == FLAT.width
    elif process in (0xC4, 0xC8, 0xCC):  # Huffman tables, an extension, arithmetic conditioning: no frames
        with pytest.raises(BrokenPicture, match="its pixels come before its size"):
            read_jpeg(jpeg)
    else:
        with pytest.raises(UnsupportedFormat, match="a lossless or arithmetic-coded JPEG"):
            read_jpeg(jpeg)


def test_exif_is_in_its_own_segment_alone(make: Any) -> None:
    jpeg, exif = make.saved(FLAT, "JPEG"), b"Exif\0\0" + make.exif(6)
    found = [read_jpeg(make.jpeg_with(jpeg, marker, exif)).orientation for marker in range(0xE0, 0xF0)]
    assert found == [1, 6, *[1] * 14]


def test_a_jpeg_of_its_start_and_its_end_has_no_pixels() -> None:
    with pytest.raises(BrokenPicture, match="it ends before its pixels"):
        read_jpeg(b"\xff\xd8\xff\xd9" + bytes(40))


def frame(precision: int, *factors: int) -> bytes:
    """A start-of-frame segment of 16 x 16 pixels, with the sampling factors of each component."""
    components = b"".join(bytes([number, each, 0]) for number, each in enumerate(factors, start=1))
    return struct.pack(">BBHBHHB", 0xFF, 0xC0, 8 + len(components), precision, 16, 16, len(factors)) + components


@pytest.mark.parametrize(
    ("segment", "words"),
    [
        (frame(12, 0x11), "a JPEG of 1 components of 12 bits"),
        (frame(8, 0x11, 0x11), "a JPEG of 2 components of 8 bits"),
        (frame(8, *[0x11] * 5), "a JPEG of 5 components of 8 bits"),
        (frame(8, 0x10), "its subsampling is invalid"),
        (frame(8, 0x19), "its subsampling is invalid"),
        (frame(8, 0x51), "its subsampling is invalid"),
        (frame(8, 0x11, 0x11, 0x05), "its subsampling is invalid"),
        (frame(8, 0x44, 0x11, 0x11)[:-1], "ends in its header"),
    ],
)
def test_rare_frames_are_refused(segment: bytes, words: str) -> None:
    scan = b"\xff\xda\0\x08\1\1\0\0\x3f\0\0"
    with pytest.raises((BrokenPicture, UnsupportedFormat), match=words):
        read_jpeg(b"\xff\xd8" + segment + (b"" if "header" in words else scan))
    for factors in ([0x11], [0x44, 0x11, 0x11], [0x22, 0x12, 0x21, 0x22]):
        assert (read_jpeg(b"\xff\xd8" + frame(8, *factors) + scan).width, len(factors)) == (16, len(factors))


def test_only_scans_of_all_components_need_no_memory_for_coefficients(make: Any) -> None:
    whole, gradual = (make.saved(PHOTO, "JPEG", progressive=each, subsampling=0) for each in (False, True))
    grey = make.saved(PHOTO.convert("L"), "JPEG")
    assert [read_jpeg(data).working_bytes for data in (whole, grey, gradual)] == [0, 0, 2 * 3 * 96 * 128]
    scan = whole.index(b"\xff\xda")
    one = whole[: scan + 2] + b"\0\x08\1" + whole[scan + 5 : scan + 7] + b"\0\x3f\0" + whole[scan + 14 :]
    assert read_jpeg(one).working_bytes == 2 * 3 * 96 * 128


@pytest.mark.parametrize(("scans", "outcome"), [(32, nullcontext()), (33, pytest.raises(TooLarge))])
def test_a_jpeg_may_have_32_scans(scans: int, outcome: AbstractContextManager[object], make: Any) -> None:
    jpeg = make.saved(FLAT, "JPEG", progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    more = scans - jpeg.count(b"\xff\xda")
    with outcome:
        assert not read_jpeg(jpeg[:last] + jpeg[last:-2] * (more + 1) + b"\xff\xd9").is_cut


def test_a_jpeg_of_two_sizes_is_refused(make: Any) -> None:
    jpeg = make.saved(FLAT, "JPEG")
    frame = jpeg[jpeg.index(b"\xff\xc0") :][:19]
    with pytest.raises(BrokenPicture, match="two sizes"):
        decode(jpeg[:2] + frame + jpeg[2:], Limits())


# Smooth, so that a JPEG is small, and with detail everywhere.
WAVES = np.clip(128 + 100 * np.sin(np.mgrid[0:96, 0:128].sum(axis=0) / 7)[..., None] * [1, 0.5, -1], 0, 255)
PHOTO = Image.fromarray(WAVES.astype(np.uint8))


@pytest.mark.parametrize("missing", [1, 2])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_that_lacks_its_end_has_all_pixels(progressive: bool, missing: int, make: Any) -> None:
    jpeg = make.saved(PHOTO, "JPEG", progressive=progressive)
    whole, cut = decode(jpeg, Limits()), decode(jpeg[:-missing], Limits())
    assert (whole.is_cut, cut.is_cut) == (False, True)
    assert np.array_equal(cut.rgb, whole.rgb)
    assert cut.id != whole.id


def test_a_progressive_jpeg_cut_at_any_place_after_its_first_scan_is_less_sharp(make: Any) -> None:
    jpeg = make.saved(PHOTO, "JPEG", progressive=True, quality=95)
    whole = decode(jpeg, Limits()).rgb.astype(int)
    second_scan = jpeg.index(b"\xff\xda", jpeg.index(b"\xff\xda") + 2)
    errors = []
    for end in range(second_scan, len(jpeg) - 2, 7):
        picture = decode(jpeg[:end], Limits())
        assert picture.is_cut
        errors.append(np.abs(picture.rgb - whole).mean())
    assert errors[0] < 40
    assert errors[-1] < 1
    assert max(errors) == pytest.approx(errors[0], abs=1)


def test_a_progressive_jpeg_cut_after_a_scan_is_what_libjpeg_makes_of_the_scans(make: Any) -> None:
    jpeg = make.saved(PHOTO, "JPEG", progressive=True)
    scan = jpeg.rindex(b"\xff\xda")
    end = jpeg.rindex(b"\xff\xc4", 0, scan)  # its table goes before it
    expected = decode(jpeg[:end] + b"\xff\xd9", Limits())
    assert not expected.is_cut
    for cut in (end, end + 1, end + 2, end + 9, scan + 3):
        assert np.array_equal(decode(jpeg[:cut], Limits()).rgb, expected.rgb)


def test_a_baseline_jpeg_cut_in_the_middle_has_its_upper_part(make: Any) -> None:
    jpeg = make.saved(PHOTO, "JPEG", quality=95, subsampling=0)
    start = jpeg.index(b"\xff\xda")
    picture = decode(jpeg[: start + (len(jpeg) - start) // 2], Limits())
    assert picture.is_cut
    whole = decode(jpeg, Limits()).rgb
    assert np.array_equal(picture.rgb[:40], whole[:40])
    assert not np.array_equal(picture.rgb[56:], whole[56:])


@pytest.mark.parametrize("padding", [b"\0" * 4096, b"\xff" * 4096], ids=["zeros", "ones"])
def test_a_download_that_was_padded_is_cut_off_too(padding: bytes, make: Any) -> None:
    assert decode(make.saved(PHOTO, "JPEG")[:-200] + padding, Limits()).is_cut


def test_a_jpeg_without_any_pixels_is_refused(make: Any) -> None:
    jpeg = make.saved(FLAT, "JPEG")
    scan = jpeg.index(b"\xff\xda")
    for end, words in ((scan, "ends before its pixels"), (scan + 5, "ends in its header"), (scan + 14, "its pixels")):
        with pytest.raises(BrokenPicture, match=words):
            decode(jpeg[:end], Limits())


def test_a_marker_without_a_segment_between_scans_is_no_cut(make: Any) -> None:
    jpeg = make.saved(PHOTO, "JPEG", progressive=True)
    scan = jpeg.rindex(b"\xff\xc4", 0, jpeg.rindex(b"\xff\xda"))
    picture = decode(jpeg[:scan] + b"\xff\x01" + jpeg[scan:], Limits())
    assert not picture.is_cut
    assert np.array_equal(picture.rgb, decode(jpeg, Limits()).rgb)


@pytest.mark.parametrize("marker", [0xE0, 0xE5, 0xFE], ids=["APP0", "APP5", "comment"])
def test_a_segment_that_does_not_count_its_length_is_empty(marker: int, make: Any) -> None:
    jpeg = make.saved(FLAT, "JPEG")
    assert is_flat(jpeg[:2] + bytes([0xFF, marker, 0, 0]) + jpeg[2:])


def test_coefficients_take_two_bytes_each_in_whole_blocks_of_every_component() -> None:
    colour = Frame(0xC2, 8, 17, 33, ((2, 2), (1, 1), (1, 1)))  # two by three units of 16 x 16 pixels
    assert colour.coefficient_bytes() == 2 * 3 * (4 + 1 + 1) * 64 * 2
    assert Frame(0xC2, 8, 17, 33, ((2, 1), (1, 1))).coefficient_bytes() == 2 * 5 * (2 + 1) * 64 * 2
    assert Frame(0xC2, 8, 16, 8, ((1, 1),)).coefficient_bytes() == 2 * 64 * 2
