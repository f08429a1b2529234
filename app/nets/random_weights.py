"""Random weights: the same network with the weights of some layers redrawn, with their mean and standard deviation."""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, prod
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, NodeProto, helper, numpy_helper

from app.errors import NotAvailable
from app.nets.layer import Layer
from app.nets.network import Network

ROLES = ("weight", "bias")
MAX_DRAWN = 1 << 20  # numbers; a larger tensor repeats them at run time, which keeps the graph small
SLICE_BY_INPUTS = 10  # the first opset in which the bounds of Slice are inputs


@dataclass(frozen=True, slots=True)
class RandomTensor:
    """A tensor of normally distributed `values`, repeated to fill `dims`."""

    values: npt.NDArray[Any]
    dims: tuple[int, ...]

    def array(self) -> npt.NDArray[Any]:
        """The tensor, read-only."""
        tensor = np.resize(self.values, self.dims)
        tensor.flags.writeable = False
        return tensor


def randomise_weights(network: Network, layers: Iterable[Layer], seed: int = 0) -> Network:
    """The network with random weights and biases in `layers`, of the same mean and standard deviation per tensor.

    Each tensor has its own random generator, seeded with `seed` and the tensor's name, so its values do not depend on
    which other tensors are random. Quantised tensors stay quantised: the numbers are rounded and cut to their range.

    Raises:
        NotAvailable: the weights of a layer are not stored.
    """
    names = dict.fromkeys(layer.weights[role] for layer in layers for role in ROLES if role in layer.weights)
    try:
        tensors = {name: network.tensor(name) for name in names}
    except KeyError as error:
        why = "The weights of a layer can't be random: they are not stored, the network computes them as it runs."
        raise NotAvailable(why) from error
    drawn = {name: _draw(name, tensor, seed) for name, tensor in tensors.items() if tensor.dtype.kind in "fiu"}
    return network.with_weights(_replace_tensors(network.model, drawn), drawn)


def _draw(name: str, tensor: npt.NDArray[Any], seed: int) -> RandomTensor:
    rng = np.random.default_rng((seed, zlib.crc32(name.encode())))
    numbers = rng.standard_normal(min(tensor.size, MAX_DRAWN))
    mean, deviation = float(tensor.mean(dtype=np.float64)), float(tensor.std(dtype=np.float64))
    values = mean + deviation * numbers
    if tensor.dtype.kind in "iu":
        limits = np.iinfo(tensor.dtype)
        values = np.rint(values).clip(limits.min, limits.max)
    return RandomTensor(values.astype(tensor.dtype), tensor.shape)


def _replace_tensors(model: ModelProto, drawn: Mapping[str, RandomTensor]) -> ModelProto:
    """A copy of the model with these constants replaced by the drawn ones."""
    result = ModelProto()
    result.CopyFrom(model)
    graph = result.graph
    unchanged = [tensor for tensor in graph.initializer if tensor.name not in drawn]
    nodes = [node for node in graph.node if not (node.op_type == "Constant" and node.output[0] in drawn)]
    opset = max((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), default=0)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(unchanged)
    for name, tensor in drawn.items():
        if tensor.values.size == prod(tensor.dims) or opset < SLICE_BY_INPUTS:
            graph.initializer.append(numpy_helper.from_array(tensor.array(), name))
        else:
            graph.node.extend(_repeat_nodes(result, name, tensor))
    graph.node.extend(nodes)
    return result


def _repeat_nodes(model: ModelProto, name: str, tensor: RandomTensor) -> list[NodeProto]:
    """The nodes that fill a large tensor with repetitions of the numbers drawn for it."""
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
