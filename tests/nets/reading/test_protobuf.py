"""Fields of protocol-buffer messages, against the encoding of the protobuf package."""

import pytest
from onnx import TensorProto

from app.nets.reading.protobuf import DELIMITED, VARINT, ProtobufError, encode_field, read_fields


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
