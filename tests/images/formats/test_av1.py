"""AV1 headers: sizes as the encoder was asked for them, and frames that have sizes of their own."""

import io
import struct
from typing import Any

import numpy as np
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


@pytest.mark.parametrize("extension", [b"", b"\x58"], ids=["no extension", "a layer"])
@pytest.mark.parametrize("reserved", [0, 1])
def test_a_unit_may_have_an_extension_and_its_reserved_bit_means_nothing(reserved: int, extension: bytes) -> None:
    units = bitstream((16, 24), 1)
    padding = bytes([15 << 3 | 4 * len(extension) | 2 | reserved]) + extension + b"\2ab"
    assert list(sequence_headers(padding + units)) == list(sequence_headers(units))


Field = tuple[int, int]  # a value, and its number of bits
KEY, SWITCH, REDUCED_BITS = 0, 3, 5


class Headers:
    """A sequence header and a frame header with random values in all fields, by the syntax of AV1, 5.5 and 5.9."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self.is_deep, self.is_reduced = self.any(1), self.any(1)
        self.size = (1 + self.any(10), 1 + self.any(10))
        self._time_bits = self._id_bits = 0
        self._screen_content = self._integer_motion = 2

    def any(self, bits: int) -> int:
        return int(self._random.integers(1 << bits))

    def some(self, *counts: int) -> list[Field]:
        return [(self.any(bits), bits) for bits in counts]

    def sequence(self) -> bytes:
        fields = [
            *self.some(3, 1),
            (self.is_reduced, 1),
            *(self.some(REDUCED_BITS) if self.is_reduced else self._points()),
        ]
        bits = [int(self._random.integers(10, 17)) for _ in range(2)]
        fields += [(count - 1, 4) for count in bits]
        fields += [(side - 1, count) for side, count in zip(self.size, bits, strict=True)]
        if not self.is_reduced:
            has_ids, delta, additional = self.any(1), self.any(4), self.any(3)
            self._id_bits = (delta + 2 + additional + 1) * has_ids
            fields += [(1, 1), (delta, 4), (additional, 3)] if has_ids else [(0, 1)]
        fields += self.some(3) + ([] if self.is_reduced else self._tools())
        return unit(1, [*fields, *self.some(3), (self.is_deep, 1)])

    def _points(self) -> list[Field]:
        """Timing, the decoder model and the operating points."""
        fields, has_model, delay_bits = [(0, 1)], 0, 0
        if self.any(1):
            is_equal, has_model, ticks = self.any(1), self.any(1), 1 + self.any(6)
            fields = [(1, 1), *self.some(32, 32), (is_equal, 1)]
            fields += [(ticks, 2 * ticks.bit_length() - 1)] * is_equal + [(has_model, 1)]
            if has_model:
                delay_bits, time_bits = 1 + self.any(5), 1 + self.any(5)
                self._time_bits = 0 if is_equal else time_bits
                fields += [(delay_bits - 1, 5), *self.some(32, 5), (time_bits - 1, 5)]
        has_delay, count = self.any(1), 1 + self.any(2)
        fields += [(has_delay, 1), (count - 1, 5)]
        for _ in range(count):
            level = self.any(5)
            fields += [*self.some(12), (level, 5), *self.some(*[1] * (level > 7))]
            for is_there, bits in ((has_model, (delay_bits, delay_bits, 1)), (has_delay, (4,))):
                has_own = self.any(1) * is_there
                fields += [(has_own, 1)] * is_there + self.some(*bits * has_own)
        return fields

    def _tools(self) -> list[Field]:
        has_order = self.any(1)
        fields = [*self.some(4), (has_order, 1), *self.some(*[2] * has_order)]
        is_chosen, self._screen_content = self.any(1), self.any(1)
        fields += [(1, 1)] if is_chosen else [(0, 1), (self._screen_content, 1)]
        self._screen_content = 2 if is_chosen else self._screen_content
        if self._screen_content:
            is_chosen = self.any(1)
            self._integer_motion = 2 if is_chosen else self.any(1)
            fields += [(1, 1)] if is_chosen else [(0, 1), (self._integer_motion, 1)]
        return fields + self.some(*[3] * has_order)

    def frame(self, kind: int, override: int) -> bytes:
        is_shown, tools = self.any(1), self.any(1)
        fields = [(0, 1), (kind, 2), (is_shown, 1), *self.some(self._time_bits if is_shown else 1)]
        fields += self.some(*[1] * (kind != SWITCH and not (kind == KEY and is_shown)), 1)
        fields += [(tools, 1)] if self._screen_content == 2 else []
        if (tools if self._screen_content == 2 else self._screen_content) and self._integer_motion == 2:
            fields += self.some(1)
        return unit(3, [*fields, *self.some(self._id_bits), *[(override, 1)] * (kind != SWITCH), *self.some(7)])


def unit(kind: int, fields: list[Field]) -> bytes:
    text = "".join(f"{value:0{bits}b}" if bits else "" for value, bits in fields)
    body = int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8), "big")
    return bytes([kind << 3 | 2, len(body)]) + body


def test_headers_with_any_fields_are_read_by_their_syntax() -> None:
    for seed in range(300):
        headers = Headers(seed)
        sequence = headers.sequence()
        (read,) = sequence_headers(sequence)
        assert ((read.width, read.height), read.is_deep) == (headers.size, headers.is_deep)
        for kind in (KEY, 1, 2, SWITCH):
            assert list(sequence_headers(sequence + headers.frame(kind, override=0) * (kind != SWITCH))) == [read]
            if not headers.is_reduced:
                with pytest.raises(ValueError, match="another size"):
                    list(sequence_headers(sequence + headers.frame(kind, override=1)))


def test_a_frame_before_its_sequence_is_an_error() -> None:
    with pytest.raises(ValueError, match="another size"):
        list(sequence_headers(Headers(0).frame(KEY, override=0)))


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
    for zeros, following in ((31, 31), (32, 0), (33, 0)):  # a number of 32 bits is the largest that is written
        length = zeros + 1 + following + 5
        bits = Bits(((1 << following << 5 | 21) << -length % 8).to_bytes(-(-length // 8), "big"))
        bits.skip_variable()
        assert bits.read(5) == 21
