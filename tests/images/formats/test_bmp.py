"""BMP headers: run lengths, rows from the top, and any number of colours; compared with Pillow."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from app.errors import BrokenPicture, TooLarge, UnsupportedFormat
from app.images.decode import Limits, decode
from app.images.formats.bmp import MAX_RUN_LENGTH_BYTES, read_bmp


def bmp(
    coding: int, bits: int, size: tuple[int, int], pixels: bytes, table: bytes, used: int | None = None, longer: int = 0
) -> bytes:
    """A BMP with a colour table. `used` is the number of colours in its header, `longer` how many bytes it is longer
    than that of Windows 3."""
    used = len(table) // 4 if used is None else used
    header = struct.pack("<IiiHHIIiiII", 40 + longer, *size, 1, bits, coding, len(pixels), 0, 0, used, 0)
    header += bytes(longer)
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


@pytest.mark.parametrize(("coding", "bits", "expected"), [(0, 24, 0), (1, 8, 2 * 40 * 30), (2, 4, 2 * 40 * 30)])
def test_only_run_lengths_take_memory_beside_the_picture(coding: int, bits: int, expected: int) -> None:
    assert read_bmp(bmp(coding, bits, (40, -30), bytes(3600), bytes(8))).working_bytes == expected


def test_a_bmp_stored_from_the_top() -> None:
    rows = bytes([0, 0, 255, 0, 0, 255, 0, 0])  # each padded to 4 bytes
    assert decode(bmp(0, 24, (1, -2), rows, b""), Limits()).rgb.tolist() == [[[255, 0, 0]], [[0, 255, 0]]]


@pytest.mark.parametrize("longer", [0, 12, 16, 24, 68, 84], ids=["Windows 3", "2", "3 with alpha", "OS/2 2", "4", "5"])
@pytest.mark.parametrize("used", [0, 1, 300, 1 << 24, 2**32 - 1])
@pytest.mark.parametrize("bits", [16, 24, 32])
def test_true_colour_whatever_number_of_colours_its_header_has(bits: int, used: int, longer: int) -> None:
    pixels = np.random.default_rng(bits).integers(0, 256, (6, 8 * bits // 8), np.uint8).tobytes()
    data = bmp(0, bits, (8, 6), pixels, bytes(4 * 300 if used == 300 else 0), used, longer)
    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(decode(data, Limits()).rgb, np.asarray(image.convert("RGB")))


@pytest.mark.parametrize(("used", "stored"), [(0, 256), (256, 256), (300, 300), (300, 256), (1 << 24, 256), (4, 4)])
def test_a_palette_of_more_colours_than_its_bits_can_name(used: int, stored: int) -> None:
    table = np.random.default_rng(0).integers(0, 256, (stored, 4), np.uint8)
    indices = np.random.default_rng(1).integers(0, min(stored, 256), (6, 8), np.uint8)
    rgb = decode(bmp(0, 8, (8, -6), indices.tobytes(), table.tobytes(), used), Limits()).rgb
    assert np.array_equal(rgb, table[indices][..., 2::-1])


@pytest.mark.parametrize("bits", [4, 8])
def test_a_pixel_of_a_colour_that_the_palette_lacks_is_black(bits: int) -> None:
    table = bytes([10, 20, 30, 0, 40, 50, 60, 0, 70, 80, 90, 0])
    pixels = bytes([2, 3, 15, 1]) if bits == 8 else bytes([0x23, 0xF1, 0, 0])
    rgb = decode(bmp(0, bits, (4, 1), pixels + bytes(range(1, 200)), table), Limits()).rgb
    assert rgb[0].tolist() == [[90, 80, 70], [0, 0, 0], [0, 0, 0], [60, 50, 40]]


def test_eight_bits_of_two_greys() -> None:
    table = bytes([0, 0, 0, 0, 255, 255, 255, 0])
    rgb = decode(bmp(0, 8, (4, 1), bytes([0, 1, 1, 0]), table), Limits()).rgb
    assert rgb[0, :, 0].tolist() == [0, 255, 255, 0]


@pytest.mark.parametrize("offset", [0, 54], ids=["no offset", "an offset that forgets the palette"])
def test_pixels_after_the_palette(offset: int) -> None:
    data = bytearray(bmp(0, 8, (4, 1), bytes([3, 2, 1, 0]), bytes(range(16)), 4))
    data[10:14] = struct.pack("<I", offset)
    assert decode(bytes(data), Limits()).rgb[0].tolist() == [[14, 13, 12], [10, 9, 8], [6, 5, 4], [2, 1, 0]]


MASKS = {"BGRA": (0xFF0000, 0xFF00, 0xFF, 0xFF000000), "ABGR": (0xFF000000, 0xFF0000, 0xFF00, 0xFF)}


@pytest.mark.parametrize("longer", [16, 68, 84], ids=["3 with alpha", "4", "5"])
@pytest.mark.parametrize("order", MASKS)
def test_alpha_that_was_never_written_hides_nothing(order: str, longer: int) -> None:
    rgba = np.random.default_rng(1).integers(0, 256, (6, 8, 4), np.uint8)
    for alpha in (0, 1):
        rgba[..., 3] = 0
        rgba[3, 4, 3] = alpha  # of a single pixel
        stored = rgba[..., ["RGBA".index(letter) for letter in order]]
        data = bytearray(bmp(3, 32, (8, -6), stored.tobytes(), b"", longer=longer) + b"a colour profile")
        struct.pack_into("<4I", data, 54, *MASKS[order])
        with Image.open(io.BytesIO(data)) as image:
            assert np.array_equal(np.asarray(image), rgba)
        rgb = decode(bytes(data), Limits()).rgb
        assert np.array_equal(rgb, rgba[..., :3]) == (not alpha)
        assert (rgb == 255).all(axis=2).sum() == 47 * alpha


@pytest.mark.parametrize("bits", [1, 4, 8, 24])
def test_the_first_bmps_of_os_2_have_a_short_header(bits: int) -> None:
    palette = np.random.default_rng(bits).integers(0, 256, (1 << bits if bits <= 8 else 0, 3), np.uint8)
    pixels = np.random.default_rng(9).integers(0, 256, (6, 4 * bits), np.uint8)  # of rows of 32 pixels
    start = 26 + palette.size
    header = struct.pack("<IHHHH", 12, 32, 6, 1, bits)
    data = (
        b"BM" + struct.pack("<IHHI", start + pixels.size, 0, 0, start) + header + palette.tobytes() + pixels.tobytes()
    )
    assert (read_bmp(data).width, read_bmp(data).height) == (32, 6)
    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(decode(data, Limits()).rgb, np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("coding", [4, 5, 6])
def test_a_bmp_that_contains_a_jpeg_or_a_png_is_refused(coding: int) -> None:
    with pytest.raises(UnsupportedFormat, match="a BMP that contains another format"):
        decode(bmp(coding, 24, (8, 6), bytes(144), b""), Limits())


def test_run_lengths_may_have_two_megabytes() -> None:
    data = bmp(1, 8, (4, 4), bytes([4, 0, 0, 0] * 4 + [0, 1]), bytes(8)).ljust(MAX_RUN_LENGTH_BYTES, b"\0")
    assert not decode(data, Limits()).rgb.any()
    with pytest.raises(TooLarge, match="may have 2 MB"):
        decode(data + b"\0", Limits())
    assert read_bmp(bmp(0, 24, (1000, 1000), bytes(3_000_000), b"")).width == 1000


def test_a_negative_width_is_refused() -> None:
    with pytest.raises(BrokenPicture, match="width is negative"):
        decode(bmp(0, 24, (-8, 6), bytes(144), b""), Limits())
    with pytest.raises(BrokenPicture, match="no pixels"):
        decode(bmp(0, 24, (0, 6), bytes(144), b""), Limits())
