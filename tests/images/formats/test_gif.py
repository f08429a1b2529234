"""GIF headers: the canvas, the first frame, and comments."""

import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.errors import BrokenPicture, TooLarge
from app.images.decode import Limits, decode
from app.images.formats.gif import read_gif


def gif(canvas: tuple[int, int], frame: tuple[int, int, int, int], before: bytes = b"") -> bytes:
    """A GIF whose one frame, left, top, width, height, is all of colour 1, red; colour 0 is blue."""
    header = b"GIF89a" + struct.pack("<HHBBB", *canvas, 0x80, 0, 0) + b"\0\0\xff\xff\0\0"
    pixels = frame[2] * frame[3]
    # One bit a pixel in codes of 3 bits, the table cleared before it grows: clear, 1, clear, 1 ..., end.
    codes = [4, 1] * pixels + [5]
    bits = sum(code << 3 * index for index, code in enumerate(codes))
    packed = bits.to_bytes(-(-3 * len(codes) // 8), "little")
    blocks = b"".join(bytes([len(packed[i : i + 255])]) + packed[i : i + 255] for i in range(0, len(packed), 255))
    return header + before + b"," + struct.pack("<4HB", *frame, 0) + b"\2" + blocks + b"\0;"


def test_a_gif_frame_smaller_than_its_canvas_is_on_white() -> None:
    expected = np.full((12, 10, 3), 255)
    expected[3:8, 2:6] = [255, 0, 0]
    assert np.array_equal(decode(gif((10, 12), (2, 3, 4, 5)), Limits()).rgb, expected)


def test_only_a_frame_that_is_not_the_canvas_is_drawn_on_one() -> None:
    assert read_gif(gif((10, 12), (0, 0, 10, 12))).frame is None
    for frame in ((1, 0, 9, 12), (0, 1, 10, 11), (0, 0, 9, 12), (0, 0, 10, 11)):
        left, top, width, height = frame
        assert read_gif(gif((10, 12), frame)).frame == (left, top, left + width, top + height)


def test_a_gif_frame_outside_its_canvas_widens_it() -> None:
    picture = decode(gif((4, 4), (2, 3, 6, 7)), Limits())
    assert (picture.width, picture.height) == (8, 10)
    assert (picture.rgb[3:, 2:] == [255, 0, 0]).all()
    assert (picture.rgb[:3] == 255).all()


def test_a_gif_frame_far_outside_its_canvas_is_refused() -> None:
    with pytest.raises(TooLarge):
        decode(gif((4, 4), (60_000, 60_000, 2, 2)), Limits())


def test_gif_comments_are_skipped_and_endless_ones_refused() -> None:
    assert decode(gif((2, 2), (0, 0, 2, 2), b"!\xfe\3abc\0" * 50), Limits()).rgb[0, 0].tolist() == [255, 0, 0]
    with pytest.raises(BrokenPicture, match="no end to its header"):
        decode(gif((2, 2), (0, 0, 2, 2), b"!\xfe" + b"\1a" * 1_000_000 + b"\0"), Limits())


def control(clear: int | None) -> bytes:
    """A graphic control block, with the colour that is transparent."""
    return struct.pack("<BBBBHBB", 0x21, 0xF9, 4, clear is not None, 0, clear or 0, 0)


@pytest.mark.parametrize(("clear", "expected"), [(None, [255, 0, 0]), (0, [255, 0, 0]), (1, [255, 255, 255])])
def test_a_transparent_colour_is_white(clear: int | None, expected: list[int]) -> None:
    for before in (control(clear), control(1) + control(clear), b"!\xfe\2hi\0" + control(clear) + b"!\xfe\2hi\0"):
        assert (decode(gif((3, 2), (0, 0, 3, 2), before), Limits()).rgb == expected).all()


def test_a_frame_that_crosses_several_bands_of_a_large_canvas_is_on_white() -> None:
    left, top, width, height = 700, 380, 2, 1300  # bands have 373 rows: this begins in the second and ends in the fifth
    expected = np.full((1900, 701 + 1, 3), 255)
    expected[top : top + height, left : left + width] = [255, 0, 0]
    assert np.array_equal(decode(gif((600, 1900), (left, top, width, height)), Limits()).rgb, expected)


def test_a_gif_without_a_frame_is_damaged() -> None:
    with pytest.raises(BrokenPicture, match="it has no frame"):
        decode(gif((2, 2), (0, 0, 2, 2), b"!\xfe\2hi\0;"), Limits())


@pytest.mark.parametrize("flags", [0, 1, 7, 0x7F])
def test_a_frame_may_have_the_only_palette(flags: int) -> None:
    data = gif((3, 2), (0, 0, 3, 2))
    own = data[:10] + bytes([flags]) + data[11:13] + data[19:28] + b"\x80" + data[13:19] + data[29:]
    assert (decode(own, Limits()).rgb == [255, 0, 0]).all()


@pytest.mark.parametrize("bits", range(1, 9))
def test_a_palette_of_any_size_comes_first(bits: int, make: Any) -> None:
    table = np.random.default_rng(bits).integers(0, 256, (1 << bits, 3), np.uint8)
    table[:, 0] = range(0, 256, 256 >> bits)  # no two colours are equal
    indices = np.arange(1 << bits, dtype=np.uint8).reshape(1, -1)
    image = Image.frombytes("P", (1 << bits, 1), indices.tobytes())
    image.putpalette(table.tobytes())
    assert np.array_equal(decode(make.saved(image, "GIF", optimize=False), Limits()).rgb, table[np.newaxis])


@pytest.mark.parametrize("stray", [b"\0", b"\0\0\0", b"\xff\x01"])
def test_bytes_between_blocks_are_skipped_as_in_pillow(stray: bytes) -> None:
    comment = b"!\xfe\2hi\0"
    rgb = decode(gif((10, 12), (0, 0, 10, 12), comment + stray + comment), Limits()).rgb
    assert (rgb == [255, 0, 0]).all()
