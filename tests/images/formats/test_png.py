"""PNG headers: bombs and damage are refused or skipped before a decoder reads them."""

import zlib
from typing import Any

import pytest

from app.errors import BrokenPicture
from app.images.decode import Limits, decode
from app.images.formats.png import read_png
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


def test_a_png_begins_with_its_size(make: Any) -> None:
    png = make.png((40, 24), 8, 2, [b"\x33\x66\x99" * 40] * 24)
    assert is_flat(png)
    longer = png[:8] + b"\0\0\0\x0e" + png[12:]
    for other in (longer, png.replace(b"IHDR", b"IDAT"), png[:8] + make.chunk(b"tEXt", b"a\0b") + png[8:]):
        with pytest.raises(BrokenPicture, match="does not begin with its size"):
            decode(other, Limits())


def test_the_header_of_a_png_is_read_as_far_as_the_file_reaches(make: Any) -> None:
    png = make.png((40, 24), 8, 2, [b"\x33\x66\x99" * 40] * 24)
    for missing in range(1, 30):
        cut = read_png(png[:-missing])
        assert (cut.width, cut.height) == (40, 24)
        assert b"".join(cut.parts) == png[: -missing if missing < 5 or missing > 12 else -12]


def test_what_follows_the_end_is_no_part_of_a_png(make: Any) -> None:
    png = make.png((40, 24), 8, 2, [b"\x33\x66\x99" * 40] * 24)
    for ending in (b"", b"anything", make.chunk(b"IDAT", b"") * 30_000, make.chunk(b"eXIf", make.exif(6))):
        assert read_png(png + ending).orientation == 1
        assert b"".join(read_png(png + ending).parts) == png


def test_only_16_bit_numbers_with_transparency_take_memory_for_their_low_bytes(make: Any) -> None:
    for colour, samples, clear in ((0, 1, 1), (2, 3, 3), (4, 2, 0), (6, 4, 0)):
        for depth in (8, 16):
            row = bytes(40 * samples * depth // 8)
            plain = read_png(make.png((40, 24), depth, colour, [row] * 24))
            assert plain.working_bytes == (12 * 40 * 24 if depth == 16 and colour in (4, 6) else 0)
            with_colour = read_png(make.png((40, 24), depth, colour, [row] * 24, tRNS=bytes(2 * clear)))
            assert with_colour.working_bytes == (12 * 40 * 24 if depth == 16 and colour != 0 else 0)


def test_a_png_with_a_wrong_checksum_is_refused(make: Any) -> None:
    png = bytearray(make.saved(FLAT, "PNG"))
    png[30] ^= 1
    with pytest.raises(BrokenPicture):
        decode(bytes(png), Limits())


def test_a_png_through_a_text_transfer_is_refused(make: Any) -> None:
    with pytest.raises(BrokenPicture, match="altered in a transfer"):
        decode(make.saved(FLAT, "PNG").replace(b"\r\n", b"\n"), Limits())
