"""A network of VGG-16's size with random weights, written as ONNX with its card: 138 M parameters, 553 MB."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper

STAGES = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))  # Simonyan & Zisserman 2015, configuration D
DENSE = ((25088, 4096), (4096, 4096), (4096, 1000))
CARD = {
    "id": "vgg16-random",
    "name": "VGG-16 with random weights",
    "family": "VGG",
    "year": 2014,
    "paper": {
        "title": "Very deep convolutional networks for large-scale image recognition",
        "authors": "Simonyan, Zisserman",
        "url": "https://arxiv.org/abs/1409.1556",
    },
    "idea": "For measuring speed: it has learned nothing.",
    "drawback": "Its answers mean nothing.",
    "trained_on": "nothing",
    "input": {
        "width": 224,
        "height": 224,
        "channels": "RGB",
        "scale": 0.01,
        "mean": [1.0, 1.0, 1.0],
        "std": [1.0, 1.0, 1.0],
        "resize": {"rule": "squash"},
    },
    "labels": "thousand",
    "licence": "CC0-1.0",
    "source": "random numbers",
}


class _Builder:
    """Collects nodes and weights; each weighted layer is drawn from He's normal distribution."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.weights: list[TensorProto] = []
        self._rng = np.random.default_rng(0)

    def add(self, op: str, source: str, name: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(op, [source], [name], name, **attributes))
        return name

    def weighted(self, op: str, source: str, name: str, shape: tuple[int, ...], **attributes: Any) -> str:
        spread = np.float32(np.sqrt(2 / np.prod(shape[1:])))
        weight = self._rng.standard_normal(shape, dtype=np.float32) * spread
        bias = np.zeros(shape[0], np.float32)
        for kind, array in (("weight", weight), ("bias", bias)):
            tensor = helper.make_tensor(f"{name}.{kind}", TensorProto.FLOAT, array.shape, array.tobytes(), raw=True)
            self.weights.append(tensor)
        self.nodes.append(helper.make_node(op, [source, f"{name}.weight", f"{name}.bias"], [name], name, **attributes))
        return name


def write_vgg16(folder: Path) -> Path:
    """Write the network, its card and its labels into `folder` and return the path of the ONNX file."""
    builder, value, channels = _Builder(), "input", 3
    for stage, (width, count) in enumerate(STAGES, 1):
        for number in range(1, count + 1):
            shape, name = (width, channels, 3, 3), f"conv{stage}_{number}"
            value = builder.weighted("Conv", value, name, shape, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
            value, channels = builder.add("Relu", value, f"relu{stage}_{number}"), width
        value = builder.add("MaxPool", value, f"pool{stage}", kernel_shape=[2, 2], strides=[2, 2])
    value = builder.add("Flatten", value, "flatten")
    for number, (inputs, outputs) in enumerate(DENSE, 6):
        value = builder.weighted("Gemm", value, f"fc{number}", (outputs, inputs), transB=1)
        if number < len(DENSE) + 5:
            value = builder.add("Relu", value, f"relu{number}")
    value = builder.add("Softmax", value, "softmax", axis=1)
    ends = [
        helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 3, 224, 224]),
        helper.make_tensor_value_info(value, TensorProto.FLOAT, ["N", 1000]),
    ]
    graph = helper.make_graph(builder.nodes, "vgg16", ends[:1], ends[1:], builder.weights)
    path = folder / f"{CARD['id']}.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)
    describe(path)
    return path


def describe(path: Path) -> None:
    """Write card and labels of a network of 1000 classes, fed with 224 x 224 pixels; its id is the file's name."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    card = {**CARD, "id": path.stem, "sha256": digest, "bytes": path.stat().st_size}
    path.with_suffix(".json").write_text(json.dumps(card))
    labels = path.parent / "labels" / "thousand.json"
    labels.parent.mkdir(exist_ok=True)
    labels.write_text(json.dumps([f"class {number}" for number in range(DENSE[-1][1])]))
