"""Fields of protocol-buffer messages, against the encoding of the protobuf package."""

import pytest
from google.protobuf.internal.encoder import _VarintBytes as varint  # type: ignore[import-untyped]  # it ships no types
from onnx import TensorProto

from app.nets.reading.protobuf import (
    DELIMITED,
    FIXED32,
    FIXED64,
    VARINT,
    MessageField,
    ProtobufError,
    encode_field,
    read_fields,
)


def test_fields_are_located_in_the_bytes_of_a_message() -> None:
    message = TensorProto(name="kernel", data_type=1, raw_data=b"\x00" * 300).SerializeToString()
    fields = {field.number: field for field in read_fields(message, 0, len(message))}
    assert {number: field.wire_type for number, field in fields.items()} == {2: VARINT, 8: DELIMITED, 9: DELIMITED}
    assert message[fields[8].begin : fields[8].end] == b"kernel"
    assert fields[9].end - fields[9].begin == 300


def test_a_field_is_encoded_as_protobuf_encodes_it() -> None:
    for content in (b"", b"kernel", b"\x01" * 300):
        assert encode_field(9, content) == TensorProto(raw_data=content).SerializeToString()


@pytest.mark.parametrize(
    "data",
    [b"\x0a", b"\x0a\x05abc", b"\xff" * 11, b"\x0b", b"\x0f", b"\x02\x00", b"\x09\x00\x00"],
    ids=["no length", "cut off", "long varint", "group", "wire type 7", "number 0", "short fixed64"],
)
def test_bytes_that_are_no_message_are_refused(data: bytes) -> None:
    with pytest.raises(ProtobufError):
        list(read_fields(data, 0, len(data)))


@pytest.mark.parametrize("number", [1, 15, 16, 2047, 2048, (1 << 29) - 1])
@pytest.mark.parametrize(
    ("wire_type", "prefix", "content"),
    [
        (FIXED32, b"", b"\xff" * 4),
        (FIXED64, b"", b"\xff" * 8),
        *((DELIMITED, varint(length), b"\xff" * length) for length in (0, 1, 127, 128, 300)),
        *((VARINT, b"", varint(value)) for value in (0, 127, 128, 255, 1 << 14, (1 << 64) - 1)),
    ],
)
def test_every_kind_of_field_is_located_between_others(
    number: int, wire_type: int, prefix: bytes, content: bytes
) -> None:
    key = varint(number << 3 | wire_type)
    before, after = b"\x08\x01", encode_field(3, b"last")
    begin = len(before) + len(key) + len(prefix)
    end = begin + len(content)
    data = b"??" + before + key + prefix + content + after + b"\xff\xff"
    first, found, last = read_fields(data, 2, len(data) - 2)
    assert first == MessageField(1, VARINT, 2, 3, 4)
    assert found == MessageField(number, wire_type, 2 + len(before), 2 + begin, 2 + end)
    assert last == MessageField(3, DELIMITED, 2 + end, len(data) - 6, len(data) - 2)
    for cut in range(1, len(key + prefix + content)):
        with pytest.raises(ProtobufError):
            list(read_fields(data, 2, 2 + len(before) + cut))


def test_the_longest_number_has_ten_bytes() -> None:
    longest = b"\x08" + b"\xff" * 9 + b"\x01"
    assert list(read_fields(longest, 0, len(longest))) == [MessageField(1, VARINT, 0, 1, 11)]
    with pytest.raises(ProtobufError, match="too long"):
        list(read_fields(b"\x08" + b"\xff" * 10 + b"\x01", 0, 12))


@pytest.mark.parametrize("length", [0, 1, 127, 128, 16_383, 16_384])
def test_a_length_is_encoded_in_as_few_bytes_as_it_needs(length: int) -> None:
    for number in (1, 15, 16):
        content = b"x" * length
        assert encode_field(number, content) == varint(number << 3 | DELIMITED) + varint(length) + content
