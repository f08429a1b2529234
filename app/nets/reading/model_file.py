"""An ONNX file read without its weights: a small model whose large tensors stay in the file, memory-mapped."""

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
from onnx import AttributeProto, GraphProto, ModelProto, TensorProto, helper, numpy_helper

from app.errors import NetworkError
from app.nets.reading.protobuf import DELIMITED, MessageField, ProtobufError, encode_field, read_fields
from app.nets.reading.rewriting.nested_graphs import nested_graphs

INLINE_BYTES = 1024
GRAPH, INITIALIZER, RAW_DATA = 7, 5, 9  # field numbers in ModelProto, GraphProto and TensorProto, as below
PACKED_AS = {4: TensorProto.FLOAT, 10: TensorProto.DOUBLE}  # these packed lists are the bytes of the array
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
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
    TensorProto.BOOL: np.dtype("?"),
    **{
        kind: helper.tensor_dtype_to_np_dtype(kind)
        for kind in (
            TensorProto.BFLOAT16,
            TensorProto.FLOAT8E4M3FN,
            TensorProto.FLOAT8E4M3FNUZ,
            TensorProto.FLOAT8E5M2,
            TensorProto.FLOAT8E5M2FNUZ,
        )
    },
}
PACKED = {TensorProto.INT4, TensorProto.UINT4, TensorProto.FLOAT4E2M1}  # two numbers in a byte
LISTS = {"value_float": np.float32, "value_floats": np.float32, "value_int": np.int64, "value_ints": np.int64}
MAX_AXES = 32
SHAPE_MISMATCH = "The ONNX file is broken: a tensor's shape does not fit its bytes."
NOT_ONNX = "The ONNX file is broken: it is cut off or not an ONNX model."


class Weight(Protocol):
    """A constant tensor of the model, wherever it is stored."""

    def array(self) -> npt.NDArray[Any]:
        """The tensor, read-only, of its own shape and dtype.

        Raises:
            NetworkError: its shape does not fit its bytes.
        """


@dataclass(frozen=True, slots=True)
class MappedTensor:
    """A tensor in a file, little-endian and row-major, `offset` bytes from the file's beginning."""

    path: Path
    offset: int
    nbytes: int
    dtype: np.dtype[Any]
    dims: tuple[int, ...]

    def array(self) -> npt.NDArray[Any]:
        """The tensor as a read-only memory map: pages are read at first access, and nothing is copied."""
        if self.nbytes == 0:
            return np.empty(self.dims, self.dtype)
        return np.memmap(self.path, self.dtype, "r", self.offset, self.dims)


@dataclass(frozen=True, slots=True)
class PackedTensor:
    """A tensor in a file that has two numbers in each byte, the first in the lower half; otherwise a `MappedTensor`."""

    path: Path
    offset: int
    nbytes: int
    data_type: int
    dims: tuple[int, ...]

    def array(self) -> npt.NDArray[Any]:
        """The tensor, read-only: a copy of one byte for each number."""
        content = MappedTensor(self.path, self.offset, self.nbytes, np.dtype(np.uint8), (self.nbytes,)).array()
        tensor = TensorProto(data_type=self.data_type, dims=self.dims, raw_data=content.tobytes())
        return InlineTensor(tensor).array()


@dataclass(frozen=True, slots=True)
class InlineTensor:
    """A small tensor inside the model."""

    tensor: TensorProto

    def array(self) -> npt.NDArray[Any]:
        """The tensor, read-only."""
        if self.tensor.data_location == TensorProto.EXTERNAL:
            raise NetworkError("The network's weights are not in its file.")
        try:
            array = numpy_helper.to_array(self.tensor)
        except KeyError as error:
            raise NetworkError("The network has values of an unknown type.") from error
        except (TypeError, ValueError) as error:
            raise NetworkError(SHAPE_MISMATCH) from error
        array.flags.writeable = False
        return array


