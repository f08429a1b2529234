"""The time that each layer of a network takes, from onnxruntime's profile of a run that returns every layer."""

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
from app.nets.taps import expose_outputs
from app.work.stop import Stop

RUNS = 5  # after one warm-up run
GREY = 128
SUFFIX = "_kernel_time"  # onnxruntime appends it to a node's name
# A node in the layout of channel blocks (NCHWc) is named after the value that it computes.
BLOCKED = re.compile(r"(?P<value>.+?)(?:_bn)?_nchwc(?:_token_\d+)?")


@dataclass(frozen=True, slots=True)
class LayerTimes:
    """Seconds by layer id, each the median of `runs` runs; None where onnxruntime has no node of its own for a layer.

    `elsewhere` is the time of nodes that are not a layer: most convert channel blocks to the plain layout, so that a
    layer can be shown; a run for the prediction only needs none of them. `run` is the total.
    """

    layers: Mapping[str, float | None]
    elsewhere: float
    runs: int

    @property
    def run(self) -> float:
        return self.elsewhere + sum(seconds or 0.0 for seconds in self.layers.values())


def time_layers(network: Network, stop: Stop) -> LayerTimes:
    """Run a network on a grey image several times, with every layer as an output.

    Raises:
        ConvScopeError: the reason of `stop`.
        NotAvailable: the weights are not on this machine.
    """
    size = network.card.input
    view = np.full((size.height, size.width, 3), GREY, np.uint8)
    feeds = network.feeds(network.input_tensor(view))
    with TemporaryDirectory(prefix="convscope-profile-") as folder:
        session = network.open(_expose_layers(network), Path(folder) / "run")
        try:
            for _ in range(1 + RUNS):
                session.run(feeds, stop)
        finally:
            profile = session.end_profile().read_bytes()
    return read_profile(json.loads(profile), _layers_by_node(network))


def read_profile(events: Iterable[Mapping[str, Any]], layer_of: Mapping[str, str]) -> LayerTimes:
    """The times in an onnxruntime profile of at least two runs; the first is the warm-up and does not count.

    Args:
        events: in Chrome's trace format, `dur` in microseconds; the category of a node's run is "Node".
        layer_of: the layer of each node, by the node's name and by the value that it computes.
    """
    durations: dict[str, list[float]] = defaultdict(list)
    for event in events:
        if event.get("cat") == "Node" and event["name"].endswith(SUFFIX):
            durations[event["name"].removesuffix(SUFFIX)].append(event["dur"] / 1e6)
    times: dict[str | None, float] = defaultdict(float)
    for node, seconds in durations.items():
        blocked = BLOCKED.fullmatch(node)
        times[layer_of.get(blocked["value"] if blocked else node)] += median(seconds[1:])
    known = {layer: times.get(layer) for layer in layer_of.values()}
    return LayerTimes(MappingProxyType(known), times[None], max(map(len, durations.values()), default=1) - 1)


def _expose_layers(network: Network) -> ModelProto:
    """The graph with every layer as an output and its nodes numbered: a file may repeat names, or have none."""
    values = (layer.output for layer in network.graph.layers)
    model = expose_outputs(network.model, values, network.graph.operators.narrow_values)
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
