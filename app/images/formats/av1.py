"""AV1 headers: the size of the frames in a bitstream (AV1 bitstream and decoding process, sections 5.3 to 5.9)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SEQUENCE_HEADER, FRAME_HEADER, FRAME, REDUNDANT_FRAME_HEADER = 1, 3, 6, 7
HEADERS = {FRAME_HEADER, FRAME, REDUNDANT_FRAME_HEADER}
MAX_UNITS = 1000
MAX_HEADER_BYTES = 400  # a sequence header of 32 operating points
KEY_FRAME, SWITCH_FRAME = 0, 3
SELECTED_BY_FRAME = 2


class Bits:
    """The bits of a header, highest first; struct.error past the end."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def read(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise struct.error("the header ends")
        return self._value >> self._left & (1 << count) - 1

    def skip(self, *counts: int) -> None:
        for count in counts:
            self.read(count)

    def skip_variable(self) -> None:
        """A number whose length is that of its leading zeros."""
        zeros = 0
        while not self.read(1):
            zeros += 1
        if zeros < 32:
            self.skip(zeros)


@dataclass(frozen=True)
class SequenceHeader:
    """What a sequence header says of its frames, as far as needed to read whether a frame has a size of its own."""

    width: int
    height: int
    is_reduced: bool
    frame_id_bits: int
    presentation_time_bits: int
    screen_content: int
    integer_motion: int
    is_deep: bool
    """Samples have more than 8 bits."""


def sequence_headers(data: bytes) -> Iterator[SequenceHeader]:
    """Each sequence header in the open bitstream units of `data`.

    Raises struct.error where a header is cut off, and ValueError where a frame has another size than its sequence.
    """
    sequence: SequenceHeader | None = None
    for kind, body in _units(data):
        if kind == SEQUENCE_HEADER:
            sequence = _read_sequence(Bits(body))
            yield sequence
        elif kind in HEADERS and (sequence is None or _has_own_size(Bits(body), sequence)):
            raise ValueError("a frame of another size")


def _units(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The type and the first bytes of each unit."""
    position = 0
    for _ in range(MAX_UNITS):
        if position >= len(data):
            return
        first = data[position]
        position += 2 if first & 4 else 1
        size = len(data) - position
        if first & 2:
            size, position = _read_size(data, position)
        yield first >> 3 & 15, data[position : position + min(size, MAX_HEADER_BYTES)]
        position += size
    raise ValueError("too many units")


def _read_size(data: bytes, position: int) -> tuple[int, int]:
    """A number in groups of 7 bits, the lowest first, and where it ends."""
    value = 0
    for index in range(8):
        byte = data[position + index]
        value |= (byte & 127) << 7 * index
        if byte < 128:
            return value, position + index + 1
    raise ValueError("a size of more than 8 bytes")


def _read_sequence(bits: Bits) -> SequenceHeader:
    bits.skip(3, 1)  # profile, still picture
    is_reduced = bool(bits.read(1))
    presentation_time_bits = 0
    if is_reduced:
        bits.skip(5)  # level
    else:
        presentation_time_bits = _skip_operating_points(bits)
    width_bits, height_bits = bits.read(4) + 1, bits.read(4) + 1
    width, height = bits.read(width_bits) + 1, bits.read(height_bits) + 1
    frame_id_bits = 0
    if not is_reduced and bits.read(1):
        frame_id_bits = bits.read(4) + 2
        frame_id_bits += bits.read(3) + 1
    bits.skip(3)  # large blocks, intra filter, intra edge filter
    screen_content, integer_motion = (SELECTED_BY_FRAME,) * 2 if is_reduced else _read_tools(bits)
    bits.skip(3)  # super-resolution, directional enhancement, restoration
    return SequenceHeader(
        width=width,
        height=height,
        is_reduced=is_reduced,
        frame_id_bits=frame_id_bits,
        presentation_time_bits=presentation_time_bits,
        screen_content=screen_content,
        integer_motion=integer_motion,
        is_deep=bool(bits.read(1)),
    )


def _skip_operating_points(bits: Bits) -> int:
    """Skip timing and operating points. Returns the bits of a presentation time in a frame header."""
    delay_bits = presentation_time_bits = 0
    has_model = False
    if bits.read(1):
        bits.skip(32, 32)
        has_equal_interval = bits.read(1)
        if has_equal_interval:
            bits.skip_variable()
        has_model = bool(bits.read(1))
        if has_model:
            delay_bits = bits.read(5) + 1
            bits.skip(32, 5)
            time_bits = bits.read(5) + 1
            presentation_time_bits = 0 if has_equal_interval else time_bits
    has_display_delay = bits.read(1)
    for _ in range(bits.read(5) + 1):
        bits.skip(12)
        if bits.read(5) > 7:
            bits.skip(1)
        if has_model and bits.read(1):
            bits.skip(delay_bits, delay_bits, 1)
        if has_display_delay and bits.read(1):
            bits.skip(4)
    return presentation_time_bits


def _read_tools(bits: Bits) -> tuple[int, int]:
    """Whether the tools for screen content and integer motion vectors are on, off or selected by each frame."""
    bits.skip(4)  # compound modes, warped motion, dual filter
    has_order_hint = bits.read(1)
    bits.skip(2 * has_order_hint)
    screen_content = SELECTED_BY_FRAME if bits.read(1) else bits.read(1)
    integer_motion = SELECTED_BY_FRAME
    if screen_content and not bits.read(1):
        integer_motion = bits.read(1)
    bits.skip(3 * has_order_hint)
    return screen_content, integer_motion


def _has_own_size(bits: Bits, sequence: SequenceHeader) -> bool:
    """Whether a frame header gives its frame a size other than that of the sequence."""
    if sequence.is_reduced or bits.read(1):  # an earlier frame is shown again
        return False
    kind = bits.read(2)
    is_shown = bits.read(1)
    if is_shown:
        bits.skip(sequence.presentation_time_bits)
    else:
        bits.skip(1)
    if kind != SWITCH_FRAME and not (kind == KEY_FRAME and is_shown):
        bits.skip(1)  # error resilience
    bits.skip(1)  # no update of probabilities
    uses_screen_content = bits.read(1) if sequence.screen_content == SELECTED_BY_FRAME else sequence.screen_content
    if uses_screen_content and sequence.integer_motion == SELECTED_BY_FRAME:
        bits.skip(1)
    bits.skip(sequence.frame_id_bits)
    return kind == SWITCH_FRAME or bool(bits.read(1))