@dataclass(frozen=True, slots=True)
class ModelFile:
    """`model` refers to its large tensors as external data in `folder`; `tensors` has every constant by its name.

    onnxruntime loads the serialised model if `folder` is given as the folder of external data. `remarks` say what of
    the model is not as in the file.
    """

    model: ModelProto
    folder: Path
    tensors: Mapping[str, Weight]
    remarks: tuple[str, ...] = ()

    @property
    def weight_files(self) -> frozenset[Path]:
        """The files that the large tensors are in: the model's own, and those beside it."""
        stored = (tensor for tensor in self.tensors.values() if isinstance(tensor, MappedTensor | PackedTensor))
        return frozenset(tensor.path for tensor in stored)

    @property
    def metadata(self) -> Mapping[str, str]:
        """What the file says of itself, such as `task`: text from strangers."""
        return {entry.key: entry.value for entry in self.model.metadata_props}


def read_model_file(path: Path) -> ModelFile:
    """Read an ONNX file as it is, without its weights: every initializer over a kilobyte stays in the file.

    Smaller ones are in the model, also external ones: sizes of layers may follow from them. Time and memory depend on
    the number of tensors alone. One without a location has no values, as in graphs whose weights are not downloaded.

    Raises:
        NetworkError: the file is missing, is not an ONNX model, or has external data outside its folder.
    """
    try:
        real = path.resolve(strict=True)
        with real.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data[: len(LFS_POINTER)] == LFS_POINTER:
                raise NetworkError(f"{path.name} is a Git LFS pointer, not the network. `git lfs pull` downloads it.")
            reader = _Reader(real, data)
            model = ModelProto.FromString(reader.model())
    except (ProtobufError, DecodeError, TypeError, ValueError) as error:  # a TypeError: a name that is no text
        raise NetworkError(NOT_ONNX) from error
    except FileNotFoundError as error:
        raise NetworkError(f"The file {path.name} is missing.") from error
    except OSError as error:
        raise NetworkError(f"The file {path.name} can't be read.") from error
    if not model.graph.node:
        raise NetworkError(NOT_ONNX)
    return ModelFile(model, real.parent, MappingProxyType(inline_tensors(model) | reader.stored))


def inline_tensors(model: ModelProto) -> dict[str, Weight]:
    """The initializers of a model and the constants in its nodes, by name.

    Raises:
        NetworkError: a node has a constant outside the file.
    """
    initializers = {tensor.name: InlineTensor(tensor) for tensor in model.graph.initializer}
    return _node_constants(model) | initializers


class _Reader:
    """Copies a model message without its large initializers; collects where these and external ones are stored."""

    def __init__(self, path: Path, data: mmap.mmap) -> None:
        self.stored: dict[str, Weight] = {}
        self._path = path
        self._data = data

    def model(self) -> bytes:
        return b"".join(
            encode_field(GRAPH, self._graph(field)) if _holds(field, GRAPH) else self._copy(field)
            for field in read_fields(self._data, 0, len(self._data))
        )

    def _graph(self, graph: MessageField) -> bytes:
        return b"".join(
            encode_field(INITIALIZER, self._initializer(field)) if _holds(field, INITIALIZER) else self._copy(field)
            for field in read_fields(self._data, graph.begin, graph.end)
        )

    def _copy(self, field: MessageField) -> bytes:
        return self._data[field.start : field.end]

    def _initializer(self, whole: MessageField) -> bytes:
        if whole.end - whole.begin <= INLINE_BYTES:
            tensor = TensorProto.FromString(self._data[whole.begin : whole.end])
            content = []
        else:
            parts = list(read_fields(self._data, whole.begin, whole.end))
            tensor = TensorProto.FromString(b"".join(self._copy(part) for part in parts if part.number not in CONTENT))
            content = [part for part in parts if part.number in CONTENT]
        if tensor.data_location == TensorProto.EXTERNAL and tensor.external_data:
            stored = self._external(tensor)
        elif len(content) == 1 and _is_array(content[0], tensor.data_type):
            stored = _mapped_tensor(self._path, content[0].begin, content[0].end - content[0].begin, tensor)
        else:
            return self._data[whole.begin : whole.end]
        self.stored[tensor.name] = stored
        return _encode(stored, tensor)

    def _external(self, tensor: TensorProto) -> MappedTensor | PackedTensor:
        entries = {entry.key: entry.value for entry in tensor.external_data}
        location = entries.get("location", "")
        path = (self._path.parent / location).resolve()
        if path.parent != self._path.parent or not path.is_file():
            raise NetworkError("The network has weights in a file that is missing or outside its folder.")
        if tensor.data_type not in MAPPED and tensor.data_type not in PACKED:
            raise NetworkError("The network has external weights of an unsupported type.")
        offset = int(entries.get("offset", "0"))
        length = int(entries.get("length") or _nbytes(tensor))
        if offset < 0 or offset + length > path.stat().st_size:
            raise NetworkError("The file with the network's weights is too short.")
        return _mapped_tensor(path, offset, length, tensor)


