"""A models folder with networks that a test builds: each with its card and its labels."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from onnx import ModelProto

from tests.nets.onnx_text import parse_network

SIDE = 8
SQUASHED = {"rule": "squash"}
# Three classes: the means of the channels of an image of 8 x 8 pixels.
CLASSIFIER = "g = GlobalAveragePool(x) y = Flatten(g)"

REASONS = {  # of the networks of `place_broken_networks`
    "circular": "depends on its own output",
    "few-labels": "gives 3 scores, the labels few-labels name 2 classes",
    "missing": "missing.onnx is missing",
    "unreadable": "card unreadable.json is invalid",
}


def place(folder: Path, name: str, model: ModelProto, labels: Sequence[str], **input_spec: Any) -> Path:
    """Write the network, its labels and its card, whose input has these fields; gives the path of the ONNX file."""
    path = folder / f"{name}.onnx"
    (folder / "labels").mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())
    (folder / "labels" / f"{name}.json").write_text(json.dumps(list(labels)))
    path.with_suffix(".json").write_text(json.dumps(_card(path, input_spec)))
    return path


def place_broken_networks(folder: Path) -> None:
    """Write the networks of REASONS: none of them can be used."""
    place(folder, "circular", parse_network("g = Add(x, r) r = Relu(g) y = Relu(r)"), ["a", "b", "c"])
    place(folder, "few-labels", parse_network(CLASSIFIER), ["a", "b"])
    place(folder, "missing", parse_network(CLASSIFIER), ["a", "b", "c"]).unlink()
    (folder / "unreadable.json").write_text("{")


def _card(path: Path, input_spec: dict[str, Any]) -> dict[str, Any]:
    size = {"width": SIDE, "height": SIDE, "channels": "RGB", "resize": SQUASHED}
    normalisation = {"scale": 1 / 255, "mean": [0.5] * 3, "std": [0.25] * 3}
    return {
        **dict.fromkeys(("family", "idea", "drawback", "trained_on", "licence", "source"), "test"),
        "id": path.stem,
        "name": f"Network {path.stem}",
        "year": 2026,
        "paper": {"title": "-", "authors": "-", "url": "https://example.org"},
        "input": size | normalisation | input_spec,
        "labels": path.stem,
        "bytes": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
