"""JPEG headers: bombs and oddities are refused or skipped before a decoder reads them."""

from typing import Any

import pytest

from app.errors import BrokenPicture, TooLarge, UnsupportedFormat
from app.images.decode import Limits, decode
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


@pytest.mark.parametrize(("process", "name"), [(0xC3, "lossless"), (0xC9, "arithmetic"), (0xCA, "arithmetic")])
def test_rare_jpeg_processes_are_refused(process: int, name: str, make: Any) -> None:
    jpeg = make.saved(FLAT, "JPEG").replace(b"\xff\xc0", bytes([0xFF, process]), 1)
    with pytest.raises(UnsupportedFormat, match=name):
        decode(jpeg, Limits())


def test_a_jpeg_of_two_sizes_is_refused(make: Any) -> None:
    jpeg = make.saved(FLAT, "JPEG")
    frame = jpeg[jpeg.index(b"\xff\xc0") :][:19]
    with pytest.raises(BrokenPicture, match="two sizes"):
        decode(jpeg[:2] + frame + jpeg[2:], Limits())
