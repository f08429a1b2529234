"""An ONNX file without its weights: a small model whose big tensors stay in the file, mapped where they lie."""

import math
import mmap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # it ships no types
from onnx import AttributeProto, ModelProto, TensorProto, numpy_helper

from app.errors import NetworkError
from app.nets.reading.protobuf import DELIMITED, BadWire, Field, delimited, fields

INLINE_BYTES = 1024
GRAPH, INITIALIZER = 7, 5  # field numbers in ModelProto and GraphProto
RAW_DATA = 9  # field numbers in TensorProto, here and below
PACKED_AS = {4: TensorProto.FLOAT, 10: TensorProto.DOUBLE}  # these lists are the array's own bytes
CONTENT = {4, 5, 6, 7, 9, 10, 11}
MAPPED: Mapping[int, np.dtype[Any]] = {
    TensorProto.FLOAT: np.dtype("<f4"),
    TensorProto.DOUBLE: np.dtype("<f8"),
    TensorProto.FLOAT16: np.dtype("<f2"),
    TensorProto.INT8: np.dtype("i1"),
    TensorProto.UINT8: np.dtype("u1"),
    TensorProto.INT16: np.dtype("<i2"),
    TensorProto.UINT16: np.dtype("<u2"),
    TensorProto.INT32: np.dtype("<i4"),
    TensorProto.UINT32: np.dtype("<u4"),
    TensorProto.INT64: np.dtype("<i8"),
    TensorProto.UINT64: np.dtype("<u8"),
}
MAX_AXES = 32
MISFIT = "The ONNX file is broken: a tensor's shape does not fit its bytes."
BROKEN = "The ONNX file is broken: it is cut off, or is no ONNX model."


class Weight(Protocol):
    """A constant tensor of the model, wherever it is kept."""

    def array(self) -> npt.NDArray[Any]:
        """The tensor, read-only, of its own shape and dtype.

        Raises:
            NetworkError: its shape does not fit its bytes.
        """


@dataclass(frozen=True, slots=True)
class MappedTensor:
    """A tensor that lies in a file, little-endian and row-major, `offset` bytes from its beginning."""

    path: Path
    offset: int
    nbytes: int
    dtype: np.dtype[Any]
    dims: tuple[int, ...]

    def array(self) -> npt.NDArray[Any]:
        """The tensor as a read-only view of the file: pages are read when they are touched, and nothing is copied."""
        if self.nbytes == 0:
            return np.empty(self.dims, self.dtype)
        return np.memmap(self.path, self.dtype, "r", self.offset, self.dims)


@dataclass(frozen=True, slots=True)
class InlineTensor:
    """A small tensor that the model itself holds."""

    tensor: TensorProto

    def array(self) -> npt.NDArray[Any]:
        """The tensor, read-only."""
        try:
            array = numpy_helper.to_array(self.tensor)
        except (TypeError, ValueError) as error:
            raise NetworkError(MISFIT) from error
        array.flags.writeable = False
        return array


@dataclass(frozen=True, slots=True)
class ModelFile:
    """`model` names its big tensors as external data in `folder`; `tensors` finds every constant by its value's name.

    `onnxruntime` loads the serialised model given `folder` as the place of external data.
    """

    model: ModelProto
    folder: Path
    tensors: Mapping[str, Weight]


def read_model_file(path: Path) -> ModelFile:
    """Read an ONNX file without its weights: every initializer over a kilobyte stays where it is.

    Time and memory go with the number of tensors, not with their bytes. A tensor that is external, with no word of
    where, has a shape and no numbers: so are networks described whose weights have not been pulled.

    Raises:
        NetworkError: the file is missing, is no ONNX model, or names external data outside its folder.
    """
    try:
        real = path.resolve(strict=True)
        with real.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            reader = _Reader(real, data)
            model = ModelProto.FromString(reader.model())
    except (BadWire, DecodeError, UnicodeDecodeError, ValueError) as error:
        raise NetworkError(BROKEN) from error
    except OSError as error:
        raise NetworkError("The network's file is missing or can't be read.") from error
    if not model.graph.node:
        raise NetworkError(BROKEN)
    inline = {tensor.name: InlineTensor(tensor) for tensor in model.graph.initializer if tensor.name not in reader.big}
    return ModelFile(model, real.parent, MappingProxyType(_constants(model) | inline | reader.big))


