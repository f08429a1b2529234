"""Protocol buffers as bytes: the fields of a message, found without copying or parsing what they hold."""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass

MAX_FIELDS = 1_000_000
MAX_VARINT_BYTES = 10
VARINT, FIXED64, DELIMITED, FIXED32 = 0, 1, 2, 5


class BadWire(ValueError):
    """These bytes are no protocol-buffer message."""


@dataclass(frozen=True, slots=True)
class Field:
    """Field `number` of a message: it lies at `start` to `end`, what it holds at `begin` to `end`."""

    number: int
    wire: int
    start: int
    begin: int
    end: int


def fields(data: bytes | mmap.mmap, begin: int, end: int) -> Iterator[Field]:
    """The fields of the message at `begin` to `end` of `data`, in order.

    See https://protobuf.dev/programming-guides/encoding. Groups, deprecated there and unused by ONNX, are refused.

    Raises:
        BadWire: a field is cut off or malformed, or there are more than a million.
    """
    at = begin
    for _ in range(MAX_FIELDS):
        if at == end:
            return
        start = at
        key, at = _varint(data, at, end)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            stop = _varint(data, at, end)[1]
        elif wire == DELIMITED:
            length, at = _varint(data, at, end)
            stop = at + length
        elif wire in (FIXED32, FIXED64):
            stop = at + (4 if wire == FIXED32 else 8)
        else:
            raise BadWire(f"wire type {wire}")
        if stop > end or number == 0:
            raise BadWire("a field that is cut off or has no number")
        yield Field(number, wire, start, at, stop)
        at = stop
    raise BadWire("too many fields")


def delimited(number: int, content: bytes) -> bytes:
    """A field that holds `content`, as it is written on the wire."""
    return _written(number << 3 | DELIMITED) + _written(len(content)) + content


def _varint(data: bytes | mmap.mmap, at: int, end: int) -> tuple[int, int]:
    value = 0
    for position in range(at, min(end, at + MAX_VARINT_BYTES)):
        byte = data[position]
        value |= (byte & 0x7F) << 7 * (position - at)
        if byte < 0x80:
            return value, position + 1
    raise BadWire("a number that is cut off or too long")


def _written(value: int) -> bytes:
    result = bytearray()
    while value > 0x7F:
        result.append(value & 0x7F | 0x80)
        value >>= 7
    result.append(value)
    return bytes(result)
