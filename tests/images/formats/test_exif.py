"""EXIF blocks: no value but the orientation is read."""

import struct
from typing import Any

from tests.images.formats.flat import FLAT, is_flat


def test_overlapping_exif_values_are_never_read(make: Any) -> None:
    """5,000 tags that all claim the same 60 KB would be 300 MB for a reader that keeps each."""
    entries = b"".join(struct.pack("<HHII", number, 7, 60_000, 8) for number in range(1000, 6000))
    block = b"II*\0" + struct.pack("<IH", 8, 5000) + entries
    assert is_flat(make.jpeg_with(make.saved(FLAT, "JPEG"), 0xE1, b"Exif\0\0" + block))
