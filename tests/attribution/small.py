"""Networks small enough to compute by hand, tasks about them, and their explanations."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper, parser

from app.attribution.explain import Explanation, explain, resolve_layer
from app.attribution.registry import METHODS
from app.attribution.target import Target
from app.attribution.task import AttributionTask
from app.gradients.differentiable import Differentiable
from app.nets.card import read_card
from app.nets.network import Network
from app.nets.runtime import Runtime
from app.work.stop import Stop

Array = npt.NDArray[np.float32]
CARD = json.loads((Path(__file__).parents[2] / "models" / "squeezenet1_1.json").read_text())


def network_of(
    folder: Path, nodes: str, weights: Mapping[str, npt.NDArray[Any]], side: int, classes: int, threads: int = 1
) -> Network:
    """A network with the input `x`, (N, 3, side, side), and the output `y`, (N, classes); `nodes` is ONNX text."""
    head = '<ir_version: 8, opset_import: ["": 17]>'
    model = parser.parse_model(f"{head} g (float[N, 3, {side}, {side}] x) => (float[N, {classes}] y) {{ {nodes} }}")
    for node in model.graph.node:
        node.name = node.output[0]
    model.graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in weights.items())
    path = folder / "small.onnx"
    onnx.save(model, path)
    input_ = {"width": side, "height": side, "channels": "RGB", "scale": 1.0, "mean": [128.0] * 3, "std": [64.0] * 3}
    card = CARD | {
        "id": "small",
        "input": input_ | {"resize": {"rule": "squash"}},
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "bytes": path.stat().st_size,
    }
    path.with_suffix(".json").write_text(json.dumps(card))
    labels = tuple(f"class {number}" for number in range(classes))
    return Network(read_card(path.with_suffix(".json")), path, labels, Runtime("cpu", "cpu", threads))


def task_of(
    network: Network, tensor: Array, target: Target, method: str = "saliency", layer: str = ""
) -> AttributionTask:
    chosen = resolve_layer(network, METHODS[method], target, layer)
    return AttributionTask(network, Differentiable(network), tensor, target, chosen, Stop())


def explained(
    network: Network, tensor: Array, method: str, target: Target, layer: str = "", **given: str
) -> Explanation:
    """The method's explanation, with parameters as texts, as in a request."""
    task = task_of(network, tensor, target, method, layer)
    return explain(task, METHODS[method], METHODS[method].options(given))


def drawn(*shape: int, seed: int = 0, scale: float = 1) -> Array:
    """Normal random numbers of deviation `scale`, always the same."""
    numbers: Array = np.float32(scale) * np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)
    return numbers
