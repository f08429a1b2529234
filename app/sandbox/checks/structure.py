"""The structure of an ONNX file: how many messages it has, how deep they nest and how long their parts are."""

import mmap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from google.protobuf.descriptor import Descriptor  # type: ignore[import-untyped]  # it ships no types
from onnx import ModelProto

from app.errors import NetworkError
from app.nets.reading.model_file import NOT_ONNX
from app.nets.reading.protobuf import DELIMITED, MessageField, ProtobufError, read_fields

STRING, BYTES, MESSAGE = 9, 12, 11  # types of fields in a descriptor
INITIALIZER_DEPTH = 3  # of the tensors that stay in the file: model, graph, initializer
ARRAYS = {"raw_data", "float_data", "double_data"}  # their bytes are those of the tensor
TEXTS = {"doc_string", "value"}  # prose and metadata; any other string is a name


@dataclass(frozen=True, slots=True)
class StructureLimits:
    """The most that a file may have: fields in all, bytes of a name, of a text, of its lists of integers, of the rest.

    `depth` is that of nested messages: a graph inside a node's attribute adds three. The rest is all but weights.
    """

    fields: int = 500_000
    depth: int = 48
    name_bytes: int = 1024
    text_bytes: int = 4_000_000
    integer_bytes: int = 64_000_000
    rest_bytes: int = 256_000_000


class _Message(NamedTuple):
    """The message in bytes `begin` to `end`, with the known fields of its kind."""

    kind: Mapping[int, "_Part"]
    begin: int
    end: int
    depth: int


@dataclass(frozen=True, slots=True)
class _Part:
    """A field of a kind of message: its name, its type and, if it is a message, what kind."""

    name: str
    type: int
    message: Descriptor


def check_structure(data: bytes | mmap.mmap, limits: StructureLimits) -> None:
    """Walk all messages of a model without parsing them; what a parser allocates for it is bounded after this.

    Raises:
        NetworkError: the bytes are no ONNX model, or exceed a limit.
    """
    try:
        _Walk(data, limits).check()
    except ProtobufError as error:
        raise NetworkError(NOT_ONNX) from error


class _Walk:
    def __init__(self, data: bytes | mmap.mmap, limits: StructureLimits) -> None:
        self._data = data
        self._limits = limits
        self._fields = 0
        self._integer_bytes = 0
        self._rest_bytes = 0

    def check(self) -> None:
        waiting = [_Message(_parts(ModelProto.DESCRIPTOR), 0, len(self._data), 1)]
        while waiting:
            waiting.extend(self._nested(waiting.pop()))

    def _nested(self, message: _Message) -> Iterator[_Message]:
        if message.depth > self._limits.depth:
            raise NetworkError("The network's graphs are nested too deep.", limit=self._limits.depth)
        for field in read_fields(self._data, message.begin, message.end):
            self._fields += 1
            if self._fields > self._limits.fields:
                raise NetworkError("The ONNX file has too many parts to be read.", limit=self._limits.fields)
            part = message.kind.get(field.number)
            if field.wire_type != DELIMITED:
                continue
            if part is not None and part.type == MESSAGE:
                yield _Message(_parts(part.message), field.begin, field.end, message.depth + 1)
            else:
                self._check_content(field, part, message.depth)

    def _check_content(self, field: MessageField, part: _Part | None, depth: int) -> None:
        length = field.end - field.begin
        is_array = part is not None and part.name in ARRAYS
        if part is not None and part.type == STRING:
            self._check_text(part.name, field)
        elif part is not None and part.type != BYTES and not is_array:
            self._integer_bytes += length
        if not (is_array and depth == INITIALIZER_DEPTH):
            self._rest_bytes += length
        if self._integer_bytes > self._limits.integer_bytes or self._rest_bytes > self._limits.rest_bytes:
            raise NetworkError(
                "The ONNX file has too much data outside its weights. Export weights as initializers with raw data.",
                limit=self._limits.rest_bytes,
            )

    def _check_text(self, name: str, field: MessageField) -> None:
        limit = self._limits.text_bytes if name in TEXTS else self._limits.name_bytes
        if field.end - field.begin > limit:
            what = "text" if name in TEXTS else "name"
            raise NetworkError(f"The ONNX file has a {what} of more than {limit:,} bytes.", limit=limit)
        try:
            text = self._data[field.begin : field.end].decode()
        except UnicodeDecodeError as error:
            raise NetworkError("The ONNX file is broken: it has a name that is not UTF-8.") from error
        if "\0" in text:
            raise NetworkError("The ONNX file is broken: it has a name with a null character.")


@cache
def _parts(descriptor: Any) -> Mapping[int, _Part]:
    return {field.number: _Part(field.name, field.type, field.message_type) for field in descriptor.fields}