def _holds(field: MessageField, number: int) -> bool:
    return field.number == number and field.wire_type == DELIMITED


def _is_array(content: MessageField, data_type: int) -> bool:
    """Whether the field's bytes are those of the array."""
    if content.wire_type != DELIMITED or (data_type not in MAPPED and data_type not in PACKED):
        return False
    return content.number == RAW_DATA or PACKED_AS.get(content.number) == data_type


def _mapped_tensor(path: Path, offset: int, nbytes: int, tensor: TensorProto) -> MappedTensor | PackedTensor:
    if _nbytes(tensor) != nbytes:
        raise NetworkError(SHAPE_MISMATCH)
    if tensor.data_type in PACKED:
        return PackedTensor(path, offset, nbytes, tensor.data_type, tuple(tensor.dims))
    return MappedTensor(path, offset, nbytes, MAPPED[tensor.data_type], tuple(tensor.dims))


def _nbytes(tensor: TensorProto) -> int:
    if len(tensor.dims) > MAX_AXES or any(length < 0 for length in tensor.dims):
        raise NetworkError(SHAPE_MISMATCH)
    count = math.prod(tensor.dims)
    return -(-count // 2) if tensor.data_type in PACKED else int(count * MAPPED[tensor.data_type].itemsize)


def _encode(stored: MappedTensor | PackedTensor, tensor: TensorProto) -> bytes:
    encoded = TensorProto(name=tensor.name, dims=stored.dims, data_type=tensor.data_type)
    if stored.nbytes <= INLINE_BYTES:
        numbers = MappedTensor(stored.path, stored.offset, stored.nbytes, np.dtype(np.uint8), (stored.nbytes,))
        encoded.raw_data = numbers.array().tobytes()
        return bytes(encoded.SerializeToString())
    encoded.data_location = TensorProto.EXTERNAL
    for key, value in (("location", stored.path.name), ("offset", stored.offset), ("length", stored.nbytes)):
        encoded.external_data.add(key=key, value=str(value))
    return bytes(encoded.SerializeToString())


def _node_constants(model: ModelProto) -> dict[str, Weight]:
    weights_by_name: dict[str, Weight] = {}
    for node in model.graph.node:
        if any(_has_external_data(graph) for graph in nested_graphs(node)):
            raise NetworkError("The network has a constant outside its file.")
        for attribute in node.attribute:
            if attribute.type == AttributeProto.TENSOR and attribute.t.data_location == TensorProto.EXTERNAL:
                raise NetworkError("The network has a constant outside its file.")
            if node.op_type != "Constant" or not node.output:
                continue
            if attribute.name == "value":
                weights_by_name[node.output[0]] = InlineTensor(attribute.t)
            elif attribute.name in LISTS:
                numbers = np.asarray(helper.get_attribute_value(attribute), LISTS[attribute.name])
                weights_by_name[node.output[0]] = InlineTensor(numpy_helper.from_array(numbers))
    return weights_by_name


def _has_external_data(graph: GraphProto) -> bool:
    """Whether a tensor of a graph within an operator is in another file."""
    tensors = [*graph.initializer, *(attribute.t for node in graph.node for attribute in node.attribute)]
    inner = (inner for node in graph.node for inner in nested_graphs(node))
    return any(tensor.data_location == TensorProto.EXTERNAL for tensor in tensors) or any(
        map(_has_external_data, inner)
    )
