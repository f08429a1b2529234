"""The signature of a network: the names, types and shapes of what it takes and gives, as inference servers state them.

Types have the names of the Open Inference Protocol. One signature has the network's outputs, another every layer's.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from app.errors import NotAvailable
from app.nets.graph import Graph
from app.nets.network import Network
from app.nets.outputs import read_scores

SignatureKind = Literal["outputs", "layers"]
NamedArrays = Mapping[str, npt.NDArray[Any]]
DATATYPES: Mapping[str, np.dtype[Any]] = {
    "BOOL": np.dtype("?"),
    "UINT8": np.dtype("u1"),
    "UINT16": np.dtype("<u2"),
    "UINT32": np.dtype("<u4"),
    "UINT64": np.dtype("<u8"),
    "INT8": np.dtype("i1"),
    "INT16": np.dtype("<i2"),
    "INT32": np.dtype("<i4"),
    "INT64": np.dtype("<i8"),
    "FP16": np.dtype("<f2"),
    "FP32": np.dtype("<f4"),
    "FP64": np.dtype("<f8"),
}
DATATYPE_OF = {dtype: name for name, dtype in DATATYPES.items()}
LOGITS, SCORES = "logits", "scores"
MAX_NAME = 200  # characters


@dataclass(frozen=True, slots=True)
class NamedTensor:
    """A tensor that a network takes or gives, with its batch axis; `datatype` is one of `DATATYPES`."""

    name: str
    datatype: str
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return prod(self.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of its numbers, which are little-endian."""
        return DATATYPES[self.datatype]

    @property
    def nbytes(self) -> int:
        return self.size * self.dtype.itemsize


@dataclass(frozen=True, slots=True)
class Signature:
    """What a network takes and gives; `values` are the ONNX names of its outputs, by their names here.

    The logits and the scores of classes have no ONNX name: they are read from a run as a prediction is.
    """

    kind: SignatureKind
    input: NamedTensor
    outputs: Mapping[str, NamedTensor]
    values: Mapping[str, str]

    def read(self, graph: Graph, values: NamedArrays) -> NamedArrays:
        """The outputs by name, in the values of a run by their ONNX names."""
        outputs = {name: values[value] for name, value in self.values.items()}
        if LOGITS in self.outputs and LOGITS not in outputs:
            prediction = read_scores(graph.head, values, 0)
            outputs |= {LOGITS: prediction.logits[np.newaxis], SCORES: prediction.scores[np.newaxis]}
        return MappingProxyType(outputs)


def signature_of(network: Network, kind: SignatureKind) -> Signature:
    """The signature with the network's outputs, or with every layer's by its id.

    The outputs are those of the file by their names, without those of very long names. Where they are scores of classes
    and no output has these names, there are also `logits` and `scores`, as a prediction has them: of the first image,
    where the file takes several.

    Raises:
        NotAvailable: the name of the input is very long.
    """
    graph = network.graph
    if len(graph.input.name) > MAX_NAME:
        raise NotAvailable(f"The name of the network's input has more than {MAX_NAME} characters.")
    tensor = graph.operators.image
    taken = NamedTensor(tensor.name, DATATYPE_OF[graph.input.dtype], tuple(tensor.shape))
    if kind == "layers":
        values = {layer.id: layer.output for layer in graph.layers}
    else:
        values = {layer.output: layer.output for layer in graph.outputs if len(layer.output) <= MAX_NAME}
    narrow = graph.operators.narrow_values
    outputs = {
        name: NamedTensor(name, _datatype(graph, value, narrow), graph.operators.shape(value))
        for name, value in values.items()
    }
    if kind == "outputs" and network.classes and not outputs.keys() & {LOGITS, SCORES}:
        outputs |= {name: NamedTensor(name, "FP32", (1, graph.head.units)) for name in (LOGITS, SCORES)}
    return Signature(kind, taken, MappingProxyType(outputs), MappingProxyType(values))


def _datatype(graph: Graph, value: str, narrow: Container[str]) -> str:
    """The type of a value. Those that NumPy does not have by itself are given as float32."""
    return "FP32" if value in narrow else DATATYPE_OF[graph.operators.values[value].dtype]
