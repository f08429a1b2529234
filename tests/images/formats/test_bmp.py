"""BMP headers: run lengths, and rows from the top."""

import struct

import pytest

from app.errors import TooLarge
from app.images.decode import Limits, decode


def bmp(coding: int, bits: int, size: tuple[int, int], pixels: bytes, table: bytes) -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, *size, 1, bits, coding, len(pixels), 0, 0, len(table) // 4, 0)
    start = 14 + len(header) + len(table)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + header + table + pixels


def test_run_length_coded_bmp() -> None:
    table = bytes([0, 0, 255, 0, 0, 255, 0, 0])  # blue, green, red, 0: red and green
    runs = bytes([3, 0, 2, 1, 0, 0, 5, 1, 0, 0, 0, 1])  # the lower row: 3 red, 2 green; the upper: 5 green
    rgb = decode(bmp(1, 8, (5, 2), runs, table), Limits()).rgb
    assert rgb.tolist() == [[[0, 255, 0]] * 5, [[255, 0, 0]] * 3 + [[0, 255, 0]] * 2]


def test_a_long_run_length_coded_bmp_is_refused() -> None:
    with pytest.raises(TooLarge, match="save it as PNG"):
        decode(bmp(1, 8, (4000, 4000), bytes([1, 0]) * 1_500_000, bytes(8)), Limits())


def test_a_bmp_stored_from_the_top() -> None:
    rows = bytes([0, 0, 255, 0, 0, 255, 0, 0])  # each padded to 4 bytes
    assert decode(bmp(0, 24, (1, -2), rows, b""), Limits()).rgb.tolist() == [[[255, 0, 0]], [[0, 255, 0]]]
