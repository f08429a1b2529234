"""A corpus of files made to harm whoever opens them, and what their builders share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
from onnx import NodeProto, TensorProto, helper

Build = Callable[[Path], Path]


@dataclass(frozen=True)
class Hostile:
    """A file that `build` writes into a folder. `refusal` is a part of the gate's message; None: it passes the gate."""

    name: str
    build: Build
    refusal: str | None


class Corpus(list[Hostile]):
    """Hostile files. Each builder says in its first line what its file does to who opens it unprotected."""

    def refused(self, words: str) -> Callable[[Build], Build]:
        """The function below builds a file that the gate refuses with these words."""

        def add(build: Build) -> Build:
            self.append(Hostile(build.__name__, build, words))
            return build

        return add

    def passing(self, build: Build) -> Build:
        """The function below builds a file that passes the gate: the sandbox must hold what it does."""
        self.append(Hostile(build.__name__, build, None))
        return build


def model(nodes: Sequence[NodeProto], *initializers: TensorProto, opset: int = 21, **inputs: Any) -> onnx.ModelProto:
    """A network from `x`, a picture of 8 x 8 pixels unless another shape is given, to `y`."""
    shapes = {"x": (1, 3, 8, 8), **inputs}
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "g", values, [y], initializers)
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("own", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def node(op: str, inputs: str, outputs: str = "y", **attributes: Any) -> NodeProto:
    return helper.make_node(op, inputs.split(), outputs.split(), **attributes)


def integers(name: str, *values: int) -> TensorProto:
    return helper.make_tensor(name, TensorProto.INT64, [len(values)], values)


def floats(name: str, *values: float) -> TensorProto:
    return helper.make_tensor(name, TensorProto.FLOAT, [len(values)], values)


def written(folder: Path, content: onnx.ModelProto | bytes) -> Path:
    path = folder / "network.onnx"
    path.write_bytes(content if isinstance(content, bytes) else content.SerializeToString())
    return path


def delimited(number: int, content: bytes) -> bytes:
    """A field of a protocol-buffer message."""
    size, length = len(content), b""
    while size > 0x7F:
        length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + content
