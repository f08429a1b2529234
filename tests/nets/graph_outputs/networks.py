"""Small networks whose outputs are no classes, in a models folder."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network

SIDE = 32
CELLS = 4 * 4 + 2 * 2 + 1  # of grids of strides 8, 16 and 32
CONV = "c = Conv <kernel_shape = [1, 1]> (x, k) "
TABLE = "n = Constant <value = float {0.0}> ()  m = ReduceMean (x)  o = Mul (m, n) "
HEADS = {
    "mask": CONV + "y = Softmax <axis = 1> (c)",
    "image": CONV + "y = Tanh (c)",
    "features": CONV + "y = Relu (c)",
    "embedding": CONV + "g = GlobalAveragePool (c)  f = Flatten (g)  y = Tanh (f)",
    "several": CONV + "y = Relu (c)  q = Sigmoid (c)",
}


def columns(*boxes: Sequence[float], classes: int) -> NDArray[np.float32]:
    """The output of a detector with these boxes, each as centre, width, height and scores: (4 + classes, CELLS)."""
    table = np.zeros((4 + classes, CELLS), np.float32)
    table[:4] = 8
    table[:, : len(boxes)] = np.array(boxes, np.float32).T
    return table


def place_network(folder: Path, name: str, labels: Sequence[str] = (), channels: int = 3) -> Path:
    """Write one of HEADS with random kernels, and its card without a word of what it is."""
    model = parse_network(HEADS[name], x=f"float[1, 3, {SIDE}, {SIDE}]")
    kernels = np.random.default_rng(4).standard_normal((channels, 3, 1, 1)).astype(np.float32)
    model.graph.initializer.append(numpy_helper.from_array(kernels, "k"))
    if name == "several":
        model.graph.output.append(helper.make_empty_tensor_value_info("q"))
    return _place(folder, name, model, labels)


def place_detector(folder: Path, name: str, table: NDArray[np.float32], labels: Sequence[str] = ()) -> Path:
    """Write a network that gives this table for every image."""
    model = parse_network(TABLE + "y = Add (o, table)", x=f"float[1, 3, {SIDE}, {SIDE}]")
    model.graph.initializer.append(numpy_helper.from_array(table[np.newaxis], "table"))
    return _place(folder, name, model, labels)


def _place(folder: Path, name: str, model: onnx.ModelProto, labels: Sequence[str]) -> Path:
    path = place(folder, name, model, labels, width=SIDE, height=SIDE)
    if not labels:
        card = path.with_suffix(".json")
        card.write_text(
            json.dumps({key: value for key, value in json.loads(card.read_text()).items() if key != "labels"})
        )
    return path
