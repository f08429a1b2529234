"""PNG headers: bombs and damage are refused or skipped before a decoder reads them."""

import zlib
from typing import Any

import pytest

from app.errors import BrokenPicture
from app.images.decode import Limits, decode
from tests.images.formats.flat import FLAT, is_flat


@pytest.mark.parametrize("name", ["zTXt", "iCCP", "iTXt"])
def test_compressed_metadata_is_never_expanded(name: str, make: Any) -> None:
    packed = zlib.compress(bytes(50_000_000))
    body = {"zTXt": b"key\0\0", "iCCP": b"key\0\0", "iTXt": b"key\0\1\0\0\0"}[name] + packed
    png = make.png((40, 24), 8, 2, [b"\x33\x66\x99" * 40] * 24, **{name: body})
    assert is_flat(png)


def test_a_png_of_endless_chunks_is_refused(make: Any) -> None:
    with pytest.raises(BrokenPicture, match="more than 20,000 parts"):
        decode(make.png((40, 24), 8, 2, [b"\x33\x66\x99" * 40] * 24, IDAT=[b""] * 30_000), Limits())


def test_a_png_with_a_wrong_checksum_is_refused(make: Any) -> None:
    png = bytearray(make.saved(FLAT, "PNG"))
    png[30] ^= 1
    with pytest.raises(BrokenPicture):
        decode(bytes(png), Limits())


def test_a_png_through_a_text_transfer_is_refused(make: Any) -> None:
    with pytest.raises(BrokenPicture, match="altered in a transfer"):
        decode(make.saved(FLAT, "PNG").replace(b"\r\n", b"\n"), Limits())
