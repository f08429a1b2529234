"""A network against plain onnxruntime: every layer's every value, with all values of the file as outputs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
from onnx import ModelProto, TensorProto, helper, numpy_helper

from app.nets.card import read_card
from app.nets.network import Network
from app.nets.outputs import Activations
from app.nets.runtime import Runtime
from app.work.stop import Stop
from tests.nets.models_folder import SIDE, place

Array = npt.NDArray[Any]
RANDOM = np.random.default_rng(4)
VIEW = RANDOM.integers(0, 256, (SIDE, SIDE, 3), np.uint8)
MEAN, STD = 0.5, 0.25  # of the card's normalisation
IMAGE: Array = ((VIEW / 255 - MEAN) / STD).astype(np.float32).transpose(2, 0, 1)


def weight(name: str, *shape: int) -> TensorProto:
    """A random constant."""
    return numpy_helper.from_array((RANDOM.standard_normal(shape) / 2).astype(np.float32), name)


def build(
    nodes: Sequence[onnx.NodeProto],
    weights: Sequence[TensorProto],
    inputs: Mapping[str, tuple[int, Sequence[int | str]]],
    opset: int = 17,
    functions: Sequence[onnx.FunctionProto] = (),
) -> ModelProto:
    """A network whose output is `y`; `inputs` have a data type and a shape."""
    values = [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in inputs.items()]
    graph = helper.make_graph(nodes, "g", values, [helper.make_empty_tensor_value_info("y")], weights)
    domains = sorted({node.domain for node in nodes} | {"ai.onnx.ml", "com.microsoft"} - {""})
    opsets = [helper.make_opsetid("", opset), *(helper.make_opsetid(domain, 1) for domain in domains if domain)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10, functions=functions)


def plain_run(model: ModelProto, feeds: Mapping[str, Array]) -> dict[str, Array]:
    """Every value that plain onnxruntime gives, by its name."""
    exposed = ModelProto()
    exposed.CopyFrom(model)
    known = {value.name for value in model.graph.output}
    values = [value for node in model.graph.node for value in node.output if value and value not in known]
    exposed.graph.output.extend(helper.make_empty_tensor_value_info(value) for value in values)
    options = ort.SessionOptions()
    options.log_severity_level = 4
    session = ort.InferenceSession(exposed.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return {value.name: array for value, array in zip(session.get_outputs(), session.run(None, feeds), strict=True)}


def opened(folder: Path, model: ModelProto, labels: Sequence[str] = (), **spec: Any) -> Network:
    """The network in a models folder of its own, whose card says that its output is a vector."""
    path = place(folder, "net", model, labels, **spec)
    card = read_card(path.with_suffix(".json")).model_copy(update={"head": "vector"})
    network = Network(card, path, tuple(labels), Runtime("cpu", "cpu", threads=1))
    assert network.problem is None, network.problem.message
    return network


def run(network: Network, view: npt.NDArray[np.uint8] = VIEW) -> Activations:
    return network.activations(view, Stop())


def assert_is_plain(network: Network, expected: Mapping[str, Array], tolerance: float = 1e-5) -> None:
    """Every layer's output is onnxruntime's, whole and in order."""
    activations = run(network)
    assert network.graph.layers
    for layer in network.graph.layers:
        value = activations.layers[layer.id]
        assert value.shape == layer.shape
        plain = expected[layer.output]
        assert value.size == plain.size
        np.testing.assert_allclose(value.ravel(), np.asarray(plain, np.float32).ravel(), tolerance, tolerance)