class _Reader:
    """Copies a model message but for its big initializers, whose places it notes in `big`."""

    def __init__(self, path: Path, data: mmap.mmap) -> None:
        self.big: dict[str, Weight] = {}
        self._path = path
        self._data = data

    def model(self) -> bytes:
        return b"".join(
            delimited(GRAPH, self._graph(field)) if _is(field, GRAPH) else self._copy(field)
            for field in fields(self._data, 0, len(self._data))
        )

    def _graph(self, graph: Field) -> bytes:
        return b"".join(
            delimited(INITIALIZER, self._initializer(field)) if _is(field, INITIALIZER) else self._copy(field)
            for field in fields(self._data, graph.begin, graph.end)
        )

    def _copy(self, field: Field) -> bytes:
        return self._data[field.start : field.end]

    def _initializer(self, whole: Field) -> bytes:
        if whole.end - whole.begin <= INLINE_BYTES:
            tensor = TensorProto.FromString(self._data[whole.begin : whole.end])
            content = []
        else:
            parts = list(fields(self._data, whole.begin, whole.end))
            tensor = TensorProto.FromString(b"".join(self._copy(part) for part in parts if part.number not in CONTENT))
            content = [part for part in parts if part.number in CONTENT]
        if tensor.data_location == TensorProto.EXTERNAL and tensor.external_data:
            place = self._external(tensor)
        elif len(content) == 1 and _is_array(content[0], tensor.data_type):
            place = _place(self._path, content[0].begin, content[0].end - content[0].begin, tensor)
        else:
            return self._data[whole.begin : whole.end]
        self.big[tensor.name] = place
        return _pointing_at(place, tensor)

    def _external(self, tensor: TensorProto) -> MappedTensor:
        entries = {entry.key: entry.value for entry in tensor.external_data}
        location = entries.get("location", "")
        path = (self._path.parent / location).resolve()
        if path.parent != self._path.parent or not path.is_file():
            raise NetworkError("The network keeps weights in a file that does not lie beside it.")
        if tensor.data_type not in MAPPED:
            raise NetworkError("The network keeps weights of an unsupported type outside its file.")
        offset = int(entries.get("offset", "0"))
        length = int(entries.get("length") or _nbytes(tensor))
        if offset < 0 or offset + length > path.stat().st_size:
            raise NetworkError("The file with the network's weights is shorter than the network says.")
        return _place(path, offset, length, tensor)


def _is(field: Field, number: int) -> bool:
    return field.number == number and field.wire == DELIMITED


def _is_array(content: Field, data_type: int) -> bool:
    """Whether the bytes of the field are those of the array."""
    if content.wire != DELIMITED or data_type not in MAPPED:
        return False
    return content.number == RAW_DATA or PACKED_AS.get(content.number) == data_type


def _place(path: Path, offset: int, nbytes: int, tensor: TensorProto) -> MappedTensor:
    if _nbytes(tensor) != nbytes:
        raise NetworkError(MISFIT)
    return MappedTensor(path, offset, nbytes, MAPPED[tensor.data_type], tuple(tensor.dims))


def _nbytes(tensor: TensorProto) -> int:
    if len(tensor.dims) > MAX_AXES or min(tensor.dims, default=0) < 0:
        raise NetworkError(MISFIT)
    return int(math.prod(tensor.dims) * MAPPED[tensor.data_type].itemsize)


def _pointing_at(place: MappedTensor, tensor: TensorProto) -> bytes:
    pointer = TensorProto(
        name=tensor.name, dims=place.dims, data_type=tensor.data_type, data_location=TensorProto.EXTERNAL
    )
    for key, value in (("location", place.path.name), ("offset", place.offset), ("length", place.nbytes)):
        pointer.external_data.add(key=key, value=str(value))
    return bytes(pointer.SerializeToString())


def _constants(model: ModelProto) -> dict[str, Weight]:
    found: dict[str, Weight] = {}
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.type == AttributeProto.TENSOR and attribute.t.data_location == TensorProto.EXTERNAL:
                raise NetworkError("The network keeps a constant outside its file.")
            if node.op_type == "Constant" and attribute.name == "value" and node.output:
                found[node.output[0]] = InlineTensor(attribute.t)
    return found
