"""Small networks of one's own, as files to upload, and stores that they are uploaded to."""

import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import ModelProto, helper, numpy_helper

from app.errors import UnknownModel
from app.nets.own.store import NetworkRecord, OwnNetworkStore, StoredNetwork, StoreLimits, network_id
from tests.nets.onnx_text import parse_network

CLASSES = 3
DAY = 86_400
LIMITS = StoreLimits(bytes=100_000, networks=100, ttl_s=DAY)
CARD: dict[str, Any] = {
    **dict.fromkeys(("family", "idea", "drawback", "trained_on", "licence", "source", "labels", "name"), "test"),
    "id": "own",
    "year": 2026,
    "paper": {"title": "-", "authors": "-", "url": "https://example.org"},
    "input": dict.fromkeys(("width", "height"), 8)
    | {"channels": "RGB", "mean": [0, 0, 0], "std": [1, 1, 1], "resize": {"rule": "squash"}},
}


def classifier(factor: float = 1.0, opset: int = 17) -> ModelProto:
    """Three classes: the means of the maps of a convolution, whose weights are seeded, times `factor`."""
    model = parse_network(
        "c = Conv<pads = [1, 1, 1, 1]>(x, w) r = Relu(c) g = GlobalAveragePool(r) y = Flatten(g)", opset
    )
    weights = np.random.default_rng(7).normal(size=(CLASSES, 3, 3, 3)).astype(np.float32) * np.float32(factor)
    model.graph.initializer.append(numpy_helper.from_array(weights, "w"))
    return model


def with_external_data(model: ModelProto, location: str) -> tuple[bytes, bytes]:
    """The file of a network whose weights are in another file, called `location`, and that file."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    data = b""
    for tensor in model.graph.initializer:
        content = tensor.raw_data
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in {"location": location, "offset": len(data), "length": len(content)}.items():
            tensor.external_data.append(onnx.StringStringEntryProto(key=key, value=str(value)))
        data += content
    return model.SerializeToString(), data


def unusable() -> ModelProto:
    """A network whose input takes no numbers."""
    return helper.make_model(
        helper.make_graph(
            [helper.make_node("Relu", ["x"], ["y"])],
            "g",
            [helper.make_tensor_value_info("x", onnx.TensorProto.STRING, [1])],
            [helper.make_tensor_value_info("y", onnx.TensorProto.STRING, [1])],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )


def of_one_size(width: int, height: int) -> ModelProto:
    """A fully connected network for images of one size, which its input leaves open."""
    model = parse_network("f = Flatten(x) y = MatMul(f, w)", x="float[N, 3, H, W]")
    weights = np.random.default_rng(7).normal(size=(3 * width * height, CLASSES)).astype(np.float32)
    model.graph.initializer.append(numpy_helper.from_array(weights, "w"))
    return model


def add(store: OwnNetworkStore, content: bytes, name: str = "Net", **external: bytes) -> StoredNetwork:
    """Upload a file of this content with its external data, as a network called `name`."""
    with store.incoming() as incoming:
        for file, data in {"net.onnx": content, **external}.items():
            with incoming.create(file) as writer:
                writer.write(data)
        model = incoming.model
        placed = store.place(model, [incoming.files[file] for file in external])
    facts = {"name": name, "sha256": model.sha256, "bytes": model.bytes}
    record = NetworkRecord.model_validate_json(json.dumps({"card": CARD | facts, "labels": ["cat", "dog"]}))
    card = record.card.model_copy(update={"id": network_id(placed, record)})
    return store.add(placed, record.model_copy(update={"card": card}))


def is_there(store: OwnNetworkStore, network: StoredNetwork) -> bool:
    try:
        store.get(network.record.card.id)
    except UnknownModel:
        return False
    return True


def let_rest(folder: Path, network: StoredNetwork, seconds: float) -> None:
    """Make the last use of a network, and of its file, so many seconds ago."""
    (record,) = (folder / "networks").glob(f"{network.record.card.id}.*")
    for path in (record, network.file.path.parent):
        os.utime(path, (time.time() - seconds,) * 2)


def stored_bytes(folder: Path) -> int:
    """The size of all files of networks."""
    return sum(path.stat().st_size for path in (folder / "files").rglob("*") if path.is_file())
