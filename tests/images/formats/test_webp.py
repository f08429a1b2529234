"""WebP headers: the size in each of the three codings; a file that is cut off is refused."""

import struct
from typing import Any

import pytest
from PIL import Image

from app.errors import BrokenPicture
from app.images.decode import Limits, decode
from app.images.formats.webp import read_webp
from tests.images.formats.flat import FLAT


def test_a_cut_webp_is_refused(make: Any) -> None:
    webp = make.saved(FLAT, "WebP")
    with pytest.raises(BrokenPicture, match="cut off"):
        decode(webp[:-10], Limits())


@pytest.mark.parametrize("size", [(1, 1), (255, 256), (16_383, 2), (3, 16_383)], ids=str)
@pytest.mark.parametrize("options", [{"quality": 0}, {"lossless": True}, {"exif": b"none"}], ids=str)
def test_the_size_of_every_coding(size: tuple[int, int], options: dict[str, Any], make: Any) -> None:
    data = make.saved(Image.new("RGB", size), "WebP", method=0, **options)
    assert data[12:16] == (b"VP8L" if "lossless" in options else b"VP8X" if "exif" in options else b"VP8 ")
    assert (read_webp(data).width, read_webp(data).height) == size


def test_the_canvas_of_the_extended_format_has_24_bits_a_side() -> None:
    data = struct.pack("<4sI4s4sI4x", b"RIFF", 22, b"WEBP", b"VP8X", 10) + bytes([1, 2, 3, 4, 5, 6])
    assert (read_webp(data).width, read_webp(data).height) == (0x030201 + 1, 0x060504 + 1)
    with pytest.raises(BrokenPicture, match="cut off"):
        read_webp(data[:-1])


def test_the_fourteen_bits_of_a_lossy_side_leave_out_those_of_its_scaling() -> None:
    body = bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", 0xC123, 0x7ABC)
    data = struct.pack("<4sI4s4sI", b"RIFF", 12 + len(body), b"WEBP", b"VP8 ", len(body)) + body
    assert (read_webp(data).width, read_webp(data).height) == (0x0123, 0x3ABC)


@pytest.mark.parametrize("place", [12, 20, 23], ids=["name", "lossless start", "lossy start"])
def test_a_coding_without_its_signature_is_damaged(place: int, make: Any) -> None:
    data = bytearray(make.saved(FLAT, "WebP", lossless=place == 20))
    data[place] ^= 1
    with pytest.raises(BrokenPicture, match="does not begin with its size"):
        read_webp(bytes(data))
