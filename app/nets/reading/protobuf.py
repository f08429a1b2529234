"""Protocol buffers: the fields of a message, located in its bytes without copying or parsing their content."""

import mmap
from collections.abc import Iterator
from typing import NamedTuple

MAX_FIELDS = 1_000_000
MAX_VARINT_BYTES = 10
VARINT, FIXED64, DELIMITED, FIXED32 = 0, 1, 2, 5


class ProtobufError(ValueError):
    """The bytes are no protocol-buffer message."""


class MessageField(NamedTuple):
    """Field `number` of a message: bytes `start` to `end`, its content `begin` to `end`."""

    number: int
    wire_type: int
    start: int
    begin: int
    end: int


def read_fields(data: bytes | mmap.mmap, begin: int, end: int) -> Iterator[MessageField]:
    """The fields of the message in bytes `begin` to `end` of `data`, in order.

    See https://protobuf.dev/programming-guides/encoding. Groups, which are deprecated and unused by ONNX, are refused.

    Raises:
        ProtobufError: a field is cut off or malformed, or there are more than a million.
    """
    at = begin
    for _ in range(MAX_FIELDS):
        if at == end:
            return
        start = at
        key, at = _read_varint(data, at, end)
        number, wire_type = key >> 3, key & 7
        if wire_type == VARINT:
            stop = _read_varint(data, at, end)[1]
        elif wire_type == DELIMITED:
            length, at = _read_varint(data, at, end)
            stop = at + length
        elif wire_type in (FIXED32, FIXED64):
            stop = at + (4 if wire_type == FIXED32 else 8)
        else:
            raise ProtobufError(f"wire type {wire_type}")
        if stop > end or number == 0:
            raise ProtobufError("a field that is cut off or has no number")
        yield MessageField(number, wire_type, start, at, stop)
        at = stop
    raise ProtobufError("too many fields")


def encode_field(number: int, content: bytes) -> bytes:
    """The encoding of a field with this content."""
    return _encode_varint(number << 3 | DELIMITED) + _encode_varint(len(content)) + content


def _read_varint(data: bytes | mmap.mmap, at: int, end: int) -> tuple[int, int]:
    if at < end and data[at] < 0x80:  # most have one byte
        return data[at], at + 1
    value = 0
    for position in range(at, min(end, at + MAX_VARINT_BYTES)):
        byte = data[position]
        value |= (byte & 0x7F) << 7 * (position - at)
        if byte < 0x80:
            return value, position + 1
    raise ProtobufError("a number that is cut off or too long")


def _encode_varint(value: int) -> bytes:
    result = bytearray()
    while value > 0x7F:
        result.append(value & 0x7F | 0x80)
        value >>= 7
    result.append(value)
    return bytes(result)
