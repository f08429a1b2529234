"""AV1 headers: sizes as the encoder was asked for them, and frames that have sizes of their own."""

import io
import struct
from typing import Any

import pytest
from PIL import Image

from app.images.formats.av1 import Bits, sequence_headers


def bitstream(size: tuple[int, int], frames: int, **options: Any) -> bytes:
    """What libaom writes for grey pictures: a still picture, or the frames of a sequence."""
    images = [Image.new("L", size, 20 * index) for index in range(frames)]
    file = io.BytesIO()
    images[0].save(file, "AVIF", save_all=frames > 1, append_images=images[1:], **options)
    data = file.getvalue()
    return data[data.index(b"mdat") + 4 :]


@pytest.mark.parametrize("frames", [1, 3], ids=["still picture", "sequence"])
@pytest.mark.parametrize("size", [(1, 1), (16, 16), (40, 24), (1000, 3), (513, 1025)])
def test_the_size_is_that_of_the_picture(size: tuple[int, int], frames: int) -> None:
    headers = list(sequence_headers(bitstream(size, frames)))
    assert {(header.width, header.height) for header in headers} == {size}
    assert {(header.is_reduced, header.is_deep) for header in headers} == {(frames == 1, False)}


@pytest.mark.parametrize("length", [0, 1, 126, 127, 128, 300])
def test_units_of_any_length_may_come_first(length: int) -> None:
    """Padding, whose length is written in groups of 7 bits."""
    size = bytes([length]) if length < 128 else bytes([length % 128 + 128, length // 128])
    units = bitstream((16, 24), 1)
    assert list(sequence_headers(bytes([15 << 3 | 2]) + size + bytes(length) + units)) == list(sequence_headers(units))


def with_bit(data: bytes, place: int) -> bytes:
    """`data` with one bit, counted from the highest of the first byte, set."""
    value = int.from_bytes(data, "big") | 1 << 8 * len(data) - 1 - place
    return value.to_bytes(len(data), "big")


def sequence_unit(width_bits: int = 6) -> bytes:
    """The header of a sequence of 40 x 24 pixels, whose frames may have sizes of their own."""
    fields = [(0, 3), (0, 1), (0, 1), (0, 1), (0, 1), (0, 5), (0, 12), (0, 5)]  # ..., one operating point
    fields += [(width_bits - 1, 4), (width_bits - 1, 4), (39, width_bits), (23, width_bits), (0, 1)]  # no frame ids
    fields += [(0, 3), (0, 4), (0, 1), (0, 1), (0, 1), (0, 3), (0, 1)]  # screen content is off; 8 bits
    text = "".join(f"{value:0{bits}b}" for value, bits in fields)
    body = int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8), "big")
    return bytes([1 << 3 | 2, len(body)]) + body


def frame_unit(override: int) -> bytes:
    """A frame header: shown now, a key frame, with or without a size of its own."""
    return bytes([3 << 3 | 2, 1, 0b0001_0000 | override << 2])


def test_a_frame_of_its_own_size_is_an_error() -> None:
    (header,) = sequence_headers(sequence_unit() + frame_unit(override=0))
    assert (header.width, header.height) == (40, 24)
    with pytest.raises(ValueError, match="another size"):
        list(sequence_headers(sequence_unit() + frame_unit(override=1)))


def test_a_frame_before_its_sequence_is_an_error() -> None:
    with pytest.raises(ValueError, match="another size"):
        list(sequence_headers(frame_unit(override=0)))


def test_a_header_that_is_cut_off_is_an_error() -> None:
    with pytest.raises(struct.error):
        list(sequence_headers(b"\x0a\3\0\0\0"))


def test_units_without_end_are_an_error() -> None:
    with pytest.raises(ValueError, match="too many units"):
        list(sequence_headers(b"\x12\0" * 5000))


def test_bits_are_read_from_the_highest() -> None:
    bits = Bits(bytes([0b1010_0001, 0b1100_0000]))
    assert [bits.read(count) for count in (1, 3, 0, 4, 2)] == [1, 2, 0, 1, 3]
    bits = Bits(bytes([0b0010_1100]))
    bits.skip_variable()  # two zeros, a one, two bits
    assert bits.read(3) == 4
