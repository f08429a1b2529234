"""How long each layer of a network takes: onnxruntime's own clock, read in a run that shows every layer."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import numpy as np
from onnx import ModelProto

from app.nets.network import Network
from app.nets.preprocessing.tensor import tensor_of
from app.nets.taps import expose_outputs
from app.work.stop import Stop

RUNS = 5  # after one that warms up
GREY = 128
ENDING = "_kernel_time"  # what onnxruntime adds to a node's name
# A node that computes in blocks of channels is named after the value it makes.
BLOCKED = re.compile(r"(?P<value>.+?)(?:_bn)?_nchwc(?:_token_\d+)?")


@dataclass(frozen=True, slots=True)
class LayerTimes:
    """Seconds by layer id, each the median of `runs` runs; None where onnxruntime has no node of its own for a layer.

    `elsewhere` is what nodes took that are no layer: most turn blocks of channels into plain order, so that a layer can
    be shown, and a run for the prediction alone does without them. `run` is everything together.
    """

    layers: Mapping[str, float | None]
    elsewhere: float
    runs: int

    @property
    def run(self) -> float:
        return self.elsewhere + sum(seconds or 0.0 for seconds in self.layers.values())

    @property
    def nbytes(self) -> int:
        return 64 * len(self.layers)


def time_layers(network: Network, stop: Stop) -> LayerTimes:
    """Run a network on a grey picture with every layer in view, several times.

    Raises:
        ConvScopeError: the reason of `stop`.
        NotAvailable: the weights are not here.
    """
    size = network.card.input
    view = np.full((size.height, size.width, 3), GREY, np.uint8)
    feeds = {network.graph.input.name: tensor_of(view, size)}
    with TemporaryDirectory(prefix="convscope-profile-") as folder:
        session = network.open(_numbered(network), Path(folder) / "run")
        try:
            for _ in range(1 + RUNS):
                session.run(feeds, stop)
        finally:
            profile = session.end_profile().read_bytes()
    return read_profile(json.loads(profile), _layers_by_node(network))


def read_profile(events: Iterable[Mapping[str, Any]], layer_of: Mapping[str, str]) -> LayerTimes:
    """The times in an onnxruntime profile of at least two runs; the first warms up and does not count.

    Args:
        events: of Chrome's trace format, `dur` in microseconds; those of category "Node" are the runs of nodes.
        layer_of: the layer of each node by the node's name and by the value it makes.
    """
    durations: dict[str, list[float]] = defaultdict(list)
    for event in events:
        if event.get("cat") == "Node" and event["name"].endswith(ENDING):
            durations[event["name"].removesuffix(ENDING)].append(event["dur"] / 1e6)
    times: dict[str | None, float] = defaultdict(float)
    for node, seconds in durations.items():
        blocked = BLOCKED.fullmatch(node)
        times[layer_of.get(blocked["value"] if blocked else node)] += median(seconds[1:])
    known = {layer: times.get(layer) for layer in layer_of.values()}
    return LayerTimes(MappingProxyType(known), times[None], max(map(len, durations.values()), default=1) - 1)


def _numbered(network: Network) -> ModelProto:
    """The graph with every layer in view and its nodes named by number: a file may name them alike, or not at all."""
    model = expose_outputs(network.model, (layer.output for layer in network.graph.layers))
    for number, node in enumerate(model.graph.node):
        node.name = _node_name(number)
    return model


def _layers_by_node(network: Network) -> dict[str, str]:
    outputs = {layer.output: layer.id for layer in network.graph.layers}
    nodes = {
        _node_name(number): outputs[value]
        for number, node in enumerate(network.model.graph.node)
        for value in node.output
        if value in outputs
    }
    return outputs | nodes


def _node_name(number: int) -> str:
    return f"#{number}"
