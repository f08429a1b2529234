"""A network with the weights of some layers drawn anew: same graph, same mean and spread, nothing learned."""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, prod
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, NodeProto, helper, numpy_helper

from app.nets.layer import Layer
from app.nets.network import Network

ROLES = ("weight", "bias")
MOST_DRAWN = 1 << 20  # numbers: a larger tensor repeats them as it runs, so that the graph stays small
SLICE_BY_INPUTS = 10  # the opset from which Slice takes its bounds as inputs


@dataclass(frozen=True, slots=True)
class Drawn:
    """A tensor of normal numbers with the mean and the standard deviation of a trained one, by a fixed seed."""

    values: npt.NDArray[Any]
    dims: tuple[int, ...]

    def array(self) -> npt.NDArray[Any]:
        """The tensor, read-only."""
        whole = np.resize(self.values, self.dims)
        whole.flags.writeable = False
        return whole


def randomise_weights(network: Network, layers: Iterable[Layer], seed: int = 0) -> Network:
    """A twin of a network in which the weights and biases of `layers` are random.

    Each tensor has its own generator, started from `seed` and the tensor's name: it comes out the same whichever others
    are drawn too. Tensors that are no floating-point numbers stay as they are.
    """
    names = dict.fromkeys(layer.weights[role] for layer in layers for role in ROLES if role in layer.weights)
    tensors = {name: network.tensor(name) for name in names}
    drawn = {name: _drawn(name, tensor, seed) for name, tensor in tensors.items() if tensor.dtype.kind == "f"}
    return network.with_weights(_with(network.model, drawn), drawn)


def _drawn(name: str, tensor: npt.NDArray[Any], seed: int) -> Drawn:
    rng = np.random.default_rng((seed, zlib.crc32(name.encode())))
    numbers = rng.standard_normal(min(tensor.size, MOST_DRAWN))
    mean, deviation = float(tensor.mean(dtype=np.float64)), float(tensor.std(dtype=np.float64))
    return Drawn((mean + deviation * numbers).astype(tensor.dtype), tensor.shape)


def _with(model: ModelProto, drawn: Mapping[str, Drawn]) -> ModelProto:
    """A copy of the model whose constants of these names are the drawn ones."""
    result = ModelProto()
    result.CopyFrom(model)
    graph = result.graph
    kept = [tensor for tensor in graph.initializer if tensor.name not in drawn]
    nodes = [node for node in graph.node if not (node.op_type == "Constant" and node.output[0] in drawn)]
    opset = max((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), default=0)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    for name, tensor in drawn.items():
        if tensor.values.size == prod(tensor.dims) or opset < SLICE_BY_INPUTS:
            graph.initializer.append(numpy_helper.from_array(tensor.array(), name))
        else:
            graph.node.extend(_repeated(result, name, tensor))
    graph.node.extend(nodes)
    return result


def _repeated(model: ModelProto, name: str, tensor: Drawn) -> list[NodeProto]:
    """The nodes that make a large tensor of the few numbers drawn for it."""
    count = prod(tensor.dims)
    parts = {
        "values": tensor.values,
        "times": np.array([ceil(count / tensor.values.size)]),
        "begin": np.array([0]),
        "end": np.array([count]),
        "dims": np.array(tensor.dims),
    }
    model.graph.initializer.extend(numpy_helper.from_array(part, f"{name}/{key}") for key, part in parts.items())
    return [
        helper.make_node("Tile", [f"{name}/values", f"{name}/times"], [f"{name}/tiled"]),
        helper.make_node("Slice", [f"{name}/tiled", f"{name}/begin", f"{name}/end"], [f"{name}/cut"]),
        helper.make_node("Reshape", [f"{name}/cut", f"{name}/dims"], [name]),
    ]
